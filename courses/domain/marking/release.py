"""Release marks that a quiz holds: from then on their learners see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from courses.domain import locks, result_release
from courses.domain.reveal import visibility
from courses.domain.rights import Can, rights
from courses.errors import Conflict, NotFound
from courses.models import Attempt, Course, Enrolment, Quiz, Result, Section
from courses.models.attempt import AttemptQuerySet
from courses.models.held import HoldsMarks
from courses.plans import planned_for_values


@dataclass(frozen=True)
class Held:
    """How many attempts of a quiz are held: ready to be released, or still waiting for marks."""

    quiz: Quiz
    ready: int
    waiting: int


def held(*, by: Any, course: Course, section: Section | None = None) -> list[Held]:
    """Return the quizzes of the course with marks that the person may release. Two queries."""
    rows = attempts_held(by=by, course=course)
    if section is not None:
        rows = rows.filter(enrolment__section=section)
    is_graded = Q(state=Attempt.State.GRADED)
    found = rows.order_by().values("quiz")
    found = found.annotate(ready=Count("pk", filter=is_graded), waiting=Count("pk", ~is_graded))
    with planned_for_values(found.db):
        counts = {row["quiz"]: (row["ready"], row["waiting"]) for row in found}
    quizzes = Quiz.objects.filter(pk__in=counts).order_by("module__position", "position", "pk")
    return [Held(quiz, *counts[quiz.pk]) for quiz in quizzes]


def attempts_held(*, by: Any, course: Course) -> AttemptQuerySet:
    """Return the handed-in attempts with held marks, of learners whom the person may mark."""
    # From the few attempts that are held to their learners, not from all learners of the course.
    reached = rights(by=by, course=course).enrolments(Can.MARK)
    rows = Attempt.objects.filter(
        Exists(reached.filter(course=course, pk=OuterRef("enrolment"))),
        quiz__in=Quiz.objects.filter(course=course).order_by().values("pk"),
    )
    return held_among(rows=rows)


def held_among(*, rows: AttemptQuerySet) -> AttemptQuerySet:
    """Return those of learners' attempts whose marks are held."""
    rows = rows.finished().without_trials().filter(enrolment__role=Enrolment.Role.LEARNER)
    return rows.filter(HoldsMarks("policy"), released_at=None)


def release(*, attempts: AttemptQuerySet, by: Any, now: datetime) -> int:
    """Release the marks of those attempts that are fully marked; return how many were.

    Each learner's is a transaction of its own. What is still to be marked stays held.
    """
    ready = attempts.filter(state=Attempt.State.GRADED).order_by("pk").values_list("pk", flat=True)
    with planned_for_values(ready.db):
        found = list(ready)
    return sum(_release(pk, by=by, now=now) for pk in found)


def release_one(*, attempt: Attempt, by: Any, now: datetime) -> None:
    """Release the marks of one attempt. Raises Conflict while something in it is not marked."""
    if _release(attempt.pk, by=by, now=now):
        return
    attempt.refresh_from_db(fields=["released_at"])
    if visibility.is_held(attempt):
        raise Conflict(_("Part of this attempt has not been marked yet."))


@transaction.atomic
def _release(pk: int, *, by: Any, now: datetime) -> bool:
    """Release one attempt under the locks of those who mark it; tell whether it was."""
    found = Attempt.objects.only("enrolment_id").filter(pk=pk).first()
    if found is None:
        return False  # Erased since.
    try:
        locks.enrolment(pk=found.enrolment_id)
        attempt = locks.attempt(pk=pk)
    except NotFound:
        return False
    if attempt.state != Attempt.State.GRADED or not visibility.is_held(attempt):
        return False
    attempt.released_at = now
    attempt.save(update_fields=["released_at"])
    for result in Result.objects.filter(attempt=attempt):
        result_release.look(pk=result.pk, by=by, now=now)
    return True
