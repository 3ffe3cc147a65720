"""What stands around every task page: the course, the way back to where one was, its navigation."""

from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.admin.own import rights_of
from courses.admin.studio.returning import place_of
from courses.domain.rights import Can, Rights
from courses.models import Course


@dataclass(frozen=True)
class Step:
    """A link on the way here, or in the navigation of a course."""

    title: str
    url: str = ""
    icon: str = ""
    is_current: bool = False
    heading: str = ""
    """Of the group of steps that begins with it."""


def frame(
    admin: Any,
    request: HttpRequest,
    *,
    title: str,
    course: Course | None = None,
    here: str = "",
    **more: Any,
) -> dict[str, Any]:
    """Return the context that `studio/base.html` needs, with that of the page.

    `here` names the page of the course's navigation that it is.
    """
    return {
        **site_context(admin.admin_site, request),
        "is_nav_sidebar_enabled": False,
        "title": title,
        "opts": admin.opts,
        "course": course,
        "navigation": navigation(course, rights_of(request), here) if course else (),
        "came_from": place_of(request),
        **more,
    }


def course_step(request: HttpRequest, course: Course) -> Step:
    """Return the step to the course, a link to its outline for those who may read it."""
    is_allowed = rights_of(request).may(Can.READ, course=course)
    return Step(course.title, _page_url("outline", course) if is_allowed else "")


def site_context(site: AdminSite, request: HttpRequest) -> dict[str, Any]:
    """Return what the admin site gives its pages, its list of models only once it is used.

    The list takes a sixth of the time of a task page, and only a host's own template shows it.
    """
    copied = copy(site)
    copied.get_app_list = lambda *given, **named: SimpleLazyObject(  # type: ignore[method-assign,assignment]
        lambda: site.get_app_list(*given, **named)
    )
    return copied.each_context(request)


def navigation(course: Course, granted: Rights, here: str = "") -> tuple[Step, ...]:
    """Return the pages of a course that a member of staff goes to from anywhere in it."""
    home = Step(_("Home"), reverse("admin:cx_courses_course_home"), "target")
    records = Step(_("Records"), reverse("admin:app_list", args=["cx_courses"]), "book")
    return (home, *course_links(course, granted, here), records)


def course_links(course: Course, granted: Rights, here: str = "") -> tuple[Step, ...]:
    """Return the pages of a course, without those that the person may not open."""
    reads = granted.may(Can.READ, course=course)
    edits = granted.may_everywhere(Can.EDIT, course=course)
    sees_people = granted.may(Can.PEOPLE, course=course)
    marks = granted.may(Can.MARK, course=course)
    takes_files = granted.may_everywhere(Can.READ, course=course)
    corrects = granted.may_everywhere(Can.CORRECT, course=course)
    content = (
        ("outline", pgettext("of a course", "Outline"), "list", reads),
        ("bank", _("Question bank"), "quiz", reads),
        ("check", pgettext("of a course", "Check"), "check-circle", reads),
        ("proposals", _("Proposals"), "draft", edits),
        ("files", _("Course files"), "download", takes_files),
        ("certificates", _("Certificates"), "check-circle", reads),
    )
    learners = (
        ("classes", _("Classes"), "user", sees_people),
        ("progress", pgettext("of a class", "Progress"), "circle-half", sees_people),
        ("gradebook", _("Gradebook"), "check", sees_people),
        ("marking", _("Marking"), "pencil", marks),
        ("analyses", pgettext("of a quiz", "Analysis"), "chart", reads and sees_people),
        ("reports", _("Fault reports"), "flag", reads and sees_people),
        ("corrections", pgettext("of results", "Corrections"), "refresh", corrects),
    )
    found: list[Step] = []
    for heading, pages in ((_("Content"), content), (_("Learners"), learners)):
        steps = [
            Step(title, _page_url(name, course), icon, is_current=name == here)
            for name, title, icon, is_allowed in pages
            if is_allowed
        ]
        found += [replace(step, heading=heading) for step in steps[:1]] + steps[1:]
    return (*found, Step(_("Learner's site"), course.get_absolute_url(), "eye"))


def _page_url(name: str, course: Course) -> str:
    return reverse(f"admin:cx_courses_course_{name}", args=[course.pk])
