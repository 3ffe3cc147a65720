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
    finished: int = 0
    """Learners who have handed in an attempt with it, or completed the lesson."""
    places: tuple[str, ...] = ()
    """The quizzes and lessons that ask a question."""

    @property
    def is_met(self) -> bool:
        """Whether any learner has or had it."""
        return bool(self.open_attempts or self.learners or self.finished)


def touched_by(*, row: Any) -> Touched:
    """Return what a new state of a question, a quiz or a lesson touches. At most six queries."""
    if isinstance(row, Question):
        return _question(row)
    if isinstance(row, Lesson):
        return _lesson(row)
    return Touched(*_counts(Attempt.objects.filter(quiz=row)))


def deadlines_with(*, quiz: Quiz, record: QuizFile) -> grants.DeadlineChanges:
    """Return what the dates and limits of the record would do to the quiz's open attempts.

    Nothing is saved.
    """
    changed = copy(quiz)
    fill(row=changed, record=record)
    attempts = _of_learners(Attempt.objects.open()).filter(quiz=quiz)
    return grants.compare_deadlines(attempts=attempts, quiz=changed)


def _question(question: Question) -> Touched:
    items = AttemptItem.objects.filter(version__question=question).values("attempt")
    attempts = Attempt.objects.filter(pk__in=items)
    row = Question.objects.prefetch_related("tags").get(pk=question.pk)
    uses = bank_search.uses(course=question.course, questions=[row]).get(question.pk, [])
    places = dict.fromkeys(str(use.quiz.lesson or use.quiz) for use in uses)
    return Touched(*_counts(attempts), tuple(places))


def _lesson(lesson: Lesson) -> Touched:
    met = LessonProgress.objects.filter(
        lesson=lesson,
        enrolment__role=Enrolment.Role.LEARNER,
        enrolment__state=Enrolment.State.ACTIVE,
    )
    attempts = _of_learners(Attempt.objects.open()).filter(quiz__lesson=lesson).count()
    begun, completed = met.filter(completed_at=None), met.exclude(completed_at=None)
    return Touched(attempts, _people(begun), _people(completed))


def _of_learners(attempts: Any) -> Any:
    return attempts.without_trials().filter(enrolment__role=Enrolment.Role.LEARNER)


def _counts(attempts: Any) -> tuple[int, int, int]:
    """Return how many attempts are open, of how many learners, and how many have finished one."""
    found = _of_learners(attempts)
    opened = found.open()
    return opened.count(), _people(opened), _people(found.finished())


def _people(rows: Any) -> int:
    return int(rows.values("enrolment__user").distinct().count())
