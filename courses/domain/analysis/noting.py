"""What makes stored figures stale is found in the feed of events, by the relay.

Closing an attempt writes nothing more for it. Every closed, marked or reopened attempt, every
changed result and every correction is an event already; the relay looks through what is new and
marks the quizzes that it is about. A mark is a hint: before figures are computed, and whenever
somebody looks at them, their state is compared with the attempts.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q

from courses.domain import events, feed
from courses.domain.analysis import storing
from courses.domain.analysis.findings import LEAST
from courses.models import Attempt, Enrolment, Event, Job, LineItem, Quiz, QuizAnalysis

LOOK_BACK = 5_000
"""Events that are looked through at most; when more are new, all figures may be stale."""
QUIZZES = 20
"""Quizzes whose figures are asked for at once."""
AFTER_FAILURE = timedelta(hours=1)
OF_ATTEMPTS = "attempt."
"""How the types of events begin that are about an attempt, with the quiz's key."""
OF_COURSES = (
    events.ENROLMENT_CHANGED,
    events.REGRADE_APPLIED,
    events.REGRADE_UNDONE,
)
"""Events that may change the figures of every quiz of the course."""


def note_changes(*, now: datetime) -> int:
    """Mark what is stale, and ask for the figures that are due; return how many quizzes those are.

    Two queries when nothing happened.
    """
    seen = QuizAnalysis.objects.aggregate(last=Max("position"))["last"]
    last = feed.last_position()
    if last > (seen or 0):
        _look(seen, last)
    return _ask(now)


def _look(seen: int | None, last: int) -> None:
    """Look through the new events, and note how far."""
    since = max(seen or 0, last - LOOK_BACK)
    if seen is None or since > seen:
        quizzes = _with_attempts()
        QuizAnalysis.objects.update(is_stale=True)
    else:
        quizzes = _named(since)
    _add_missing(quizzes)
    rows = QuizAnalysis.objects.filter(quiz__in=quizzes)
    rows.filter(is_stale=False).update(is_stale=True)
    first = QuizAnalysis.objects.order_by("pk").first()
    if first is not None:
        QuizAnalysis.objects.filter(pk=first.pk).update(position=last)


def _named(since: int) -> set[int]:
    """Return the quizzes that the events after that position are about."""
    rows = Event.objects.filter(position__gt=since)
    attempts = rows.filter(type__startswith=OF_ATTEMPTS).exclude(type=events.ATTEMPT_STARTED)
    pairs = attempts.values_list("course", "data__quiz")
    found = Q(pk__in=[])
    keys: dict[int, set[str]] = {}
    for course, key in pairs:
        keys.setdefault(course, set()).add(key)
    for course, names in keys.items():
        found |= Q(course=course, key__in=names)
    columns = rows.filter(type=events.RESULT_CHANGED).values_list("data__line_item", flat=True)
    found |= Q(pk__in=LineItem.objects.filter(uuid__in=set(columns)).values("quiz"))
    courses = set(rows.filter(type__in=OF_COURSES).values_list("course", flat=True))
    found |= Q(course__in=courses, analyses__isnull=False)
    quizzes = Quiz.objects.standalone().filter(found)
    return set(quizzes.order_by().values_list("pk", flat=True))


def _with_attempts() -> set[int]:
    """Return the quizzes of which something can be said.

    Before there are figures this is asked in every round: no more attempts of a quiz are read than
    are needed to say so.
    """
    first = Attempt.objects.finished().filter(quiz=OuterRef("pk"), number=1).order_by()
    quizzes = Quiz.objects.standalone().filter(Exists(first[LEAST - 1 : LEAST]))
    return set(quizzes.order_by().values_list("pk", flat=True))


def _add_missing(quizzes: Iterable[int]) -> None:
    """Make the rows of whole quizzes, and of classes that have staff of their own."""
    courses = dict(Quiz.objects.filter(pk__in=list(quizzes)).values_list("pk", "course"))
    if not courses:
        return
    own = Enrolment.objects.active().filter(section__isnull=False, section__is_archived=False)
    staff = own.filter(course__in=set(courses.values())).staff()
    classes: dict[int, list[int | None]] = {}
    for course, section in staff.order_by().values_list("course", "section").distinct():
        classes.setdefault(course, []).append(section)
    wanted = [
        (quiz, section)
        for quiz, course in courses.items()
        for section in (None, *classes.get(course, ()))
    ]
    rows = QuizAnalysis.objects.filter(client=None, attempts=QuizAnalysis.Attempts.FIRST)
    known = set(rows.filter(quiz__in=list(quizzes)).values_list("quiz", "section"))
    new: list[Any] = [
        QuizAnalysis(quiz_id=quiz, section_id=section)
        for quiz, section in wanted
        if (quiz, section) not in known
    ]
    QuizAnalysis.objects.bulk_create(new, ignore_conflicts=True)


def _ask(now: datetime) -> int:
    """Queue the quizzes whose figures are stale and not computed a moment ago."""
    is_due = Q(computed_at=None) | Q(computed_at__lte=now - storing.EVERY)
    rows = QuizAnalysis.objects.filter(is_due, is_stale=True).order_by()
    ids = list(rows.values_list("quiz", flat=True).distinct()[:QUIZZES])
    if not ids:
        return 0
    failed = Job.objects.filter(
        kind=storing.KIND, state=Job.State.FAILED, finished_at__gt=now - AFTER_FAILURE
    )
    tired = set(failed.values_list("dedupe", flat=True))
    for quiz in Quiz.objects.filter(pk__in=ids).select_related("course"):
        if str(quiz.pk) not in tired:
            storing.queue(quiz=quiz, now=now)
    return len(ids)
