"""What a learner has done: of a module, and of the whole course. For the pages at their ends."""

from dataclasses import dataclass
from datetime import datetime

from courses.domain import gains, time_spent
from courses.domain.gains import Count, Gains
from courses.domain.outline import LessonOutline, ModuleOutline, QuizOutline, Step
from courses.domain.path import CourseProgress
from courses.models import Enrolment, Result


@dataclass(frozen=True)
class TestResult:
    """A graded quiz with what counts in it."""

    quiz: QuizOutline
    result: Result


@dataclass(frozen=True)
class ModuleFinish:
    """What was done in a module; `gains` are None without both of its tests."""

    module: ModuleOutline
    tests: list[TestResult]
    lesson_count: int
    check_count: int
    seconds: int
    """What its lessons and tests take, as planned."""
    seconds_spent: int
    """About how long the learner worked in it."""
    gains: Gains | None


@dataclass(frozen=True)
class CourseFinish:
    """What was done in the course."""

    tests: list[TestResult]
    lesson_count: int
    seconds: int
    seconds_spent: int
    completed_at: datetime | None
    gains: list[tuple[ModuleOutline, Gains]]

    @property
    def before(self) -> Count:
        return sum((one.before for _module, one in self.gains), Count())

    @property
    def after(self) -> Count:
        return sum((one.after for _module, one in self.gains), Count())


def module_finish(
    *, enrolment: Enrolment, module: ModuleOutline, own: CourseProgress, now: datetime
) -> ModuleFinish | None:
    """Return what was done in a module, None while something in it is missing. Two queries."""
    if not own.is_module_done(module):
        return None
    found = gains.by_module(enrolment=enrolment, plan=own.outline, now=now)
    return ModuleFinish(
        module=module,
        tests=_tests(module.steps, own),
        lesson_count=len(module.lessons),
        check_count=sum(lesson.check_count for lesson in module.lessons),
        seconds=60 * sum(step.minutes for step in module.steps if own.is_behind(step)),
        seconds_spent=time_spent.estimate(enrolment=enrolment, module=module),
        gains=found.get(module.id),
    )


def course_finish(
    *, enrolment: Enrolment, own: CourseProgress, now: datetime
) -> CourseFinish | None:
    """Return what was done in the course, None while something is missing. Two queries."""
    if not own.is_complete:
        return None
    found = gains.by_module(enrolment=enrolment, plan=own.outline, now=now)
    done = [step for step in own.outline.steps if own.is_behind(step)]
    return CourseFinish(
        tests=_tests(own.outline.steps, own),
        lesson_count=sum(isinstance(step, LessonOutline) for step in done),
        seconds=own.seconds_done,
        seconds_spent=time_spent.estimate(enrolment=enrolment),
        completed_at=enrolment.completed_at,
        gains=[(one, found[one.id]) for one in own.outline.modules if one.id in found],
    )


def _tests(steps: tuple[Step, ...], own: CourseProgress) -> list[TestResult]:
    """Return the graded quizzes that are passed, with their results as the learner knows them."""
    return [
        TestResult(step, own.results[step.id])
        for step in steps
        if isinstance(step, QuizOutline) and own.is_done(step)
    ]
