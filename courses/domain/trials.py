"""Trials: a quiz or a lesson as a learner gets it, for those who may read it. Nothing of it stays.

A trial is an enrolment of its own, so its attempts, numbers, limits and progress are apart; no
event, result or vote comes of it. It has a clock that its person sets. Somebody whom a platform
does not name learns in a trial, too, without that clock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import deadlines, grants, people
from courses.domain.access import Reader
from courses.domain.personal_data import records
from courses.domain.rights import Can, rights
from courses.errors import NotFound
from courses.models import Attempt, Course, Enrolment, Launch, Lesson, Quiz, Trial
from courses.models.enrolment import EnrolmentQuerySet

KEPT = timedelta(hours=24)
"""After its last use."""
AT_ONCE = 20
PER_PERSON = 10
"""Trials at the same time; a further one ends the oldest."""
_NOTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class Instant:
    """A time worth setting a trial's clock to."""

    label: str
    at: datetime

    @property
    def text(self) -> str:
        """Return the time as a form sends it: ISO 8601."""
        return self.at.isoformat()


@transaction.atomic
def begin(
    *,
    course: Course,
    acts_as: Enrolment | None = None,
    quiz: Quiz | None = None,
    lesson: Lesson | None = None,
    place: str,
    back: str,
    clock: datetime | None = None,
    by: Any,
    now: datetime,
) -> Trial:
    """Begin a trial of the course, at this time or at the real one; as a learner if one is given.

    As somebody's own enrolment in a class it has the dates of that class. Raises NotFound where
    the person may not read the course, or not know of the learner.
    """
    if not rights(by=by, course=course).may(Can.READ, course=course):
        raise NotFound
    if acts_as is not None and not _may_act_as(acts_as, course, by):
        raise NotFound
    enrolment = Enrolment.with_trials.create(
        course=course,
        user=by,
        role=Enrolment.TRIAL,
        state=Enrolment.TRIAL,
        enrolled_at=now,
    )
    trial = Trial.objects.create(
        enrolment=enrolment,
        acts_as=acts_as,
        quiz=quiz,
        lesson=lesson,
        place=place,
        back=back,
        clock_s=_ahead(clock, now),
        used_at=now,
    )
    for one in Trial.objects.filter(enrolment__user=by).order_by("-pk")[PER_PERSON:]:
        end(trial=one)
    return trial


@transaction.atomic
def begin_for_guest(*, course: Course, account: Any, now: datetime) -> Enrolment:
    """Begin a trial for somebody whom a platform does not name; return its enrolment.

    `account` stands for all of them and is nobody's. Each has a trial of their own, in which they
    see what is published and take no quiz that counts.
    """
    enrolment: Enrolment = Enrolment.with_trials.create(
        course=course,
        user=account,
        role=Enrolment.TRIAL,
        state=Enrolment.TRIAL,
        enrolled_at=now,
    )
    Trial.objects.create(enrolment=enrolment, is_guest=True, used_at=now)
    return enrolment


def find(*, uuid: UUID, by: Any, now: datetime) -> Trial:
    """Return the person's trial. Raises NotFound; also once they may not read the course."""
    rows = Trial.objects.select_related(
        "enrolment__course", "acts_as__user", "quiz", "lesson__module"
    )
    trial = rows.filter(uuid=uuid, enrolment__user=by.pk).first()
    if trial is None:
        raise NotFound
    course = trial.enrolment.course
    if not rights(by=by, course=course).may(Can.READ, course=course):
        raise NotFound
    if trial.lesson is not None and (trial.lesson.is_draft or trial.lesson.module.is_draft):
        course.tried_lesson = trial.lesson_id  # type: ignore[attr-defined]
    trial.enrolment.user = by
    trial.enrolment.trial = trial
    if now - trial.used_at > _NOTED_EVERY:
        Trial.objects.filter(pk=trial.pk).update(used_at=now)
    return trial


def reader(*, trial: Trial, course_key: str) -> Reader:
    """Return the trial as a reader of its course.

    Raises NotFound for another course; for a guest also once it is not published any more.
    """
    course = trial.enrolment.course
    if course.key != course_key or (trial.is_guest and course.state != Course.State.PUBLISHED):
        raise NotFound
    return Reader(course, trial.enrolment, is_author=not trial.is_guest)


