"""Giving up the attempts that are left, to see what the quiz shows after the last one."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import closings, events, locks
from courses.domain.attempts import rows, starting
from courses.domain.attempts.closing import close_due
from courses.domain.reveal import visibility
from courses.domain.reveal.policy import Moment, Policy
from courses.errors import Conflict
from courses.models import Attempt, Quiz, Result


def may_give_up(
    *, attempt: Attempt, shown: visibility.Disclosure, result: Result | None, has_passed: bool
) -> bool:
    """Return whether the learner of this closed attempt may give up those that are left.

    `has_passed`: what counts passes the quiz and is shown; else the offer would say so. No query.
    """
    quiz = attempt.quiz
    return (
        has_passed
        and result is not None
        and quiz.lets_give_up
        and shown.opens_by_giving_up
        and not attempt.is_void
        and attempt.enrolment.is_learner
    )


def is_foreseen(*, quiz: Quiz, attempts_total: int | None) -> bool:
    """Return whether who passes with attempts left may give them up for the explanations.

    `attempts_total`: how many the learner has in all; None: no limit. No query where the quiz
    does not let anybody; else those of its closing dates.
    """
    if not quiz.lets_give_up or attempts_total is None or attempts_total <= 1:
        return False
    policy = Policy.load(quiz.settings)
    is_open, is_last = (policy.reveal_at(one) for one in (Moment.LATER, Moment.AFTER_LAST_TRY))
    if is_open.explanation or not is_last.explanation:
        return False
    return not closings.latest_closings(quizzes=[quiz])


def give_up(*, attempt: Attempt, by: Any, now: datetime) -> Attempt:
    """Give up the learner's remaining attempts at the quiz and return their latest one. Idempotent.

    It is final for the learner: neither an extra attempt nor a correction takes it back, since
    they have seen the key. A member of staff does so by making the latest attempt void.

    Raises Conflict when the quiz, its dates or the learner's result do not allow it.
    """
    running = attempt.enrolment.attempts.open().filter(quiz=attempt.quiz_id)
    close_due(attempts=list(running.select_related("quiz", "enrolment")), now=now)
    return _give_up(attempt, by=by, now=now)


@transaction.atomic
def _give_up(attempt: Attempt, *, by: Any, now: datetime) -> Attempt:
    enrolment, quiz = locks.enrolment(pk=attempt.enrolment_id), attempt.quiz
    last = starting.last_attempt(enrolment=enrolment, quiz=quiz)
    if last is None or last.is_open:
        raise Conflict(_("Hand in the attempt that is open first."))
    if last.gave_up_at is not None:
        return last
    attempt.refresh_from_db()  # As the lock found it: it may be void or open again.
    if attempt.is_open or not _is_allowed(attempt, now):
        raise Conflict(_("The remaining attempts at this quiz cannot be given up."))
    last.gave_up_at = now
    last.save(update_fields=["gave_up_at"])
    data = {"attempt": str(last.uuid), "quiz": quiz.key, "number": last.number}
    entry = (events.ATTEMPTS_GIVEN_UP, data)
    events.record(entries=[entry], now=now, by=by, enrolment=enrolment, course=enrolment.course)
    return last


def _is_allowed(attempt: Attempt, now: datetime) -> bool:
    result = rows.result_of(enrolment=attempt.enrolment, quiz=attempt.quiz)
    has_passed = result is not None and bool(result.has_passed)
    shown = visibility.disclosure(attempt=attempt, now=now)
    if result is None or not shown.reveal.points or not visibility.is_shown(result, now=now):
        return False
    return may_give_up(attempt=attempt, shown=shown, result=result, has_passed=has_passed)
