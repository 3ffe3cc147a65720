"""What waits for a person's mark, the oldest first, as far as somebody may mark it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet

from courses.domain.marking import claims, holders
from courses.domain.rights import Can, rights
from courses.errors import Conflict
from courses.models import Attempt, AttemptItem, Course, Enrolment, Mark, MarkingClaim
from courses.plans import planned_for_values
from courses.questions import registry

OLDEST_FIRST = ("attempt__submitted_at", "attempt", "position")
TRIES = 20
"""So many are offered in turn when others take them at the same moment."""


@dataclass(frozen=True)
class Scope:
    """A part of the queue of a course. Ids; None is all."""

    course: Course
    quiz: int | None = None
    question: int | None = None
    section: int | None = None
    enrolment: int | None = None


@dataclass(frozen=True)
class Group:
    """What waits for one question in one quiz."""

    quiz: int
    quiz_title: str
    question: int
    version: int
    waiting: int
    first: int
    """Of these: responses that nobody has marked."""
    second: int
    """Responses that wait for the second marker."""
    differing: int
    """Responses whose two marks differ too much."""
    claimed: int
    oldest_at: datetime


def by_person() -> list[str]:
    """Return the types of questions that a person marks."""
    return [key for key, kind in registry.all_types().items() if kind.needs_person]


def pending(*, rows: QuerySet[AttemptItem]) -> QuerySet[AttemptItem]:
    """Return those of the items that wait for a person's mark; the same rule as
    `grading.is_pending`."""
    return rows.filter(
        attempt__state=Attempt.State.SUBMITTED,
        attempt__voided_at=None,
        score=None,
        value__isnull=False,
        version__type__in=by_person(),
    ).exclude(new_points=0)


def waiting(*, by: Any, scope: Scope) -> QuerySet[AttemptItem]:
    """Return what waits in this part of the queue, of learners whom the person may mark."""
    return in_scope(rows=markable(by=by, course=scope.course), scope=scope)


def markable(*, by: Any, course: Course) -> QuerySet[AttemptItem]:
    """Return the items of learners' handed-in attempts that the person may mark, marked or not."""
    granted = rights(by=by, course=course)
    return of_learners(course=course).filter(granted.reaches(Can.MARK, "attempt__enrolment"))


def of_learners(*, course: Course) -> QuerySet[AttemptItem]:
    """Return the items of all learners' handed-in attempts in the course."""
    rows = AttemptItem.objects.filter(
        attempt__enrolment__course=course, attempt__enrolment__role=Enrolment.Role.LEARNER
    )
    rows = rows.exclude(attempt__enrolment__state=Enrolment.TRIAL)
    return rows.exclude(attempt__state=Attempt.State.OPEN)


def in_scope(*, rows: QuerySet[AttemptItem], scope: Scope) -> QuerySet[AttemptItem]:
    """Return what waits among these items, within the scope.

    That of one learner leaves out what is marked without names.
    """
    named = {
        "attempt__quiz": scope.quiz,
        "version__question": scope.question,
        "attempt__enrolment__section": scope.section,
        "attempt__enrolment": scope.enrolment,
    }
    if scope.enrolment is not None:
        rows = rows.filter(attempt__quiz__anonymous_marking=False)
    return pending(rows=rows).filter(**{path: pk for path, pk in named.items() if pk is not None})


def count(*, rows: QuerySet[AttemptItem]) -> int:
    """Return how many of the items there are."""
    with planned_for_values(rows.db):
        return rows.count()


def groups(*, rows: QuerySet[AttemptItem], now: datetime) -> list[Group]:
    """Return what waits by quiz and question, the longest waiting first. One query."""
    second = Q(attempt__quiz__second_marker=True)
    one, two = (
        Exists(Mark.objects.filter(item=OuterRef("pk"), round=which))
        for which in (Mark.Round.FIRST, Mark.Round.SECOND)
    )
    held = Exists(MarkingClaim.objects.filter(item=OuterRef("pk"), until__gt=now))
    found = (
        rows.annotate(has_first=one, has_second=two, is_held=held)
        .order_by()
        .values("attempt__quiz", "attempt__quiz__title", "version__question")
        .annotate(
            newest=Min("version"),
            waiting=Count("pk"),
            second=Count("pk", filter=second & Q(has_first=True, has_second=False)),
            differing=Count("pk", filter=second & Q(has_second=True)),
            claimed=Count("pk", filter=Q(is_held=True)),
            oldest=Min("attempt__submitted_at"),
        )
        .order_by("oldest", "attempt__quiz", "version__question")
    )
    with planned_for_values(found.db):
        counted_rows = list(found)
    return [
        Group(
            quiz=row["attempt__quiz"],
            quiz_title=row["attempt__quiz__title"],
            question=row["version__question"],
            version=row["newest"],
            waiting=row["waiting"],
            first=row["waiting"] - row["second"] - row["differing"],
            second=row["second"],
            differing=row["differing"],
            claimed=row["claimed"],
            oldest_at=row["oldest"],
        )
        for row in counted_rows
    ]


