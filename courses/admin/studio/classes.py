"""The classes of a course: listed, made, renamed, archived."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.own import rights_of
from courses.admin.studio.class_frame import TEMPLATES, classes_url
from courses.admin.studio.frame import course_step, frame
from courses.admin.studio.posted import row_number
from courses.domain import section_people, sections
from courses.domain.rights import Can
from courses.errors import Conflict
from courses.models import Course, Enrolment, Section


class ClassForm(forms.Form):
    use_required_attribute = False

    title = forms.CharField(
        label=gettext_lazy("Name of the class"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "input"}),
    )


def classes(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the classes that the person may see, or change one of them."""
    course = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    granted = rights_of(request)
    if not (granted.may(Can.PEOPLE, course=course) and admin.has_view_permission(request)):
        raise PermissionDenied
    may_edit = granted.may_everywhere(Can.GRANT, course=course)
    may_edit = may_edit and request.user.has_perm("cx_courses.change_section")
    form = ClassForm()
    if request.method == "POST":
        if not may_edit:
            raise PermissionDenied
        form = ClassForm(request.POST)
        answer = _change(admin, request, course, form)
        if answer is not None:
            return answer
    rows = granted.sections(Can.PEOPLE).filter(course=course).with_learner_counts()
    context = frame(
        admin,
        request,
        title=_("Classes"),
        course=course,
        here="classes",
        crumbs=[course_step(request, course)],
        form=form,
        may_edit=may_edit,
        **_shown(list(rows)),
        course_staff=_course_staff(course)
        if granted.may_everywhere(Can.PEOPLE, course=course)
        else [],
    )
    return TemplateResponse(request, f"{TEMPLATES}classes.html", context)


def _shown(rows: list[Any]) -> dict[str, Any]:
    """Return the classes with the names of those who look after them. One query."""
    found = Enrolment.objects.active().staff()
    staff: dict[int | None, list[str]] = {}
    for one in found.filter(section__in=rows).select_related("user").order_by("pk"):
        name = section_people.name_of(user=one.user)
        text = f"{name} ({one.get_role_display()})"
        if text not in staff.setdefault(one.section_id, []):
            staff[one.section_id].append(text)
    cards = [{"section": row, "staff": staff.get(row.pk, [])} for row in rows]
    return {
        "cards": [one for one in cards if not one["section"].is_archived],
        "archived": [one for one in cards if one["section"].is_archived],
    }


def _course_staff(course: Course) -> list[tuple[Enrolment, str]]:
    """Return those with a role in the whole course, with their names."""
    rows = Enrolment.objects.active().filter(course=course, section=None)
    found = rows.select_related("user").order_by("role", "pk")
    return [(row, section_people.name_of(user=row.user)) for row in found]


def _change(
    admin: Any, request: HttpRequest, course: Course, form: ClassForm
) -> HttpResponse | None:
    """Do what a button asks for; None when the name of a class is wrong."""
    do, now = request.POST.get("do", ""), timezone.now()
    if do == "add":
        if not form.is_valid():
            return None
        row = sections.add(course=course, title=form.cleaned_data["title"], now=now)
        admin.log_addition(request, row, [{"added": {}}])
        admin.message_user(request, _("The class “%(name)s” is made.") % {"name": row})
        return redirect("admin:cx_courses_section_people", row.pk)
    rows = Section.objects.filter(course=course)
    row = get_object_or_404(rows, pk=row_number(request.POST.get("section", "")))
    values = _values(do, row, request.POST)
    if values is None:
        raise Http404
    try:
        sections.change(section=row, **values)
    except Conflict as error:
        admin.message_user(request, str(error), "ERROR")
    else:
        admin.log_change(request, row, [{"changed": {"fields": [do]}}])
        admin.message_user(request, _("The class “%(name)s” is changed.") % {"name": row})
    return redirect(classes_url(course.pk))


def _values(do: str, row: Section, posted: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the class is to be called and whether it is archived, None for no such button."""
    if do == "rename":
        form = ClassForm({"title": posted.get(f"title.{row.pk}", "")})
        title = form.cleaned_data["title"] if form.is_valid() else row.title
        return {"title": title, "is_archived": row.is_archived}
    if do in ("archive", "restore"):
        return {"title": row.title, "is_archived": do == "archive"}
    return None
