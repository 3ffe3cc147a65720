"""The path of one learner through a course: how far they are, what is next, what is locked.

Arithmetic on the outline and on what was read of the learner; no database.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from courses.domain.bars import StepBar, Tries
from courses.domain.outline import LessonOutline, ModuleOutline, Outline, QuizOutline, Step
from courses.models import Result

STATES = NEW, STARTED, COMPLETED = "new", "started", "completed"


@dataclass(frozen=True)
class LessonState:
    state: str = NEW
    position: str = ""
    visited_at: datetime | None = None
    has_notes: bool = False


_UNSEEN = LessonState()


@dataclass(frozen=True)
class Lock:
    """What keeps a quiz from being started: the steps that must be done before."""

    steps: tuple[Step, ...]
    is_post_test: bool
    """Do lessons of its module come first, and not quizzes of other modules?"""


@dataclass(frozen=True)
class StepProgress:
    step: Step
    state: str


@dataclass(frozen=True)
class ModuleProgress:
    module: ModuleOutline
    percent: int
    steps: list[StepProgress]


@dataclass(frozen=True)
class CourseProgress:
    outline: Outline
    lessons: dict[int, LessonState]
    results: dict[int, Result] = field(default_factory=dict)
    taken: dict[int, bool] = field(default_factory=dict)
    """Quiz → whether an attempt was handed in; False while the only one is under way."""
    tries: dict[int, Tries] = field(default_factory=dict)
    barred: dict[int, StepBar] = field(default_factory=dict)
    """Quiz that is due → why it cannot be started now."""
    has_locks: bool = True
    """Must this person do first what comes first? Staff and trials need not."""

    def lesson_state(self, lesson: LessonOutline) -> LessonState:
        return self.lessons.get(lesson.id, _UNSEEN)

    def is_done(self, step: Step) -> bool:
        """Return whether a lesson is completed, a graded quiz passed or excused; never practice."""
        if isinstance(step, QuizOutline):
            result = self.results.get(step.id)
            return result is not None and (bool(result.has_passed) or result.is_excused)
        return self.lesson_state(step).state == COMPLETED

    def is_behind(self, step: Step) -> bool:
        """Return whether the learner has this step behind them: it is done, or practice taken."""
        if isinstance(step, QuizOutline) and not step.is_graded:
            return self.taken.get(step.id, False)
        return self.is_done(step)

    def step_state(self, step: Step) -> str:
        """Return `new`, `started` or `completed`."""
        if isinstance(step, LessonOutline):
            return self.lesson_state(step).state
        if self.is_behind(step):
            return COMPLETED
        return STARTED if step.id in self.taken or step.id in self.results else NEW

    @property
    def modules(self) -> list[ModuleProgress]:
        """Each module of the course, with the state of each step."""
        return [
            ModuleProgress(
                module,
                self.module_percent(module),
                [StepProgress(step, self.step_state(step)) for step in module.steps],
            )
            for module in self.outline.modules
        ]

    @cached_property
    def percent(self) -> int:
        return self._percent(self.outline.required)

    @cached_property
    def is_complete(self) -> bool:
        return bool(self.outline.required) and all(map(self.is_done, self.outline.required))

    def is_module_done(self, module: ModuleOutline) -> bool:
        """Return whether nothing of a module is left that counts."""
        counting = _counting(module.steps)
        return bool(counting) and all(map(self.is_done, counting))

    def module_percent(self, module: ModuleOutline) -> int:
        return self._percent(_counting(module.steps))

    @cached_property
    def completed_count(self) -> int:
        return sum(map(self.is_done, self.outline.required_lessons))

    @property
    def lesson_count(self) -> int:
        return len(self.outline.required_lessons)

    @cached_property
    def seconds_left(self) -> int:
        """What is left on the path takes, by the minutes that its lessons and tests state."""
        return 60 * sum(step.minutes for step in self._due)

    @property
    def seconds_done(self) -> int:
        """What is behind the learner takes, by the same minutes; nobody's time is measured."""
        return 60 * sum(step.minutes for step in self.outline.steps if self.is_behind(step))

    @cached_property
    def next_step(self) -> Step | None:
        """What is next on the path, whatever was opened last.

        Never a quiz that cannot be started now. None when the course is complete, or when nothing
        else can be done before such a quiz.
        """
        due = [step for step in self._due if not self.is_barred(step)]
        is_open = (step for step in due if self.lock(step) is None)
        return next(is_open, due[0] if due and not self.barred else None)

    def is_barred(self, step: Step) -> bool:
        """Return whether the step is due and cannot be started now."""
        return isinstance(step, QuizOutline) and step.id in self.barred

    @property
    def due_quizzes(self) -> list[QuizOutline]:
        """The quizzes that are left on the path."""
        return [step for step in self._due if isinstance(step, QuizOutline)]

    @cached_property
    def barred_steps(self) -> list[tuple[QuizOutline, StepBar]]:
        """What would be due and cannot be started now, though nothing must be done before it."""
        return [
            (step, self.barred[step.id])
            for step in self.due_quizzes
            if step.id in self.barred and self.lock(step) is None
        ]

    def next_from(self, here: Step) -> Step | None:
        """Return what is next for somebody who is at this step: what follows it, else the first.

        The first, too, where the step itself is locked: what opens it comes before it. None when
        nothing else can be done. What opens when this lesson is done counts as open: on the page
        of a lesson its last check may be answered after the page was made.
        """
        rank, place = self.outline.rank, self.outline.rank(here)

        def is_open(step: Step) -> bool:
            lock = self.lock(step)
            if self.is_barred(step):
                return False
            first = [] if lock is None else [one for one in lock.steps if rank(one) != place]
            return not first if isinstance(here, LessonOutline) else lock is None

        others = [step for step in self._due if rank(step) != place and is_open(step)]
        later = (step for step in others if rank(step) > place and self.lock(here) is None)
        return next(later, others[0] if others else None)

    def lock(self, step: Step) -> Lock | None:
        """Return what keeps the learner from this step, None when it is open or behind them.

        The quiz itself is started by the same rules (`attempts/required.py`).
        """
        if not self.has_locks or isinstance(step, LessonOutline) or self.is_behind(step):
            return None
        first = [one for one in self.outline.unlocking(step) if not self.is_done(one)]
        if first:
            return Lock(tuple(first), is_post_test=False)
        module = self.outline.home(step) if step.is_post_test else None
        left = [one for one in module.lessons if not self.is_done(one)] if module else []
        return Lock(tuple(left), is_post_test=True) if left else None

    @cached_property
    def _due(self) -> list[Step]:
        """What is left on the path, in its order; nothing once the course is complete."""
        if self.is_complete:
            return []
        return [step for step in self.outline.path if self._is_due(step)]

    def _is_due(self, step: Step) -> bool:
        """Return whether the step is still to be done.

        Practice is due only while nothing that follows it in its module is done: a pre-test is of
        no use to those who have read the lessons.
        """
        if self.is_behind(step):
            return False
        if isinstance(step, LessonOutline) or step.is_graded:
            return True
        return not any(map(self.is_behind, self.outline.following(step)))

    def _percent(self, steps: Iterable[Step]) -> int:
        counted = list(steps)
        done = sum(map(self.is_done, counted))
        return 100 * done // len(counted) if counted else 0


def _counting(steps: Iterable[Step]) -> list[Step]:
    return [step for step in steps if isinstance(step, LessonOutline) or step.is_graded]