def learners(*, course: Course, by: Any, text: str = "") -> EnrolmentQuerySet:
    """Return the learners as whom the person may try, those with grants first."""
    rows = rights(by=by, course=course).enrolments(Can.PEOPLE).learners().active()
    rows = rows.filter(course=course).latest_cycle().select_related("user", "section")
    if text.strip():
        found = people.matching(people=people.known(by=by), text=text)
        rows = rows.filter(user__in=found.order_by().values("pk"))
    return rows.alias(is_granted=grants.is_granted(course=course)).order_by("-is_granted", "pk")


def set_clock(*, trial: Trial, to: datetime | None, now: datetime) -> None:
    """Set the trial's clock; it goes on from there. None: the real time."""
    trial.clock_s = _ahead(to, now)
    trial.save(update_fields=["clock_s"])


def instants(*, trial: Trial, now: datetime) -> list[Instant]:
    """Return the times at which something changes in the quiz that is tried. `now`: by its clock.

    Five queries at most, none without a quiz.
    """
    quiz = trial.quiz
    if quiz is None:
        return []
    given = grants.of(enrolment=trial.enrolment, quiz=quiz)
    opens_at = grants.opening(quiz=quiz, given=given)
    closes_at = deadlines.closing(rules=grants.rules(quiz=quiz, given=given), grants=given)
    attempt = trial.enrolment.attempts.open().filter(quiz=quiz).first()
    ends_at = attempt.deadline_at if attempt else None
    minute = timedelta(minutes=1)
    found = [
        (_("A minute before it opens"), opens_at and opens_at - minute),
        (_("When it opens"), opens_at),
        (_("A minute before the attempt ends"), ends_at and ends_at - minute),
        (_("A minute after the attempt has ended"), ends_at and ends_at + minute),
        (_("A minute before it closes"), closes_at and closes_at - minute),
        (_("When it closes"), closes_at),
        (_("When another attempt may start"), _next_start(trial, quiz)),
    ]
    return [Instant(label, at) for label, at in found if at is not None and at != now]


@transaction.atomic
def restart(*, trial: Trial) -> None:
    """Forget what was done in the trial; it goes on with its learner and its clock."""
    rows = Enrolment.with_trials.filter(pk=trial.enrolment_id)
    records.delete((*records.of_attempts(rows), *records.of_lessons(rows)))
    rows.update(completed_at=None)


@transaction.atomic
def end(*, trial: Trial) -> None:
    """Delete the trial and all that was done in it. Idempotent."""
    rows = Enrolment.with_trials.filter(pk=trial.enrolment_id, state=Enrolment.TRIAL)
    if trial.is_guest:
        Launch.objects.filter(enrolment__in=rows).update(enrolment=None)
    parts = (records.of_attempts(rows), records.of_lessons(rows), records.of_enrolments(rows))
    records.delete(one for part in parts for one in part)


def purge(*, now: datetime) -> int:
    """End some of the trials that nobody used for a day; return how many."""
    old = list(Trial.objects.filter(used_at__lt=now - KEPT).order_by("used_at")[:AT_ONCE])
    for one in old:
        end(trial=one)
    return len(old)


def _may_act_as(row: Enrolment, course: Course, by: Any) -> bool:
    """Return whether it is the person's own enrolment, or that of a learner they may know of."""
    if row.user_id == by.pk and row.course_id == course.pk:
        return True
    return learners(course=course, by=by).filter(pk=row.pk).exists()


def _next_start(trial: Trial, quiz: Quiz) -> datetime | None:
    last: Attempt | None = trial.enrolment.attempts.filter(quiz=quiz).order_by("-number").first()
    if last is None or last.submitted_at is None or not quiz.attempt_delay_s:
        return None
    return last.submitted_at + timedelta(seconds=quiz.attempt_delay_s)


def _ahead(clock: datetime | None, now: datetime) -> int:
    return 0 if clock is None else ceil((clock - now).total_seconds())
