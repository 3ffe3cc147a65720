"""The page on which a course, module, quiz or question is duplicated as a draft."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.studio.frame import Step, frame
from courses.admin.studio.outline_commands import number_in, rows_of
from courses.domain import enrolments
from courses.domain.authoring import duplicating, edits
from courses.domain.authoring.editions import Origin
from courses.domain.authoring.quiz_transfer import duplicate_quiz_into
from courses.domain.rights import Can, Rights, rights
from courses.errors import CoursesError
from courses.models import Course, Edition, Enrolment, Module, Question, Quiz

TEMPLATE = "admin/cx_courses/studio/duplicate.html"
NEEDS = {
    "course": ("add_course",),
    "module": ("add_module", "add_lesson", "add_question", "add_quiz"),
    "quiz": ("add_quiz", "add_question"),
    "question": ("add_question",),
}
"""The permissions that it takes to make one more."""
_MOST_DAYS = 3_660


class DuplicateForm(forms.Form):
    """What the copy is called, how far its dates move and, for a quiz, where it goes."""

    use_required_attribute = False

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    into = forms.TypedChoiceField(
        label=gettext_lazy("Into"), required=False, coerce=int, empty_value=None
    )
    days = forms.IntegerField(
        label=gettext_lazy("Move its dates by so many days"),
        min_value=-_MOST_DAYS,
        max_value=_MOST_DAYS,
        initial=0,
        help_text=gettext_lazy("All dates together; the times of day stay. 364 days are 52 weeks."),
    )

    def __init__(self, data: Any, *, kind: str, row: Any, granted: Rights) -> None:
        super().__init__(data, initial={"title": _("Copy of %(title)s") % {"title": row}})
        if kind == "quiz":
            places = self.fields["into"]
            assert isinstance(places, forms.TypedChoiceField)  # noqa: S101 (for the type checker)
            places.choices = _places(row, granted)
        else:
            del self.fields["into"]
        if kind == "question":
            self.fields.clear()
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"


def _places(quiz: Quiz, granted: Rights) -> list[Any]:
    """Return where a quiz can go: beside the original, or a module of another course."""
    courses = granted.courses(Can.EDIT).exclude(pk=quiz.course_id)
    modules = Module.objects.filter(course__in=courses, is_archived=False).select_related("course")
    grouped: dict[str, list[tuple[int, str]]] = {}
    for module in modules.order_by("course__title", "course", "position", "pk"):
        grouped.setdefault(module.course.title, []).append((module.pk, module.title))
    return [("", _("This course, beside the original")), *grouped.items()]


def duplicate(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is to be duplicated, or do it."""
    course = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    granted = rights(by=request.user)
    kind, row = _wanted(request, course)
    permissions = [f"cx_courses.{name}" for name in NEEDS[kind]]
    may_edit = granted.may_everywhere(Can.EDIT, course=course)
    if not (may_edit and request.user.has_perms(permissions)):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = DuplicateForm(data, kind=kind, row=row, granted=granted)
    if form.is_valid():
        try:
            return _done(admin, request, row, form)
        except CoursesError as error:
            form.add_error(None, str(error))
    context = frame(
        admin,
        request,
        title=_("Duplicate"),
        course=course,
        crumbs=[Step(course.title, _outline(course))],
        form=form,
        row=row,
        kind=kind,
        dated=_dated(row),
    )
    return TemplateResponse(request, TEMPLATE, context)


def _wanted(request: HttpRequest, course: Course) -> tuple[str, Any]:
    kind, _dash, pk = request.GET.get("what", "").partition("-")
    if not kind:
        return "course", course
    if kind == "question":
        rows = Question.objects.filter(course=course).select_related("course", "module")
        return kind, get_object_or_404(rows, pk=number_in(pk))
    if kind not in ("module", "quiz"):
        raise Http404
    return kind, get_object_or_404(rows_of(kind, course), pk=number_in(pk))


def _done(admin: Any, request: HttpRequest, row: Any, form: DuplicateForm) -> HttpResponse:
    origin = Origin(Edition.Channel.COPY, request.user, timezone.now(), note=str(row)[:200])
    made = _made(row, form.cleaned_data, origin)
    admin.log_addition(request, made, [{"added": {}}])
    text = _("“%(title)s” is duplicated. Learners do not see the copy before it is published.")
    admin.message_user(request, text % {"title": row}, messages.SUCCESS)
    if isinstance(made, Question):
        return redirect("admin:cx_courses_question_edit", made.pk)
    course = made if isinstance(made, Course) else edits.course_of(made)
    at = "" if made is course else f"?{urlencode({'at': f'{made._meta.model_name}-{made.pk}'})}"
    return redirect(_outline(course) + at)


def _made(row: Any, entered: dict[str, Any], origin: Origin) -> Any:
    if isinstance(row, Question):
        return duplicating.duplicate_question(question=row, origin=origin)
    shift = duplicating.DateShift(entered["days"], timezone.get_current_timezone())
    title = entered["title"]
    if isinstance(row, Course):
        key = edits.free_course_key(text=title)
        made = duplicating.duplicate_course(
            course=row, key=key, title=title, shift=shift, origin=origin
        )
        _enrol(made, origin)
        return made
    if isinstance(row, Module):
        return duplicating.duplicate_module(module=row, title=title, shift=shift, origin=origin)
    module = Module.objects.select_related("course").filter(pk=entered["into"]).first()
    if module is None:
        return duplicating.duplicate_quiz(quiz=row, title=title, shift=shift, origin=origin)
    return duplicate_quiz_into(quiz=row, module=module, title=title, shift=shift, origin=origin)


def _enrol(course: Course, origin: Origin) -> None:
    """Make who copied a course its instructor, so that they can see it."""
    if not origin.by.is_superuser:
        role = Enrolment.Role.INSTRUCTOR
        enrolments.enrol(course=course, user=origin.by, role=role, by=origin.by, now=origin.now)


def _dated(row: Any) -> list[Quiz]:
    """Return the quizzes whose dates move."""
    if isinstance(row, Question):
        return []
    quizzes = Quiz.objects.standalone().filter(is_archived=False)
    quizzes = quizzes.exclude(Q(opens_at=None) & Q(closes_at=None))
    narrow = {Course: "course", Module: "module", Quiz: "pk"}[type(row)]
    return list(quizzes.filter(**{narrow: row.pk}).order_by("opens_at", "closes_at"))


def _outline(course: Course) -> str:
    return reverse("admin:cx_courses_course_outline", args=[course.pk])
