"""The learner's progress in a session, for the page around the frame: only what they may know."""

from dataclasses import dataclass
from datetime import datetime

from courses.domain import progress
from courses.domain.outline import Outline, QuizOutline, outline
from courses.errors import NotFound
from courses.models import Launch, Result


@dataclass(frozen=True)
class Grade:
    """What counts in one quiz. `percent` is None while nothing of it is graded."""

    quiz: str
    percent: float | None
    has_passed: bool | None
    grading_progress: str


@dataclass(frozen=True)
class CourseStanding:
    """`completed` holds the keys of completed lessons and passed quizzes, in the course's order."""

    course: str
    percent: int
    lessons_completed: int
    lessons_total: int
    is_complete: bool
    completed: list[dict[str, str]]
    grades: list[Grade]


def standing(*, launch: Launch, now: datetime) -> CourseStanding:
    """Return how the learner is doing, without results that the quiz hides.

    Two queries. Raises NotFound.
    """
    if launch.enrolment is None:
        raise NotFound
    plan = outline(launch.enrolment.course)
    found = progress.course_progress(enrolment=launch.enrolment, outline=plan, now=now)
    done = [step for step in plan.steps if found.is_done(step)]
    return CourseStanding(
        course=plan.key,
        percent=found.percent,
        lessons_completed=found.completed_count,
        lessons_total=found.lesson_count,
        is_complete=found.is_complete,
        completed=[{"kind": step.url_kind, "key": step.key} for step in done],
        grades=_grades(plan, found.results),
    )


def _grades(plan: Outline, results: dict[int, Result]) -> list[Grade]:
    quizzes = [step for step in plan.steps if isinstance(step, QuizOutline)]
    return [_grade(quiz, results[quiz.id]) for quiz in quizzes if quiz.id in results]


def _grade(quiz: QuizOutline, result: Result) -> Grade:
    return Grade(
        quiz=quiz.key,
        percent=None if result.percent is None else float(result.percent),
        has_passed=result.has_passed,
        grading_progress=result.grading_progress,
    )
