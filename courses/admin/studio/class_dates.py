"""The dates that a class has for quizzes instead of their own."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.studio.class_frame import (
    ClassDateField,
    class_page,
    class_url,
    may_grant,
    section_of,
)
from courses.admin.studio.reopening import REOPEN, reopen_chosen, reopen_form
from courses.domain import attempts, sections
from courses.models import Quiz, Section, SectionQuiz, limits


class DatesForm(forms.Form):
    """When one quiz opens and closes in the class; empty is as in the quiz."""

    use_required_attribute = False

    def __init__(self, data: Any, *, quiz: Quiz, dates: SectionQuiz) -> None:
        initial = {"opens": dates.opens_at, "closes": dates.closes_at}
        super().__init__(data, initial=initial, prefix=f"quiz-{quiz.pk}")
        self.quiz = quiz
        labels = {"opens": _("%(quiz)s opens"), "closes": _("%(quiz)s closes")}
        for name, label in labels.items():
            field = ClassDateField(required=False, validators=limits.DATES)
            field.label = label % {"quiz": quiz.title}
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens, closes = self.value("opens"), self.value("closes")
        if opens is not None and closes is not None and closes <= opens:
            self.add_error("closes", _("A quiz closes after it opens."))
        return cleaned

    def value(self, name: str) -> Any:
        """Return what was entered; what nobody touched keeps its seconds."""
        is_new = name in self.changed_data
        return self.cleaned_data.get(name) if is_new else self.initial[name]


def dates(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the dates of the class for every quiz, or store those that were changed."""
    section = section_of(admin, request, pk)
    is_sent = request.method == "POST"
    if is_sent and not _may_change(request, section):
        raise PermissionDenied
    now, is_reopening = timezone.now(), request.POST.get("do") == REOPEN
    rows = attempts.closed_by_time().filter(enrolment__section=section)
    reopening = reopen_form(request, rows, now=now, is_allowed=may_grant(request, section))
    if is_reopening and reopening is not None and reopening.is_valid():
        admin.message_user(request, reopen_chosen(reopening, by=request.user, now=now))
        return redirect(class_url(section, "dates"))
    is_sent = is_sent and not is_reopening
    found = _forms(section, request.POST if is_sent else None)
    if is_sent and all(form.is_valid() for form in found):
        _store(section, [form for form in found if form.has_changed()])
        admin.message_user(request, _("The dates of the class are saved."))
        return redirect(class_url(section, "dates"))
    return class_page(
        admin,
        request,
        "class_dates.html",
        section,
        tab="dates",
        forms=found,
        reopening=reopening,
        may_change=_may_change(request, section),
    )


def _may_change(request: HttpRequest, section: Section) -> bool:
    has_permission = request.user.has_perm("cx_courses.change_sectionquiz")
    return has_permission and may_grant(request, section)


def _forms(section: Section, data: Any) -> list[DatesForm]:
    quizzes = Quiz.objects.offered().standalone().filter(course=section.course_id)
    known = {row.quiz_id: row for row in SectionQuiz.objects.filter(section=section)}
    return [
        DatesForm(data, quiz=quiz, dates=known.get(quiz.pk, SectionQuiz()))
        for quiz in quizzes.order_by("module__position", "position", "pk")
    ]


@transaction.atomic
def _store(section: Section, changed: list[DatesForm]) -> None:
    for form in changed:
        sections.set_dates(
            section=section,
            quiz=form.quiz,
            opens_at=form.value("opens"),
            closes_at=form.value("closes"),
        )
