"""What the pages of one class share: finding it, who may change something in it, their tabs."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.admin.own import rights_of
from courses.admin.studio.frame import Step, course_step, frame
from courses.admin.studio.quiz_settings import MomentField
from courses.domain.rights import Can
from courses.models import Section

TEMPLATES = "admin/cx_courses/studio/"


class ClassDateField(MomentField):
    """A time to the minute, in a form of these pages."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.widget.attrs["class"] = "input"


def section_of(admin: Any, request: HttpRequest, pk: int) -> Section:
    """Return a class whose people the person may see. Raises Http404, PermissionDenied."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    section: Section | None = admin.get_object(request, str(pk))
    if section is None:
        raise Http404
    return section


def may_grant(request: HttpRequest, section: Section) -> bool:
    """Return whether the person may enrol into the class and give its learners more."""
    return rights_of(request).sections(Can.GRANT).filter(pk=section.pk).exists()


def changed_section(admin: Any, request: HttpRequest, pk: int) -> Section:
    """Return a class in which the person may enrol. Raises Http404, PermissionDenied."""
    section = section_of(admin, request, pk)
    if not (may_grant(request, section) and request.user.has_perm("cx_courses.change_enrolment")):
        raise PermissionDenied
    return section


def class_page(
    admin: Any,
    request: HttpRequest,
    template: str,
    section: Section,
    *,
    tab: str,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Answer with a page of the class, below its tabs."""
    is_granting = may_grant(request, section)
    course = section.course
    context = frame(
        admin,
        request,
        title=str(section),
        course=course,
        here="classes",
        crumbs=[course_step(request, course), Step(_("Classes"), classes_url(course.pk))],
        section=section,
        tabs=_tabs(section, tab, is_granting=is_granting),
        may_grant=is_granting,
        **more,
    )
    return TemplateResponse(request, f"{TEMPLATES}{template}", context, status=status)


def classes_url(course_pk: int) -> str:
    """Return the page that lists the classes of a course."""
    return reverse("admin:cx_courses_course_classes", args=[course_pk])


def class_url(section: Section, page: str = "people") -> str:
    """Return one of the pages of a class."""
    return reverse(f"admin:cx_courses_section_{page}", args=[section.pk])


def _tabs(section: Section, tab: str, *, is_granting: bool) -> list[Step]:
    pages = [
        ("people", pgettext("of a class", "People"), "user"),
        ("progress", pgettext("of a class", "Progress"), "circle-half"),
        ("dates", pgettext("of a class", "Dates"), "clock"),
    ]
    if is_granting:
        pages += [
            ("enrol", _("Enrol people"), "plus"),
            ("invitations", _("Invitations"), "person-pending"),
        ]
    return [
        Step(title, class_url(section, name), icon, is_current=name == tab)
        for name, title, icon in pages
    ]
