"""When a learner may see what an attempt earned, by the policy that it froze at its start."""

from datetime import datetime, timedelta

from courses.domain.policy import JUST_AFTER, Moment, Policy, moment
from courses.models import Attempt, Result

AT_LEAST_EVERY = timedelta(days=1)
"""A hidden score is looked at so often, as the quiz's closing date may be moved."""


def is_shown(result: Result, *, now: datetime) -> bool:
    """May the learner see this result already, by the policy of the attempt it comes from?"""
    return result.attempt is None or shows_score(result.attempt, now=now)


def shows_score(attempt: Attempt, *, now: datetime) -> bool:
    """May the learner see already what this attempt earned? Its quiz should be loaded."""
    here = moment(
        submitted_at=attempt.submitted_at,
        closes_at=attempt.quiz.closes_at,
        has_tries=True,
        now=now,
    )
    return Policy.load(attempt.policy).reveal_at(here).points


def next_look(attempt: Attempt, *, now: datetime) -> datetime | None:
    """When a score that is hidden now may be shown; None: never."""
    policy = Policy.load(attempt.policy)
    later = (Moment.JUST_AFTER, Moment.LATER, Moment.AFTER_CLOSE)
    if attempt.submitted_at is None or not any(policy.reveal_at(one).points for one in later):
        return None
    changes = [attempt.submitted_at + JUST_AFTER, attempt.quiz.closes_at, now + AT_LEAST_EVERY]
    return min(one for one in changes if one is not None and one > now)
