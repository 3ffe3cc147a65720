"""Who granted a learner what, as events for those who run the site."""

from datetime import datetime
from typing import Any

from courses import users
from courses.domain import events, plain
from courses.models import Accommodation, Extension

_OF_AN_ACCOMMODATION = ("time_factor", "extra_attempts", "closes_later_s")
_OF_AN_EXTENSION = ("extra_time_s", "extra_attempts", "closes_at")


def record_grant(*, grant: Accommodation | Extension, by: Any, now: datetime | None) -> None:
    """Record who granted what to whom; neutral values take it back. Without `now`, nothing."""
    if now is None:
        return
    if isinstance(grant, Extension):
        values = plain.values(grant, *_OF_AN_EXTENSION)
        enrolment = grant.enrolment
        about = {
            "person": users.plain_key(enrolment.user_id),
            "course": enrolment.course.key,
            "quiz": grant.quiz.key,
        }
        entry: events.Entry = (events.EXTENSION_CHANGED, {**about, "granted": values})
        events.record(entries=[entry], now=now, by=by, enrolment=enrolment, course=None)
        return
    values = plain.values(grant, *_OF_AN_ACCOMMODATION)
    course = grant.course.key if grant.course else None
    data = {"person": users.plain_key(grant.user_id), "course": course, "granted": values}
    entry = (events.ACCOMMODATION_CHANGED, data)
    events.record(entries=[entry], now=now, by=by, enrolment=None, course=None)
