"""The private calendar of a person: when their quizzes open and close, and when cards are due.

It names no other person, and holds no score.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid5

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.conf import settings
from courses.domain import bearer, cards, deadlines, grants, preferences, progress, shutting
from courses.models import CalendarFeed, Enrolment, Quiz

MARK = "cxf"
KEPT = timedelta(days=30)
"""How long a date stays in the calendar after it has passed."""
Link = Callable[..., str]
"""From the name of a page and its arguments to its whole address."""


@dataclass(frozen=True)
class CalendarEntry:
    """One date. `at` is a moment, or a day for what has no time."""

    uid: str
    title: str
    at: datetime | date
    url: str


def of(*, user: Any) -> CalendarFeed | None:
    """Return the person's calendar; None where they have none."""
    return CalendarFeed.objects.filter(user=user).first()


def renew(*, user: Any, now: datetime) -> str:
    """Give the person's calendar a new address and return its token; an old one ends.

    The token is shown once: only its hash is kept.
    """
    new = bearer.draw(MARK)
    values = {"prefix": new.prefix, "secret_hash": new.secret_hash, "created_at": now}
    values |= {"last_used_at": None}
    CalendarFeed.objects.update_or_create(user=user, defaults=values)
    return new.text


def revoke(*, user: Any) -> None:
    """End the person's calendar. Idempotent."""
    CalendarFeed.objects.filter(user=user).delete()


def recognise(*, text: str, now: datetime) -> CalendarFeed:
    """Return the calendar with this token; note its use. Raises bearer.InvalidCredentials."""
    rows = CalendarFeed.objects.select_related("user")
    row = bearer.find(lambda prefix: rows.filter(prefix=prefix).first(), mark=MARK, text=text)
    if row is None or not getattr(row.user, "is_active", True):
        raise bearer.InvalidCredentials
    bearer.note_use(row, now=now)
    return row


def entries(*, feed: CalendarFeed, link: Link, now: datetime) -> list[CalendarEntry]:
    """Return the dates of the person's courses, as they are now, in the active language."""
    mine = [one for one in progress.current(by=feed.user) if one.is_learner]
    found = [*_of_quizzes(mine, link), *_of_ends(mine, link)]
    kept = [one for one in found if one.at > now - KEPT]
    return [*sorted(kept, key=lambda one: (one.at, one.uid)), *_of_cards(feed, mine, link, now)]


def written(*, feed: CalendarFeed, entries: Sequence[CalendarEntry]) -> bytes:
    """Return them as iCalendar (RFC 5545), the same for the same entries. All times are in UTC."""
    from icalendar import Calendar, Event  # Read when the first calendar is asked for.

    calendar = Calendar()
    calendar.add("prodid", "-//CX Course//courses//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", str(settings.BRAND_NAME))
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for one in entries:
        event = Event()
        event.add("uid", one.uid)
        event.add("dtstamp", feed.created_at)
        event.add("summary", one.title)
        event.add("dtstart", one.at)
        event.add("url", one.url)
        # It takes no time of the day: nobody is busy because a quiz closes.
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _of_quizzes(mine: Sequence[Enrolment], link: Link) -> list[CalendarEntry]:
    """Return when quizzes open and close for this learner: with classes, extensions and all."""
    courses = {one.course_id: one for one in mine}
    quizzes = list(Quiz.objects.offered().filter(course__in=courses).order_by("pk"))
    given = grants.of_pairs(pairs=[(courses[one.course_id], one.pk) for one in quizzes])
    found = []
    for quiz in quizzes:
        enrolment = courses[quiz.course_id]
        own = given[enrolment.pk, quiz.pk]
        closes_at = deadlines.closing(rules=grants.rules(quiz=quiz, given=own), grants=own)
        url = link("quiz", enrolment.course.key, quiz.key)
        names = {"quiz": quiz.title, "course": enrolment.course.title}
        for at, word, says in (
            (grants.opening(quiz=quiz, given=own), "opens", _("%(quiz)s opens (%(course)s)")),
            (closes_at, "closes", _("%(quiz)s closes (%(course)s)")),
        ):
            if at is not None:
                found.append(
                    CalendarEntry(_uid(enrolment, f"{quiz.key} {word}"), says % names, at, url)
                )
    return found


def _of_ends(mine: Sequence[Enrolment], link: Link) -> list[CalendarEntry]:
    says = _("Your time in “%(course)s” ends")
    return [
        CalendarEntry(
            _uid(one, "ends"),
            says % {"course": one.course.title},
            one.ends_at,
            link("course", one.course.key),
        )
        for one in mine
        if one.ends_at is not None
    ]


def _of_cards(
    feed: CalendarFeed, mine: Sequence[Enrolment], link: Link, now: datetime
) -> list[CalendarEntry]:
    """Return one entry: on the next day on which the daily review asks, with how many cards."""
    mine = [one for one in mine if shutting.attempt_that_shuts(enrolment=one) is None]
    today = preferences.day(user=feed.user, moment=now)
    counts = cards.set_counts(enrolments=mine, now=now) if mine else {}
    day = today
    if not counts:
        day, counts = _next_day(mine, today + timedelta(days=1))
    if not counts:
        return []
    count, places = sum(counts.values()), [one for one in mine if one.pk in counts]
    says = ngettext("Daily review: %(count)d card", "Daily review: %(count)d cards", count)
    url = link("daily-review", places[0].course.key) if len(places) == 1 else link("progress")
    return [CalendarEntry(str(uuid5(feed.uuid, "cards")), says % {"count": count}, day, url)]


def _next_day(mine: Sequence[Enrolment], tomorrow: date) -> tuple[date, dict[int, int]]:
    """Return the next day on which a card is due, and how many a set asks then by enrolment."""
    dates = {one.pk: list(cards.dates(enrolment=one).values()) for one in mine}
    day = max(tomorrow, min((one for rows in dates.values() for one in rows), default=tomorrow))
    found = {pk: sum(one <= day for one in rows) for pk, rows in dates.items()}
    return day, {pk: min(count, cards.set_size()) for pk, count in found.items() if count}


def _uid(enrolment: Enrolment, name: str) -> str:
    return str(uuid5(enrolment.uuid, name))
