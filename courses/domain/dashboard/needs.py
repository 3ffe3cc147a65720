"""Who needs help, and why: late with a quiz, failing one, or silent."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from courses.domain import falling_behind
from courses.models import Course, Quiz, Section


@dataclass
class Need:
    """Why a learner needs somebody; the reasons are those of the studio's first page."""

    enrolment: int
    missed: list[str] = field(default_factory=list)
    """The titles of quizzes that have closed without anything handed in."""
    closing: list[str] = field(default_factory=list)
    failing: list[tuple[str, int]] = field(default_factory=list)
    """The title of a quiz, and how often it was failed."""
    silent_since: datetime | None = None

    @property
    def urgency(self) -> tuple[int, int, int]:
        return (len(self.failing), len(self.missed), int(self.silent_since is not None))


def needing_help(
    *, by: Any, course: Course, section: Section | None = None, now: datetime
) -> list[Need]:
    """Return the learners of the course or class who are late, stuck or silent, with the reasons.

    Those with the most reasons first. Twelve queries at most.
    """
    within = Q(course=course) if section is None else Q(section=section)
    found: dict[int, Need] = {}

    def need(pk: int) -> Need:
        return found.setdefault(pk, Need(pk))

    for late in falling_behind.late(by=by, now=now, within=within):
        for pk in late.closed:
            need(pk).missed.append(late.quiz.title)
        for pk in late.closing:
            need(pk).closing.append(late.quiz.title)
    learners = falling_behind.learners_at_work(by=by, within=within)
    failing = falling_behind.failing_ones(learners=learners)
    titles = dict(
        Quiz.objects.filter(pk__in={one.quiz for one in failing}).values_list("pk", "title")
    )
    for one in failing:
        need(one.enrolment).failing.append((titles[one.quiz], one.tries))
    for silent in falling_behind.idle_ones(learners=learners, now=now):
        need(silent.enrolment).silent_since = silent.since
    return sorted(found.values(), key=lambda one: (*(-part for part in one.urgency), one.enrolment))