def learner_groups(*, rows: QuerySet[AttemptItem]) -> Any:
    """Return what waits by learner, the longest waiting first, without what is marked unnamed."""
    named = rows.filter(attempt__quiz__anonymous_marking=False).order_by()
    found = named.values(enrolment=F("attempt__enrolment"))
    return found.annotate(waiting=Count("pk"), oldest_at=Min("attempt__submitted_at")).order_by(
        "oldest_at", "enrolment"
    )


def counted(*, rows: QuerySet[AttemptItem]) -> QuerySet[AttemptItem]:
    """Return the items with `mark_count`, and `mark_revision`: what a new mark is based on."""
    count = Count("marks", distinct=True)
    return rows.annotate(
        mark_count=count, mark_revision=F("mark_count") + Count("gradings", distinct=True)
    )


def offered(*, rows: QuerySet[AttemptItem], by: Any, now: datetime) -> QuerySet[AttemptItem]:
    """Return what this marker may take now: not held by others, not their own second mark.

    What two markers judge differently is left to the page on which both marks stand.
    """
    others = MarkingClaim.objects.filter(item=OuterRef("pk"), until__gt=now)
    mine = Mark.objects.filter(holders.own(by=by), item=OuterRef("pk"))
    two = Mark.objects.filter(item=OuterRef("pk"), round=Mark.Round.SECOND)
    open_ones = rows.exclude(Exists(others.exclude(holders.own(by=by))))
    second = Q(attempt__quiz__second_marker=True) & (Exists(mine) | Exists(two))
    return open_ones.exclude(second).order_by(*OLDEST_FIRST)


def differing(*, rows: QuerySet[AttemptItem]) -> QuerySet[AttemptItem]:
    """Return the items whose two marks differ too much, so that an agreed one is needed."""
    two = Mark.objects.filter(item=OuterRef("pk"), round=Mark.Round.SECOND)
    return rows.filter(Exists(two), attempt__quiz__second_marker=True).order_by(*OLDEST_FIRST)


def take_next(
    *,
    rows: QuerySet[AttemptItem],
    by: Any,
    now: datetime,
    after: AttemptItem | None = None,
    begins_again: bool = False,
) -> AttemptItem | None:
    """Claim and return the next item for this marker, behind `after`; None when there is none.

    With `begins_again` those before `after`, which were skipped, follow at the end.
    """
    found = _claimed(rows, by, now, after)
    if found is None and begins_again:
        found = _claimed(rows, by, now, None)
    return found


def _claimed(
    rows: QuerySet[AttemptItem], by: Any, now: datetime, after: AttemptItem | None
) -> AttemptItem | None:
    free = offered(rows=rows, by=by, now=now)
    if after is not None:
        free = free.filter(_behind(after))
    with planned_for_values(free.db):
        first = list(free[:TRIES])
    for item in first:
        try:
            claims.take(item=item, by=by, now=now)
        except Conflict:
            continue
        return item
    return None


def _behind(item: AttemptItem) -> Q:
    """Return the condition on items that come later, the oldest first."""
    when, attempt = item.attempt.submitted_at, item.attempt_id
    return (
        Q(attempt__submitted_at__gt=when)
        | Q(attempt__submitted_at=when, attempt__gt=attempt)
        | Q(attempt=attempt, position__gt=item.position)
    )


def held(*, rows: QuerySet[AttemptItem], now: datetime) -> list[MarkingClaim]:
    """Return who is marking in this part of the queue, the claims that lapse first at the top."""
    found = MarkingClaim.objects.filter(item__in=rows.order_by().values("pk"), until__gt=now)
    with planned_for_values(found.db):
        return list(found.select_related("by", "client").order_by("until", "pk"))
