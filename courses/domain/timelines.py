"""Every attempt of one learner at the graded quizzes of a course, with what happened and when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Max

from courses.domain import events, gradesheet
from courses.domain.gradesheet import Cell
from courses.models import (
    Attempt,
    AttemptDecision,
    Enrolment,
    Event,
    Grading,
    LineItem,
    Response,
    ResultOverride,
)


class Happened(StrEnum):
    """What a line of a time line says."""

    STARTED = "started"
    SAVED = "saved"
    HANDED_IN = "handed_in"
    MARKED = "marked"
    REGRADED = "regraded"
    UNDONE = "undone"
    REOPENED = "reopened"
    VOIDED = "voided"
    RESTORED = "restored"
    OVERRIDDEN = "overridden"
    EXCUSED = "excused"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True)
class TimelineEntry:
    """One line. `count` is of responses saved or marked; `until` a new deadline."""

    at: datetime
    what: Happened
    by: Any = None
    reason: str = ""
    count: int = 0
    until: datetime | None = None
    percent: Any = None


@dataclass(frozen=True)
class AttemptLine:
    attempt: Attempt
    moments: list[TimelineEntry]


@dataclass
class QuizLine:
    """A column, what counts there, its attempts, and decisions on the result as a whole."""

    line_item: LineItem
    cell: Cell | None
    attempts: list[AttemptLine] = field(default_factory=list)
    decisions: list[TimelineEntry] = field(default_factory=list)


def timeline(*, enrolment: Enrolment) -> list[QuizLine]:
    """Return a line for each column of the course. Eight queries at most."""
    heads = gradesheet.columns(course=enrolment.course)
    (line,) = gradesheet.lines(enrolments=[enrolment], columns=heads)
    found = {
        head.quiz_id: QuizLine(head, cell) for head, cell in zip(heads, line.cells, strict=True)
    }
    attempts = list(
        Attempt.objects.filter(enrolment=enrolment, quiz__in=[key for key in found if key])
        .select_related("quiz", "enrolment")
        .order_by("quiz", "number")
    )
    moments = _moments(enrolment, attempts)
    for one in attempts:
        mine = sorted(moments[one.pk], key=lambda moment: moment.at)
        found[one.quiz_id].attempts.append(AttemptLine(one, mine))
    by_column = {one.line_item.pk: one for one in found.values()}
    rows = ResultOverride.objects.filter(enrolment=enrolment).select_related("by")
    for row in rows.order_by("sequence"):
        by_column[row.line_item_id].decisions.append(_override(row))
    return list(found.values())


def _moments(enrolment: Enrolment, attempts: Iterable[Attempt]) -> dict[int, list[TimelineEntry]]:
    known = {one.pk: one for one in attempts}
    found: dict[int, list[TimelineEntry]] = {
        pk: [TimelineEntry(one.started_at, Happened.STARTED)] for pk, one in known.items()
    }
    for pk, moment in (
        *_saved(known),
        *_handed_in(enrolment, known),
        *_judged(known),
        *_decided(known),
    ):
        found[pk].append(moment)
    return found


def _saved(known: dict[int, Attempt]) -> Iterator[tuple[int, TimelineEntry]]:
    rows = Response.objects.filter(item__attempt__in=known).order_by()
    for pk, count, last in rows.values_list("item__attempt").annotate(
        Count("pk"), Max("received_at")
    ):
        yield pk, TimelineEntry(last, Happened.SAVED, count=count)


def _handed_in(
    enrolment: Enrolment, known: dict[int, Attempt]
) -> Iterator[tuple[int, TimelineEntry]]:
    """Yield hand-ins: the last of each attempt, and from the events those before a reopening."""
    for pk, one in known.items():
        if one.submitted_at is not None:
            yield pk, TimelineEntry(one.submitted_at, Happened.HANDED_IN)
    reopened = {str(one.uuid): one for one in known.values() if one.reopened_at is not None}
    if not reopened:
        return
    rows = Event.objects.filter(type=events.ATTEMPT_SUBMITTED, enrolment=enrolment)
    for row in rows.order_by("pk"):
        earlier = reopened.get(row.data.get("attempt", ""))
        at = row.data.get("submitted_at")
        when = datetime.fromisoformat(at) if at else row.occurred_at
        if earlier is not None and when != earlier.submitted_at:
            yield earlier.pk, TimelineEntry(when, Happened.HANDED_IN)


def _judged(known: dict[int, Attempt]) -> Iterator[tuple[int, TimelineEntry]]:
    """Yield marks by a person, those of one moment together, and corrections of results."""
    kinds = (Grading.Kind.PERSON, Grading.Kind.REGRADE)
    rows = Grading.objects.filter(item__attempt__in=known, kind__in=kinds)
    rows = rows.select_related("item", "by", "batch__by", "batch__undone_by").order_by("graded_at")
    counts: dict[tuple[Any, ...], int] = {}
    firsts: dict[tuple[Any, ...], Grading] = {}
    for row in rows:
        key = (row.item.attempt_id, row.batch_id, row.is_undo, row.by_id, row.graded_at)
        counts[key] = counts.get(key, 0) + 1
        firsts.setdefault(key, row)
    for key, row in firsts.items():
        yield row.item.attempt_id, _judgement(row, counts[key])


def _judgement(row: Grading, count: int) -> TimelineEntry:
    if row.batch is None:
        return TimelineEntry(row.graded_at, Happened.MARKED, row.by, row.reason, count)
    if row.is_undo:
        return TimelineEntry(row.graded_at, Happened.UNDONE, row.batch.undone_by, count=count)
    return TimelineEntry(row.graded_at, Happened.REGRADED, row.batch.by, row.batch.reason, count)


def _decided(known: dict[int, Attempt]) -> Iterator[tuple[int, TimelineEntry]]:
    rows = AttemptDecision.objects.filter(attempt__in=known).select_related("by")
    for row in rows.order_by("attempt", "sequence"):
        what = Happened(row.kind)
        yield (
            row.attempt_id,
            TimelineEntry(row.decided_at, what, row.by, row.reason, until=row.deadline_at),
        )


def _override(row: ResultOverride) -> TimelineEntry:
    if row.is_excused:
        return TimelineEntry(row.given_at, Happened.EXCUSED, row.by, row.reason)
    if row.scaled is None:
        return TimelineEntry(row.given_at, Happened.TAKEN_BACK, row.by, row.reason)
    return TimelineEntry(row.given_at, Happened.OVERRIDDEN, row.by, row.reason, percent=row.percent)
