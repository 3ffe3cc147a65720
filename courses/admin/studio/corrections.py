"""The corrections of a course: their list, and one of them with what it did to whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses import spreadsheet, streaming
from courses.admin.studio.correcting import (
    TEMPLATES,
    TITLES,
    corrected_course,
    crumbs,
    notes_of,
    person_name,
    words_of,
)
from courses.admin.studio.frame import frame
from courses.domain.regrading import batches, changes, left_behind, policies
from courses.errors import CoursesError
from courses.models import Job, RegradeBatch, RegradeOutcome

ROWS = 50
AT_ONCE = 500
SHOW = ("all", "change", "cross", "noted")
CAN_UNDO = (RegradeBatch.State.APPLIED, RegradeBatch.State.STOPPED)
CAN_GO_ON = (RegradeBatch.State.STOPPED, RegradeBatch.State.UNDO_STOPPED)


@dataclass(frozen=True)
class OutcomeRow:
    """What a batch did to one learner's result, as the table shows it."""

    outcome: RegradeOutcome

    @property
    def name(self) -> str:
        return person_name(self.outcome.enrolment)

    @property
    def notes(self) -> list[str]:
        return notes_of(self.outcome.notes)

    @property
    def crossing(self) -> str:
        before, after = self.outcome.passed_before, self.outcome.passed_after
        if bool(before) == bool(after):
            return ""
        return "gain" if after else "lose"


def corrections(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the corrections of a course, and what waits for one."""
    course = corrected_course(admin, request, pk)
    rows = RegradeBatch.objects.filter(course=course).select_related("by", "undone_by")
    counted = rows.annotate(changed=Count("outcomes", filter=Q(outcomes__state="changed")))
    page = Paginator(counted.order_by("-pk"), ROWS).get_page(request.GET.get("page"))
    context = frame(
        admin,
        request,
        title=pgettext("of results", "Corrections"),
        course=course,
        here="corrections",
        crumbs=crumbs(request, course, with_list=False),
        page=page,
        rows=[(batch, policy_title(batch)) for batch in page.object_list],
        stale=left_behind.of_course(course=course),
        may_correct=True,
    )
    return TemplateResponse(request, f"{TEMPLATES}corrections.html", context)


def correction(admin: Any, request: HttpRequest, pk: int, uuid: UUID) -> HttpResponseBase:
    """Show a correction with its outcome; undo it, or go on where it stopped."""
    course = corrected_course(admin, request, pk)
    rows = RegradeBatch.objects.select_related("course", "by", "undone_by")
    batch = rows.filter(course=course, uuid=uuid).first()
    if batch is None:
        raise Http404
    if request.method == "POST":
        return _do(request, batch)
    show = request.GET.get("show", "all") if request.GET.get("show") in SHOW else "all"
    outcomes = _shown(batch.outcomes.all(), show)
    outcomes = outcomes.select_related("enrolment__user", "line_item__quiz").order_by("pk")
    if request.GET.get("format") == "csv":
        return streaming.download(
            request,
            _csv(outcomes),
            name=f"{course.key}-correction.csv",
            content_type="text/csv; charset=utf-8",
        )
    page = Paginator(outcomes, ROWS).get_page(request.GET.get("page"))
    context = frame(
        admin,
        request,
        title=_("Correction of results"),
        course=course,
        here="corrections",
        crumbs=crumbs(request, course),
        page=page,
        rows=[OutcomeRow(one) for one in page.object_list],
        show=show,
        **_of_batch(batch),
    )
    return TemplateResponse(request, f"{TEMPLATES}correction.html", context)


def _of_batch(batch: RegradeBatch) -> dict[str, Any]:
    """Return what the page says of the batch as a whole."""
    lost = Q(passed_before=True) & ~Q(passed_after=True)
    gained = Q(passed_after=True) & ~Q(passed_before=True)
    counts = batch.outcomes.aggregate(
        learners=Count("pk"),
        changed=Count("pk", filter=Q(state="changed")),
        gained=Count("pk", filter=gained),
        lost=Count("pk", filter=lost),
        noted=Count("pk", filter=~Q(notes=[])),
    )
    kinds = (batches.APPLY, batches.UNDO)
    jobs = Job.objects.filter(kind__in=kinds, args__batch=str(batch.uuid))
    return {
        "batch": batch,
        "policy": policy_title(batch),
        "words": [words_of(one) for one in changes.loaded(batch).values()],
        "targets": batch.targets.select_related("line_item__quiz"),
        "job": jobs.order_by("-pk").first(),
        "counts": counts,
        "can_undo": batch.state in CAN_UNDO,
        "can_go_on": batch.state in CAN_GO_ON,
    }


def policy_title(batch: RegradeBatch) -> str:
    """Return in words how a batch is applied."""
    found = next(
        (
            one.key
            for one in policies.ALL
            if (one.transform, one.spares) == (batch.transform, batch.spares)
        ),
        "full",
    )
    return str(TITLES[found])


def _do(request: HttpRequest, batch: RegradeBatch) -> HttpResponse:
    act = {"undo": batches.undo, "go_on": batches.resume}.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    try:
        act(batch=batch, by=request.user, now=timezone.now())
    except CoursesError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The work has begun."))
    return redirect(request.path)


def _shown(rows: QuerySet[RegradeOutcome], show: str) -> QuerySet[RegradeOutcome]:
    if show == "change":
        return rows.filter(state=RegradeOutcome.State.CHANGED)
    if show == "cross":
        up = Q(passed_after=True) & ~Q(passed_before=True)
        return rows.filter(up | (Q(passed_before=True) & ~Q(passed_after=True)))
    if show == "noted":
        return rows.exclude(notes=[])
    return rows


def _csv(outcomes: QuerySet[RegradeOutcome]) -> Iterator[str]:
    """Yield the outcomes as lines that a spreadsheet reads."""
    head = [
        _("Learner"), _("Quiz"), _("Before"), _("After"), _("Passed before"), _("Passed after"),
        _("What was left as it was"), _("Undone at"),
    ]  # fmt: skip
    yield "\N{ZERO WIDTH NO-BREAK SPACE}" + spreadsheet.text([head])
    for one in outcomes.iterator(chunk_size=AT_ONCE):
        row = OutcomeRow(one)
        line = [
            row.name,
            one.line_item.label,
            _cell(one.percent_before),
            _cell(one.percent_after),
            _cell(one.passed_before),
            _cell(one.passed_after),
            "; ".join(row.notes),
            "" if one.undone_at is None else one.undone_at.isoformat(),
        ]
        yield spreadsheet.text([line])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)
