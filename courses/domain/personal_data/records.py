"""What hangs on enrolments, and its deletion below the managers that forbid it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from courses.domain import pinning
from courses.domain.personal_data import hosts_rows
from courses.models import (
    Attempt,
    AttemptDecision,
    AttemptItem,
    Enrolment,
    Extension,
    FaultReport,
    Grading,
    LessonNote,
    LessonProgress,
    Mark,
    MarkingClaim,
    Notice,
    PinnedContent,
    RegradeOutcome,
    RegradePreviewRow,
    Response,
    Result,
    ResultOverride,
    ReviewCard,
    Trial,
)

Rows = tuple[QuerySet[Any], ...]


def of_attempts(enrolments: QuerySet[Enrolment]) -> Rows:
    """Return attempts and what belongs to them, in the order in which they can be deleted."""
    attempts = Attempt.objects.filter(enrolment__in=enrolments)
    items = AttemptItem.objects.filter(attempt__in=attempts)
    return (
        MarkingClaim.objects.filter(item__in=items),
        Mark.objects.filter(item__in=items),
        FaultReport.objects.filter(item__in=items),
        Grading.objects.filter(item__in=items),
        Response.objects.filter(item__in=items),
        items,
        _pinned_by_trials(items),
        RegradeOutcome.objects.filter(enrolment__in=enrolments),
        RegradePreviewRow.objects.filter(enrolment__in=enrolments),
        Result.objects.filter(enrolment__in=enrolments),
        ResultOverride.objects.filter(enrolment__in=enrolments),
        AttemptDecision.objects.filter(attempt__in=attempts),
        attempts,
    )


def of_lessons(enrolments: QuerySet[Enrolment]) -> Rows:
    """Return notes, progress and cards."""
    return (
        LessonNote.objects.filter(enrolment__in=enrolments),
        LessonProgress.objects.filter(enrolment__in=enrolments),
        ReviewCard.objects.filter(enrolment__in=enrolments),
    )


def of_enrolments(enrolments: QuerySet[Enrolment]) -> Rows:
    """Return the rest, the enrolments last."""
    return (
        Extension.objects.filter(enrolment__in=enrolments),
        Notice.objects.filter(enrolment__in=enrolments),
        Trial.objects.filter(enrolment__in=enrolments),
        enrolments,
    )


def delete(rows: Iterable[QuerySet[Any]]) -> None:
    """Delete the rows with the host's that depend on them. Raises Conflict where one may not go."""
    for one in rows:
        hosts_rows.release(rows=one)
        one._raw_delete(one.db)


def _pinned_by_trials(items: QuerySet[AttemptItem]) -> QuerySet[PinnedContent]:
    """Return what was pinned for trials alone; what attempts of learners share stays."""
    tried = items.filter(attempt__enrolment__state=Enrolment.TRIAL)
    found = pinning.hashes(tried.select_related("stimulus").defer("stimulus__content"))
    return PinnedContent.objects.filter(content_hash__in=found)
