"""What learners reported about questions: by question, with what they saw, and the answers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.admin.own import rights_of
from courses.admin.studio.class_frame import TEMPLATES
from courses.admin.studio.frame import course_step, frame
from courses.admin.studio.links import SiteLinks
from courses.domain import fault_reports, item_views, section_people
from courses.domain.fault_reports import ReportedQuestion
from courses.domain.rights import Can
from courses.errors import Conflict, NotFound
from courses.models import Course, FaultReport
from courses.models.fault_report import LONGEST
from courses.questions.base import Reveal

SHOWN = 50
"""Reports on a page."""


class AnswerForm(forms.Form):
    use_required_attribute = False

    outcome = forms.ChoiceField(
        label=gettext_lazy("What became of it"),
        choices=[(one.value, one.label) for one in fault_reports.OUTCOMES],
        widget=forms.Select(attrs={"class": "input"}),
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer to the learners"),
        help_text=gettext_lazy("They read it on the page of the course."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
    )


@dataclass(frozen=True)
class ReportCard:
    """A report with the question as its learner saw and answered it."""

    report: FaultReport
    may_answer: bool

    @property
    def links(self) -> SiteLinks:
        question = self.report.version.question
        module = question.module.key if question.module else ""
        return SiteLinks(self.report.enrolment.course.key, module)

    @property
    def name(self) -> str:
        return section_people.name_of(user=self.report.enrolment.user)

    @property
    def view(self) -> item_views.ItemView:
        one = self.report
        response = getattr(one, "response_value", None)
        view = item_views.sample_item(
            version=one.version,
            params=one.item.params,
            response=response,
            reveal=Reveal.everything(),
        )
        return replace(view, name=f"report-{one.pk}-")


@dataclass(frozen=True)
class ReportedQuestionCard:
    found: ReportedQuestion
    cards: list[ReportCard]
    edit_url: str
    correct_url: str
    form: AnswerForm | None

    @property
    def pk(self) -> int:
        return int(self.found.question.pk)


def reports(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the open reports of a course, or the answered ones; answer some of them."""
    course = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    granted = rights_of(request)
    may_see = granted.may(Can.PEOPLE, course=course) and granted.may(Can.READ, course=course)
    if not (may_see and admin.has_view_permission(request)):
        raise PermissionDenied
    refused: AnswerForm | None = None
    if request.method == "POST":
        if not granted.may(Can.MARK, course=course):
            raise PermissionDenied
        refused = AnswerForm(request.POST)
        if refused.is_valid():
            return _answer(admin, request, course, refused.cleaned_data)
    are_answered = request.GET.get("show") == "answered"
    context = frame(
        admin,
        request,
        title=_("Fault reports"),
        course=course,
        here="reports",
        crumbs=[course_step(request, course)],
        are_answered=are_answered,
        longest=LONGEST,
        **_shown(request, course, refused, are_answered=are_answered),
    )
    status = 422 if refused is not None else 200
    return TemplateResponse(request, f"{TEMPLATES}fault_reports.html", context, status=status)


def _answer(
    admin: Any, request: HttpRequest, course: Course, values: Mapping[str, Any]
) -> HttpResponse:
    place = reverse("admin:cx_courses_course_reports", args=[course.pk])
    uuids = [found for text in request.POST.getlist("report") if (found := _uuid(text))]
    if not uuids:
        admin.message_user(request, _("Tick the reports that you answer."), "ERROR")
        return redirect(place)
    try:
        rows = fault_reports.answer(
            reports=fault_reports.answerable(by=request.user, course=course),
            by=request.user,
            uuids=uuids,
            outcome=values["outcome"],
            text=values["answer"],
            now=timezone.now(),
        )
    except NotFound:
        raise Http404 from None
    except Conflict as error:
        admin.message_user(request, str(error), "ERROR")
    else:
        text = ngettext("%d report is answered.", "%d reports are answered.", len(rows))
        admin.message_user(request, text % len(rows))
    return redirect(place)


def _shown(
    request: HttpRequest, course: Course, refused: AnswerForm | None, *, are_answered: bool
) -> dict[str, Any]:
    rows = fault_reports.of_course(by=request.user, course=course)
    rows = rows.exclude(state=FaultReport.State.OPEN) if are_answered else rows.open()
    found = list(fault_reports.with_responses(rows=rows)[: SHOWN + 1])
    reached = set(
        rights_of(request)
        .enrolments(Can.MARK)
        .filter(pk__in={row.enrolment_id for row in found})
        .values_list("pk", flat=True)
    )
    return {
        "cards": [
            _card(request, one, reached, refused)
            for one in fault_reports.by_question(reports=found[:SHOWN])
        ],
        "has_more": len(found) > SHOWN,
    }


def _card(
    request: HttpRequest, one: ReportedQuestion, reached: set[int], refused: AnswerForm | None
) -> ReportedQuestionCard:
    granted, pk = rights_of(request), one.question.pk
    course = one.reports[0].enrolment.course_id
    cards = [ReportCard(row, row.enrolment_id in reached) for row in one.reports]
    is_waiting = any(card.may_answer and card.report.answered_at is None for card in cards)
    form = refused if request.POST.get("question") == str(pk) else None
    edits = granted.may(Can.EDIT, course=course)
    return ReportedQuestionCard(
        found=one,
        cards=cards,
        edit_url=reverse("admin:cx_courses_question_edit", args=[pk]) if edits else "",
        correct_url=_correct_url(one) if granted.may(Can.CORRECT, course=course) else "",
        form=(form or AnswerForm(auto_id=f"id_{pk}_%s")) if is_waiting else None,
    )


def _correct_url(one: ReportedQuestion) -> str:
    """Return the page that corrects the results of those who answered the reported version."""
    try:
        place = reverse("admin:cx_courses_question_correct", args=[one.question.pk])
    except NoReverseMatch:
        return ""
    return f"{place}?version={one.reports[0].version_id}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
