"""When a person last did something in a course: opened a lesson or started an attempt."""

from datetime import datetime
from typing import Any

from django.db.models import Max, OuterRef, Subquery

from courses.models import Attempt, LessonProgress


def with_last_acts(rows: Any) -> Any:
    """Return the enrolments with `last_visit` and `last_start`, None where there was none."""
    visited = LessonProgress.objects.filter(enrolment=OuterRef("pk")).order_by()
    started = Attempt.objects.filter(enrolment=OuterRef("pk")).order_by()
    return rows.annotate(
        last_visit=_latest(visited, "visited_at"), last_start=_latest(started, "started_at")
    )


def last_active(enrolment: Any) -> datetime | None:
    """Return when an enrolment read `with_last_acts` was last used, None for never."""
    acts = (enrolment.last_visit, enrolment.last_start)
    return max((one for one in acts if one is not None), default=None)


def _latest(rows: Any, name: str) -> Subquery:
    return Subquery(rows.values("enrolment").annotate(at=Max(name)).values("at")[:1])
