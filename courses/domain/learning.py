"""What a learner has from a course so far: what changed, what is mastered, what they wrote."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from courses.domain import (
    access,
    attempts,
    certificates,
    gains,
    journal,
    learned_days,
    list_pages,
    mastery,
    mistakes,
    preferences,
    progress,
    shutting,
    time_spent,
)
from courses.domain.attempts import AttemptRow
from courses.domain.gains import Gains
from courses.domain.journal import JournalEntry
from courses.domain.learned_days import LearnedDay
from courses.domain.list_pages import ListPage
from courses.domain.mastery import Mastery
from courses.domain.mistakes import MistakeCount
from courses.domain.outline import LessonOutline, ModuleOutline, outline
from courses.domain.path import CourseProgress
from courses.models import Certificate, Course, Enrolment

ATTEMPTS, JOURNAL, CERTIFICATES = 10, 20, 10
"""So many are on a page, the latest first."""


@dataclass(frozen=True)
class Learning:
    course: Course
    own: CourseProgress
    seconds_spent: int
    """About how long the learner worked in the course."""
    gains: list[tuple[ModuleOutline, Gains]]
    mastery: list[tuple[ModuleOutline, list[Mastery]]]
    """By module, of the objectives with at least one response."""
    objective_count: int
    certificates: list[tuple[Certificate, str]]
    """The latest for this course, in whichever class, each with its state."""
    attempts: ListPage[AttemptRow]
    """Those at quizzes, as far as the learner may know how they went."""
    journal: ListPage[JournalEntry]
    """The learner's own texts, the newest first."""
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
        return sum(row.is_met for _module, rows in self.mastery for row in rows)

    @property
    def seconds_of_lessons(self) -> int:
        """What the completed lessons take, as planned."""
        lessons = (one for one in self.own.outline.steps if isinstance(one, LessonOutline))
        return 60 * sum(one.minutes for one in lessons if self.own.is_behind(one))

    @property
    def seconds_of_tests(self) -> int:
        """What the tests that are behind the learner take, as planned."""
        return self.own.seconds_done - self.seconds_of_lessons

    @property
    def day_count(self) -> int:
        """On how many days of this week the person learned."""
        return sum(day.is_learned for day in self.week)


def learning(
    *, reader: access.Reader, now: datetime, attempts_page: int = 1, journal_page: int = 1
) -> Learning:
    """Return what the learner may know of their own learning; the queries do not grow with it.

    Attempts and journal are read by pages.
    """
    enrolment = reader.enrolled()
    shutting.refuse_while_shut(enrolment=enrolment)
    plan = outline(reader.course)
    found = gains.by_module(enrolment=enrolment, plan=plan, now=now)
    chosen = preferences.of(user=enrolment.user)
    known = mastery.by_objective(enrolment=enrolment, now=now)
    texts = journal.entries(enrolment=enrolment, plan=plan)
    texts.sort(key=lambda one: one.written_at, reverse=True)
    return Learning(
        course=reader.course,
        own=progress.course_progress(enrolment=enrolment, outline=plan, now=now),
        seconds_spent=time_spent.estimate(enrolment=enrolment),
        gains=[(one, found[one.id]) for one in plan.modules if one.id in found],
        mastery=_by_module(plan.modules, known),
        objective_count=len(known),
        certificates=_certificates(enrolment, now),
        attempts=attempts.page_of(
            by=enrolment.user, now=now, number=attempts_page, size=ATTEMPTS, enrolment=enrolment
        ),
        journal=list_pages.read(
            number=journal_page, size=JOURNAL, read_rows=lambda part: texts[part]
        ),
        week=learned_days.this_week(user=enrolment.user, now=now) if chosen.counts_days else [],
        weekly_goal=chosen.weekly_goal,
        mistakes=mistakes.count(enrolment=enrolment, now=now),
    )


def own_texts(*, reader: access.Reader) -> list[JournalEntry]:
    """Return the learner's journal alone."""
    enrolment = reader.enrolled()
    shutting.refuse_while_shut(enrolment=enrolment)
    return journal.entries(enrolment=enrolment, plan=outline(reader.course))


def _by_module(
    modules: Iterable[ModuleOutline], known: list[Mastery]
) -> list[tuple[ModuleOutline, list[Mastery]]]:
    rows = {
        one.id: [row for row in known if row.count and row.objective.module_key == one.key]
        for one in modules
    }
    return [(one, rows[one.id]) for one in modules if rows[one.id]]


def _certificates(enrolment: Enrolment, now: datetime) -> list[tuple[Certificate, str]]:
    mine = Enrolment.objects.filter(user=enrolment.user_id, course=enrolment.course_id)
    found = certificates.of_person(by=enrolment.user, enrolments=mine)[:CERTIFICATES]
    return [(one, certificates.state(certificate=one, now=now)) for one in found]
