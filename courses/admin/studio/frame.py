"""What stands around every task page: the course, the way back to where one was, its navigation."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.admin.studio.returning import place_of
from courses.models import Course


@dataclass(frozen=True)
class Step:
    """A link on the way here, or in the navigation of a course."""

    title: str
    url: str = ""
    icon: str = ""
    is_current: bool = False


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
        **admin.admin_site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "title": title,
        "opts": admin.opts,
        "course": course,
        "navigation": navigation(course, here) if course else (),
        "came_from": place_of(request),
        **more,
    }


def navigation(course: Course, here: str = "") -> tuple[Step, ...]:
    """Return the pages of a course that an author goes to from anywhere in it."""
    home = Step(_("Home"), reverse("admin:cx_courses_course_home"), "target")
    records = Step(_("Records"), reverse("admin:app_list", args=["cx_courses"]), "book")
    return (home, *course_links(course, here), records)


def course_links(course: Course, here: str = "") -> tuple[Step, ...]:
    """Return the pages of a course."""
    bank = reverse("admin:cx_courses_course_bank", args=[course.pk])
    outline = reverse("admin:cx_courses_course_outline", args=[course.pk])
    proposals = reverse("admin:cx_courses_course_proposals", args=[course.pk])
    check = reverse("admin:cx_courses_course_check", args=[course.pk])
    files = reverse("admin:cx_courses_course_files", args=[course.pk])
    return (
        Step(pgettext("of a course", "Outline"), outline, "list", is_current=here == "outline"),
        Step(_("Question bank"), bank, "quiz", is_current=here == "bank"),
        Step(pgettext("of a course", "Check"), check, "check-circle", is_current=here == "check"),
        Step(_("Proposals"), proposals, "draft", is_current=here == "proposals"),
        Step(_("Course files"), files, "download", is_current=here == "files"),
        Step(_("Learner's site"), course.get_absolute_url(), "eye"),
    )
