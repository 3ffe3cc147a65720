"""What a learner has from a course so far: what changed, what is mastered, what they wrote."""

from dataclasses import dataclass
from datetime import datetime

from courses.domain import (
    access,
    gains,
    journal,
    learned_days,
    mastery,
    mistakes,
    preferences,
    progress,
    shutting,
)
from courses.domain.gains import Gains
from courses.domain.journal import JournalEntry
from courses.domain.learned_days import LearnedDay
from courses.domain.mastery import Mastery
from courses.domain.mistakes import MistakeCount
from courses.domain.outline import ModuleOutline, outline
from courses.domain.path import CourseProgress
from courses.models import Course


@dataclass(frozen=True)
class Learning:
    course: Course
    own: CourseProgress
    gains: list[tuple[ModuleOutline, Gains]]
    mastery: list[Mastery]
    """Of the objectives with at least one response."""
    objective_count: int
    journal: list[JournalEntry]
    week: list[LearnedDay]
    """Empty for a person who does not want to see it."""
    weekly_goal: int | None
    """On how many days of a week the person wants to learn."""
    mistakes: MistakeCount

    @property
    def has_notes(self) -> bool:
        """Whether the learner has notes in a lesson of the course."""
        return any(state.has_notes for state in self.own.lessons.values())

    @property
    def mastered_count(self) -> int:
        return sum(row.is_met for row in self.mastery)

    @property
    def day_count(self) -> int:
        """On how many days of this week the person learned."""
        return sum(day.is_learned for day in self.week)


def learning(*, reader: access.Reader, now: datetime) -> Learning:
    """Return what the learner may know of their own learning; the queries do not grow with it."""
    enrolment = reader.enrolled()
    shutting.refuse_while_shut(enrolment=enrolment)
    plan = outline(reader.course)
    found = gains.by_module(enrolment=enrolment, plan=plan, now=now)
    chosen = preferences.of(user=enrolment.user)
    known = mastery.by_objective(enrolment=enrolment, now=now)
    return Learning(
        course=reader.course,
        own=progress.course_progress(enrolment=enrolment, outline=plan, now=now),
        gains=[(one, found[one.id]) for one in plan.modules if one.id in found],
        mastery=[row for row in known if row.count],
        objective_count=len(known),
        journal=journal.entries(enrolment=enrolment, plan=plan),
        week=learned_days.this_week(user=enrolment.user, now=now) if chosen.counts_days else [],
        weekly_goal=chosen.weekly_goal,
        mistakes=mistakes.count(enrolment=enrolment, now=now),
    )


def own_texts(*, reader: access.Reader) -> list[JournalEntry]:
    """Return the learner's journal alone."""
    enrolment = reader.enrolled()
    shutting.refuse_while_shut(enrolment=enrolment)
    return journal.entries(enrolment=enrolment, plan=outline(reader.course))
