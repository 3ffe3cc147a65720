"""What an event holds of an attempt."""

from datetime import datetime
from typing import Any

from courses.domain.plain import plain
from courses.domain.reveal import visibility
from courses.models import Attempt


def attempt_data(attempt: Attempt, *, now: datetime) -> dict[str, Any]:
    """Return what an event holds of an attempt; its caller checks `is_shown` first."""
    return {
        "is_shown": visibility.shows_score(attempt, now=now),
        "attempt": str(attempt.uuid),
        "quiz": attempt.quiz.key,
        "number": attempt.number,
        "state": attempt.state,
        "percent": plain(attempt.percent),
        "has_passed": attempt.has_passed,
        "submitted_at": plain(attempt.submitted_at),
    }
