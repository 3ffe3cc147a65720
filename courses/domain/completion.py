"""Completion follows from the facts, also where nobody acts: when a course's content changes.

A learner with nothing left to do after the change has completed the lesson or the course. What is
completed stays completed; each is recorded once, by its event.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from courses.domain import certificates, events, locks, progress
from courses.domain.lessons import completing
from courses.domain.outline import LessonOutline, Outline, outline
from courses.errors import NotFound
from courses.models import Course, Enrolment, LessonProgress

COURSES_PER_RUN = 5
BATCH = 200


def complete_due(*, now: datetime) -> int:
    """Complete what is done in courses whose content changed; return how many rows that were.

    A course is done with when its revision is noted; one that changes meanwhile comes again.
    """
    is_stale = Q(settled_revision=None) | ~Q(settled_revision=F("revision"))
    courses = Course.objects.filter(is_stale).exclude(state=Course.State.ARCHIVED)
    completed = 0
    for course in courses.order_by("pk")[:COURSES_PER_RUN]:
        completed += _complete_in_course(course, now)
        Course.objects.filter(pk=course.pk).update(settled_revision=course.revision)
    return completed


def _complete_in_course(course: Course, now: datetime) -> int:
    plan = outline(course)
    completed = 0
    for enrolments in _batches(course):
        completed += _complete_lessons(enrolments, plan, now)
        waiting = [one for one in enrolments if one.completed_at is None]
        found = progress.of_all(enrolments=waiting, outline=plan, now=now)
        for one in waiting:
            if found[one.pk].is_complete:
                completed += complete_course(enrolment=one, now=now)
        for one in certificates.waiting(enrolments=enrolments):
            completed += certificates.issue_late(enrolment=one, now=now)
    return completed


def _batches(course: Course) -> Iterator[list[Enrolment]]:
    """Yield the active enrolments, some at a time."""
    rows, last = Enrolment.objects.active().filter(course=course).order_by("pk"), 0
    while found := list(rows.filter(pk__gt=last)[:BATCH]):
        for one in found:
            one.course = course
        yield found
        last = found[-1].pk


def _complete_lessons(enrolments: list[Enrolment], plan: Outline, now: datetime) -> int:
    """Complete the lessons that were begun and of whose checks none is left to answer."""
    begun: dict[int, set[int]] = {}
    rows = LessonProgress.objects.filter(enrolment__in=enrolments, completed_at=None)
    for enrolment, lesson in rows.values_list("enrolment", "lesson"):
        begun.setdefault(lesson, set()).add(enrolment)
    completed = 0
    for module in plan.modules:
        for step in module.lessons:
            some = [one for one in enrolments if one.pk in begun.get(step.id, ())]
            done = completing.done_by(enrolments=some, lesson=step) if some else set()
            for one in some:
                if one.pk in done:
                    completed += _complete_lesson(one, step, now)
    return completed


def _complete_lesson(enrolment: Enrolment, lesson: LessonOutline, now: datetime) -> bool:
    try:
        return completing.complete(enrolment=enrolment, lesson=lesson, by=None, now=now)
    except NotFound:
        return False  # Erased since.


@transaction.atomic
def complete_course(*, enrolment: Enrolment, now: datetime) -> bool:
    """Complete the course if its learner has done what it asks; True when that is new."""
    try:
        row = locks.enrolment(pk=enrolment.pk)
    except NotFound:
        return False  # Erased since.
    entries = progress.course_completed(enrolment=row, now=now)
    events.record(entries=entries, now=now, by=None, enrolment=row, course=row.course)
    return bool(entries)
