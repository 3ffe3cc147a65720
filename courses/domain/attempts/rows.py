"""Attempts in a list, as far as their learner may know how they went."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from courses.domain import list_pages
from courses.domain.list_pages import ListPage
from courses.domain.reveal import visibility
from courses.models import Attempt, Enrolment, Quiz, Result
from courses.prepared import PreparedQuery


@dataclass(frozen=True)
class AttemptRow:
    attempt: Attempt
    is_score_shown: bool
    result: Result | None
    """What counts in the attempt's quiz, if its learner may know that."""

    @property
    def number(self) -> int:
        return self.attempt.number

    @property
    def state(self) -> str:
        return self.attempt.state

    @property
    def percent(self) -> Decimal | None:
        """None also while the quiz hides it from the learner."""
        return self.attempt.percent if self.is_score_shown else None

    @property
    def pass_mark(self) -> Decimal | None:
        """The mark that the verdict rests on; None in practice, which is not judged."""
        if not self.attempt.quiz.is_graded:
            return None
        return self.result.pass_mark if self.result else None

    @property
    def has_passed(self) -> bool | None:
        """The attempt's own verdict, where it is the same as that of the quiz's result."""
        if self.result is None or not self.is_score_shown or self.result.is_overridden:
            return None
        if self.attempt.has_passed or not self.result.has_passed:
            return self.attempt.has_passed
        return None

    @property
    def is_reviewable(self) -> bool:
        return not self.attempt.is_open


def rows(
    *, attempts: Iterable[Attempt], results: Iterable[Result], now: datetime
) -> list[AttemptRow]:
    """Return the attempts in their order; their quizzes and enrolments should be loaded.

    `results` are those that the learner may see.
    """
    found = list(attempts)
    shown = visibility.shown_scores(attempts=found, now=now)
    counting = {(row.enrolment_id, row.line_item.quiz_id): row for row in results}
    return [
        AttemptRow(one, one.pk in shown, counting.get((one.enrolment_id, one.quiz_id)))
        for one in found
    ]


def page_of(
    *, by: Any, now: datetime, number: int, size: int, enrolment: Enrolment | None = None
) -> ListPage[AttemptRow]:
    """Return a page of a person's attempts, the latest first. Queries as `latest_of`."""

    def read_rows(part: slice) -> list[AttemptRow]:
        return latest_of(
            by=by, now=now, limit=part.stop - part.start, skip=part.start, enrolment=enrolment
        )

    return list_pages.read(number=number, size=size, read_rows=read_rows)


def latest_of(
    *, by: Any, now: datetime, limit: int, skip: int = 0, enrolment: Enrolment | None = None
) -> list[AttemptRow]:
    """Return a person's latest attempts, in all courses or of one enrolment.

    Without checks and daily reviews. Two queries where the policies alone decide what is shown.
    """
    whose = {"enrolment__user": by} if enrolment is None else {"enrolment": enrolment}
    mine = Attempt.objects.standalone().without_trials().filter(**whose)
    mine = mine.select_related("quiz", "enrolment__course").order_by("-started_at", "-pk")
    found = list(mine[skip : skip + limit])
    if not found:
        return []
    results = Result.objects.filter(**whose)
    results = results.select_related("line_item", *visibility.RESULT_PATHS)
    return rows(attempts=found, results=visibility.shown_results(results=results, now=now), now=now)


def result_of(*, enrolment: Enrolment, quiz: Quiz) -> Result | None:
    """Return what counts for a learner in a quiz, whether it is shown or not."""
    row = _RESULT.first(enrolment.pk, quiz.pk)
    if row is not None:
        row.enrolment, row.line_item.quiz = enrolment, quiz
        if row.attempt is not None:
            row.attempt.enrolment, row.attempt.quiz = enrolment, quiz
    return row


def _result_of(enrolment_id: int, quiz_id: int) -> QuerySet[Result]:
    rows = Result.objects.filter(enrolment=enrolment_id, line_item__quiz=quiz_id)
    return rows.select_related("line_item", "attempt")


_RESULT = PreparedQuery(_result_of, int, int)
