"""What keeps a quiz on the path from being started now, though nothing must be done before it.

Its dates, the learner's attempts, and a result that is not known yet: `attempts/starting.py`
refuses by the same rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from courses.domain import deadlines, grants
from courses.domain.outline import QuizOutline
from courses.models import Attempt, Enrolment, Result

WAITING, NOT_OPEN, CLOSED, USED_UP, TOO_EARLY = "waiting", "not_open", "closed", "used_up", "early"
UNNAMED = "unnamed"
"""It counts, and the learner is a guest whom a platform does not name."""


@dataclass(frozen=True)
class StepBar:
    """Why a quiz cannot be started now; `at` is when it opens, closed, or may be tried again."""

    reason: str
    at: datetime | None = None


@dataclass(frozen=True)
class Tries:
    """What a learner's attempts at one quiz say, without void ones, and the dates of the class."""

    count: int = 0
    is_open: bool = False
    is_with_marker: bool = False
    """Does the last one wait for a person?"""
    submitted_at: datetime | None = None
    gave_up: bool = False
    """Did the learner give up the others?"""
    class_opens_at: datetime | None = None
    class_closes_at: datetime | None = None
    """The dates of the learner's class, instead of the quiz's own."""

    def with_one(
        self, state: str, submitted_at: datetime | None, *, gave_up: bool = False
    ) -> "Tries":
        """Return these and one more attempt."""
        is_last = submitted_at is not None and submitted_at >= (self.submitted_at or submitted_at)
        return replace(
            self,
            count=self.count + 1,
            gave_up=self.gave_up or gave_up,
            is_open=self.is_open or state == Attempt.State.OPEN,
            is_with_marker=state == Attempt.State.SUBMITTED if is_last else self.is_with_marker,
            submitted_at=submitted_at if is_last else self.submitted_at,
        )


def of(
    *,
    enrolment: Enrolment,
    quizzes: Sequence[QuizOutline],
    tries: Mapping[int, Tries],
    results: Mapping[int, Result],
    now: datetime,
) -> dict[int, StepBar]:
    """Return quiz → what bars it, of those that are due; `results` are those the learner may know.

    No query where no rule bars anything; three where the learner may be granted more.
    """
    barred: dict[int, StepBar] = {}
    if enrolment.is_trial and enrolment.trial.is_guest:
        barred = {one.id: StepBar(UNNAMED) for one in quizzes if one.is_graded}
    due = [
        _Due(one, own, enrolment.is_learner and _waits(one, own, results.get(one.id)))
        for one in quizzes
        if one.id not in barred and not (own := tries.get(one.id, Tries())).is_open
    ]
    if not due:
        return barred
    given = {
        one.quiz.id: deadlines.Grants(
            class_opens_at=one.tries.class_opens_at, class_closes_at=one.tries.class_closes_at
        )
        for one in due
        if one.tries.class_opens_at or one.tries.class_closes_at
    }
    found = _barred(due, given, now, is_learner=enrolment.is_learner)
    asked = [pk for pk, bar in found.items() if bar.reason in (CLOSED, USED_UP)]
    if asked:
        more = grants.of_pairs(pairs=[(enrolment, pk) for pk in asked])
        given |= {pk: more[enrolment.pk, pk] for pk in asked}
        found = _barred(due, given, now, is_learner=enrolment.is_learner)
    return {**barred, **found}


@dataclass(frozen=True)
class _Due:
    quiz: QuizOutline
    tries: Tries
    waits: bool


def _barred(
    due: list[_Due], given: Mapping[int, deadlines.Grants], now: datetime, *, is_learner: bool
) -> dict[int, StepBar]:
    """Return quiz → its bar. Limits of attempts hold for learners alone, dates for everybody."""
    found: dict[int, StepBar] = {}
    for one in due:
        own = given.get(one.quiz.id, deadlines.Grants())
        bar = StepBar(WAITING) if one.waits else _bar(one.quiz, one.tries, own, now)
        if bar is not None and (is_learner or bar.reason in (NOT_OPEN, CLOSED)):
            found[one.quiz.id] = bar
    return found


def _waits(quiz: QuizOutline, own: Tries, result: Result | None) -> bool:
    """Return whether the last attempt may have passed and nobody has said so to the learner."""
    if not quiz.is_graded or own.submitted_at is None:
        return False
    return own.is_with_marker or result is None or result.has_passed is None


def _bar(quiz: QuizOutline, own: Tries, given: deadlines.Grants, now: datetime) -> StepBar | None:
    opens_at = given.class_opens_at or quiz.opens_at
    if opens_at is not None and now < opens_at:
        return StepBar(NOT_OPEN, opens_at)
    rules = deadlines.TimeRules(quiz.time_limit_s, given.class_closes_at or quiz.closes_at)
    closes_at = deadlines.closing(rules=rules, grants=given)
    if closes_at is not None and now >= closes_at:
        return StepBar(CLOSED, closes_at)
    allowed = quiz.attempts_allowed
    if own.gave_up or (allowed is not None and own.count >= allowed + given.extra_attempts):
        return StepBar(USED_UP)
    if own.submitted_at is not None and quiz.attempt_delay_s:
        again_at = own.submitted_at + timedelta(seconds=quiz.attempt_delay_s)
        return StepBar(TOO_EARLY, again_at) if now < again_at else None
    return None
