"""What a course's learners did, in long lists: their results, attempts and responses."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.domain.reveal import visibility
from courses.models import Attempt, Course, Enrolment, Grading, Response, Result

CHUNK = 500
_LEARNER = Enrolment.Role.LEARNER


def results(*, course: Course) -> QuerySet[Result]:
    """Return what counts for each learner in each column."""
    rows = Result.objects.filter(line_item__course=course, enrolment__role=_LEARNER)
    return rows.select_related("line_item__quiz", "enrolment", *visibility.RESULT_PATHS)


def attempts(*, course: Course) -> QuerySet[Attempt]:
    """Return attempts at quizzes that are taken as such, without trials of instructors."""
    rows = Attempt.objects.standalone().filter(
        enrolment__course=course, enrolment__role=_LEARNER, quiz__course=course
    )
    return rows.exclude(policy__has_key="is_trial").select_related("quiz", "enrolment")


def responses(*, course: Course) -> QuerySet[Response]:
    """Return every response in those attempts, also those that were replaced."""
    place = "item__attempt"
    rows = Response.objects.filter(
        **{
            f"{place}__enrolment__course": course,
            f"{place}__enrolment__role": _LEARNER,
            f"{place}__quiz__course": course,
            f"{place}__quiz__lesson": None,
            f"{place}__quiz__is_review": False,
        }
    )
    rows = rows.exclude(**{f"{place}__policy__has_key": "is_trial"})
    rows = rows.select_related(f"{place}__quiz", f"{place}__enrolment", "item__version__question")
    return rows.defer("item__value", "item__params", "item__pinned", "item__version__data")


def attempts_since(rows: QuerySet[Attempt], *, moment: datetime) -> QuerySet[Attempt]:
    """Return the attempts started, submitted or graded from this moment on."""
    graded = Grading.objects.filter(item__attempt=OuterRef("pk"), graded_at__gte=moment)
    return rows.filter(Q(started_at__gte=moment) | Q(submitted_at__gte=moment) | Exists(graded))


def responses_since(rows: QuerySet[Response], *, moment: datetime) -> QuerySet[Response]:
    """Return the responses stored or graded from this moment on."""
    graded = Grading.objects.filter(response=OuterRef("pk"), graded_at__gte=moment)
    return rows.filter(Q(received_at__gte=moment) | Exists(graded))


def complete_results(rows: Sequence[Any], *, now: datetime) -> Sequence[Any]:
    """Note at each result whether its learner sees it. As many queries for all as for one."""
    shown = {row.pk for row in visibility.shown_results(results=rows, now=now)}
    for row in rows:
        row.is_shown = row.pk in shown
    return rows


def complete_attempts(rows: Sequence[Any], *, now: datetime) -> Sequence[Any]:
    """Note at each attempt whether its learner sees the score. As many queries for all."""
    shown = visibility.shown_scores(attempts=rows, now=now)
    for row in rows:
        row.is_shown = row.pk in shown
    return rows


def complete_responses(rows: Sequence[Any], *, now: datetime) -> Sequence[Any]:
    """Note at each response its latest grading, and whether its learner sees the attempt's score.

    As many queries for all as for one.
    """
    gradings = Grading.objects.filter(response__in=[row.pk for row in rows]).order_by("sequence")
    latest = {one.response_id: one for one in gradings.defer("parts", "feedback")}
    shown = visibility.shown_scores(attempts={row.item.attempt for row in rows}, now=now)
    for row in rows:
        row.grading = latest.get(row.pk)
        row.is_current = row.revision == row.item.revision
        row.is_shown = row.item.attempt_id in shown
    return rows


def chunks(
    rows: Any, *, complete: Callable[..., Sequence[Any]], now: datetime
) -> Iterator[Sequence[Any]]:
    """Read all the rows, the oldest first, and hold no more than one chunk of them.

    Each chunk begins behind the last row of the one before: there is no cursor in the database that
    would have to stay open, and a row that is new meanwhile comes at the end.
    """
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = found[-1].pk
        yield complete(found, now=now)
        if len(found) < CHUNK:
            return
