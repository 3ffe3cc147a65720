"""On which days a person learned: a quiet count, by their own calendar."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import date_format

from courses.domain import preferences
from courses.models import LessonProgress, Response

_WEEK = 7


@dataclass(frozen=True)
class LearnedDay:
    day: date
    is_learned: bool
    is_today: bool

    @property
    def weekday(self) -> str:
        """The day of the week, short, in the language of the reader."""
        return date_format(self.day, "D")


def this_week(*, user: Any, now: datetime) -> list[LearnedDay]:
    """Return the days of this week from Monday, in all courses of the person. Two queries.

    A day counts with a response, or with a lesson begun or completed.
    """
    today = preferences.day(user=user, moment=now)
    monday = today - timedelta(days=today.weekday())
    begin = preferences.midnight(user=user, moment=now - timedelta(days=today.weekday()))
    answered = Response.objects.filter(by=user, received_at__gte=begin)
    read = LessonProgress.objects.filter(enrolment__user=user, visited_at__gte=begin)
    moments = [*answered.values_list("received_at", flat=True)]
    for row in read.values_list("started_at", "visited_at", "completed_at"):
        moments += [one for one in row if one is not None]
    learned = {preferences.day(user=user, moment=moment) for moment in moments}
    days = (monday + timedelta(days=number) for number in range(_WEEK))
    return [LearnedDay(day, day in learned, day == today) for day in days]
