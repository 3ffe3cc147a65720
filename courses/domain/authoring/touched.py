"""Whom a change reaches once it is published: attempts under way, learners, quizzes and lessons."""

from copy import copy
from dataclasses import dataclass
from typing import Any

from courses.coursefiles.schema import QuizFile
from courses.domain import grants
from courses.domain.authoring import bank_search
from courses.domain.authoring.columns import fill
from courses.models import Attempt, AttemptItem, Enrolment, Lesson, LessonProgress, Question, Quiz


@dataclass(frozen=True)
class Touched:
    """What published content is used for at the moment."""

    open_attempts: int = 0
    learners: int = 0
    """Who have it in an open attempt; of a lesson, who have begun and not completed it."""
    places: tuple[str, ...] = ()
    """The quizzes and lessons that ask a question."""


def touched_by(*, row: Any) -> Touched:
    """Return what a new state of a question, a quiz or a lesson touches. At most five queries."""
    if isinstance(row, Question):
        return _question(row)
    if isinstance(row, Lesson):
        return _lesson(row)
    return Touched(*_counts(_open().filter(quiz=row)))


def deadlines_with(*, quiz: Quiz, record: QuizFile) -> grants.DeadlineChanges:
    """Return what the dates and limits of the record would do to the quiz's open attempts.

    Nothing is saved.
    """
    changed = copy(quiz)
    fill(row=changed, record=record)
    return grants.compare_deadlines(attempts=_open().filter(quiz=quiz), quiz=changed)


def _question(question: Question) -> Touched:
    items = AttemptItem.objects.filter(version__question=question).values("attempt")
    row = Question.objects.prefetch_related("tags").get(pk=question.pk)
    uses = bank_search.uses(course=question.course, questions=[row]).get(question.pk, [])
    places = dict.fromkeys(str(use.quiz.lesson or use.quiz) for use in uses)
    return Touched(*_counts(_open().filter(pk__in=items)), tuple(places))


def _lesson(lesson: Lesson) -> Touched:
    begun = LessonProgress.objects.filter(
        lesson=lesson,
        completed_at=None,
        enrolment__role=Enrolment.Role.LEARNER,
        enrolment__state=Enrolment.State.ACTIVE,
    )
    attempts = _open().filter(quiz__lesson=lesson).count()
    return Touched(attempts, begun.values("enrolment__user").distinct().count())


def _open() -> Any:
    rows = Attempt.objects.open().without_trials()
    return rows.filter(enrolment__role=Enrolment.Role.LEARNER)


def _counts(attempts: Any) -> tuple[int, int]:
    return attempts.count(), attempts.values("enrolment__user").distinct().count()
