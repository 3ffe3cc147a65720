"""Learners who fall behind: late with a quiz, or stuck. What counts as that stands here alone.

- Late: a required quiz has closed for the learner in the last `LATE_KEPT`, or closes within
  `CLOSES_SOON`, and they have not handed in any attempt. Required is a graded quiz or exam of the
  course or of a module that is not optional. The learner's own dates count: class, extra time.
- Stuck: `FAILED_TRIES` finished attempts at a quiz and none passed; or nothing done in a course
  that is not completed for `IDLE`, at most for `IDLE_KEPT`.

The number of queries does not depend on how many courses and learners there are.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest

from courses.domain import activity, deadlines, grants
from courses.domain.rights import Can, rights
from courses.models import Attempt, Course, Enrolment, Quiz, Result, SectionQuiz

CLOSES_SOON = timedelta(days=3)
LATE_KEPT = timedelta(days=30)
FAILED_TRIES = 3
IDLE = timedelta(days=14)
IDLE_KEPT = timedelta(days=120)


@dataclass(frozen=True)
class Late:
    """Learners who have handed in nothing of a quiz that has closed or is about to."""

    quiz: Quiz
    closed: tuple[int, ...] = ()
    """The enrolments for which it has closed."""
    closing: tuple[int, ...] = ()
    closes_at: datetime | None = None
    """The first date on which it closes for one of the latter."""

    @property
    def enrolments(self) -> tuple[int, ...]:
        return (*self.closed, *self.closing)


@dataclass(frozen=True)
class Stuck:
    """Learners of a course who do not get on."""

    course: Course
    failing: tuple[int, ...]
    idle: tuple[int, ...]

    @property
    def enrolments(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys((*self.failing, *self.idle)))


@dataclass(frozen=True)
class Failing:
    """A learner who fails a quiz again and again."""

    course: int
    enrolment: int
    quiz: int
    tries: int


@dataclass(frozen=True)
class Idle:
    """A learner who has done nothing for some time."""

    course: int
    enrolment: int
    since: datetime


def late(*, by: Any, now: datetime, within: Q | None = None) -> list[Late]:
    """Return the quizzes with which learners of the person are late. Eight queries at most.

    `within` limits the enrolments that are looked at.
    """
    learners = learners_at_work(by=by, within=within)
    quizzes = _closing_quizzes(learners, now)
    if not quizzes:
        return []
    people = list(learners.filter(course__in={quiz.course_id for quiz in quizzes.values()}))
    handed_in = Attempt.objects.finished().filter(quiz__in=quizzes, enrolment__in=people)
    excused = Result.objects.filter(is_excused=True, enrolment__in=people).order_by()
    pairs_done = (
        handed_in.order_by()
        .values_list("enrolment", "quiz")
        .union(excused.values_list("enrolment", "line_item__quiz"))
    )
    done = set(pairs_done)
    pairs = [
        (one, quiz.pk)
        for quiz in quizzes.values()
        for one in people
        if one.course_id == quiz.course_id and (one.pk, quiz.pk) not in done
    ]
    given = grants.of_pairs(pairs=pairs)
    found = [
        _late(quiz, [one for one, pk in pairs if pk == quiz.pk], given, now)
        for quiz in quizzes.values()
    ]
    return [one for one in found if one.enrolments]


def stuck(*, by: Any, now: datetime) -> list[Stuck]:
    """Return the courses in which learners of the person are stuck. Three queries."""
    learners = learners_at_work(by=by)
    failing = _by_course((one.course, one.enrolment) for one in failing_ones(learners=learners))
    idle = _by_course((one.course, one.enrolment) for one in idle_ones(learners=learners, now=now))
    courses = Course.objects.in_bulk({*failing, *idle})
    return [
        Stuck(course, tuple(failing.get(pk, ())), tuple(idle.get(pk, ())))
        for pk, course in sorted(courses.items(), key=lambda pair: pair[1].title)
    ]


def learners_at_work(*, by: Any, within: Q | None = None) -> Any:
    """Return those whose records the person may see, who are at work in a published course."""
    rows = rights(by=by).enrolments(Can.PEOPLE).learners().active().latest_cycle()
    rows = rows.filter(completed_at=None, course__state=Course.State.PUBLISHED)
    return rows if within is None else rows.filter(within)


def _closing_quizzes(learners: Any, now: datetime) -> dict[int, Quiz]:
    """Return required quizzes of which a date is near; grants may move it for a learner.

    Earlier dates count too: what is granted moves them into the time that is looked at.
    """
    near = Q(closes_at__gt=now - 2 * LATE_KEPT, closes_at__lte=now + CLOSES_SOON)
    of_class = SectionQuiz.objects.filter(near).values("quiz")
    required = Q(module=None) | Q(module__is_optional=False)
    rows = Quiz.objects.offered().standalone().exclude(kind=Quiz.Kind.PRACTICE)
    rows = rows.filter(near | Q(pk__in=of_class), required)
    return rows.filter(course__in=learners.values("course")).order_by("closes_at").in_bulk()


def _late(
    quiz: Quiz,
    people: Iterable[Enrolment],
    given: dict[tuple[int, int], deadlines.Grants],
    now: datetime,
) -> Late:
    closed, closing, first = [], [], None
    for one in people:
        own = given[one.pk, quiz.pk]
        closes_at = deadlines.closing(rules=grants.rules(quiz=quiz, given=own), grants=own)
        opens_at = grants.opening(quiz=quiz, given=own)
        if closes_at is None or (opens_at is not None and opens_at > now):
            continue
        if now - LATE_KEPT < closes_at <= now:
            closed.append(one.pk)
        elif now < closes_at <= now + CLOSES_SOON:
            closing.append(one.pk)
            first = min(first or closes_at, closes_at)
    return Late(quiz, tuple(closed), tuple(closing), first)


def failing_ones(*, learners: Any) -> list[Failing]:
    """Return who of the enrolments failed a quiz so often and has not passed it. One query."""
    passed = Result.objects.done().filter(
        enrolment=OuterRef("enrolment"), line_item__quiz=OuterRef("quiz")
    )
    rows = Attempt.objects.finished().filter(
        ~Exists(passed),
        enrolment__in=learners.values("pk"),
        has_passed=False,
        quiz__is_archived=False,
    )
    tries = rows.order_by().values("enrolment__course", "enrolment", "quiz")
    many = tries.annotate(tries=Count("pk")).filter(tries__gte=FAILED_TRIES)
    found = many.values_list("enrolment__course", "enrolment", "quiz", "tries")
    return [Failing(*row) for row in found]


def idle_ones(*, learners: Any, now: datetime) -> list[Idle]:
    """Return in which of the enrolments nothing has happened for some time. One query."""
    rows = activity.with_last_acts(learners).annotate(
        last=Greatest(
            "enrolled_at",
            Coalesce("last_visit", "enrolled_at"),
            Coalesce("last_start", "enrolled_at"),
        )
    )
    idle = rows.filter(last__lte=now - IDLE, last__gt=now - IDLE_KEPT)
    return [Idle(*row) for row in idle.order_by("pk").values_list("course", "pk", "last")]


def _by_course(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, dict[int, None]] = defaultdict(dict)
    for course, enrolment in pairs:
        found[course][enrolment] = None
    return {course: list(enrolments) for course, enrolments in found.items()}
