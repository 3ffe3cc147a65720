"""The map of a course as a page draws it: modules, their steps, and how far this learner is.

What a page shows of a module is the same for all who are equally far in it, so that its HTML is
cached (`{% cached %}`). Rows and addresses are only made where it has to be rendered.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from courses.domain.outline import ModuleOutline, Outline, QuizOutline, Step
from courses.domain.progress import COMPLETED, NEW, STARTED, CourseProgress
from courses.templatetags.courses_ui import step_url


@dataclass(frozen=True)
class RowState:
    """How far a learner is with a step. `state` is new, started or completed."""

    state: str = NEW
    percent: Decimal | None = None
    has_passed: bool | None = None
    pass_mark: Decimal | None = None

    @property
    def cache_key(self) -> tuple[Any, ...]:
        return self.state, str(self.percent), self.has_passed, str(self.pass_mark)


_NEW = RowState()


@dataclass(frozen=True)
class StepRow:
    """A lesson or quiz in the map; `url` may be empty."""

    step: Step
    url: str
    own: RowState

    @property
    def is_quiz(self) -> bool:
        return isinstance(self.step, QuizOutline)


@dataclass(frozen=True)
class StepList:
    """Some steps of a course, as one learner has them. Without `progress`: as everybody does.

    `is_linked` is False for those who may only look at the outline.
    """

    steps: tuple[Step, ...]
    outline: Outline
    progress: CourseProgress | None
    is_linked: bool

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def shows_progress(self) -> bool:
        return self.progress is not None

    @property
    def rows(self) -> list[StepRow]:
        key = self.outline.key
        return [
            StepRow(step, step_url(key, step) if self.is_linked else "", self._own(step))
            for step in self.steps
        ]

    @property
    def cache_key(self) -> tuple[Any, ...]:
        keys = tuple((step.key, self._own(step).cache_key) for step in self.steps)
        return self.outline.cache_key, self.shows_progress, self.is_linked, keys

    def _own(self, step: Step) -> RowState:
        if self.progress is None:
            return _NEW
        if not isinstance(step, QuizOutline):
            return RowState(self.progress.lesson_state(step).state)
        result = self.progress.results.get(step.id)
        if result is None:
            return _NEW
        state = COMPLETED if result.has_passed else STARTED
        return RowState(state, result.percent, result.has_passed, result.pass_mark)


@dataclass(frozen=True)
class ModuleRow:
    module: ModuleOutline
    steps: StepList

    @cached_property
    def percent(self) -> int | None:
        progress = self.steps.progress
        return progress.module_percent(self.module) if progress else None

    @property
    def is_in_preparation(self) -> bool:
        return not self.steps

    @property
    def cache_key(self) -> tuple[Any, ...]:
        return self.module.key, self.percent, self.steps.cache_key


@dataclass(frozen=True)
class CourseMap:
    modules: list[ModuleRow]
    quizzes: StepList


def course_map(
    *, outline: Outline, progress: CourseProgress | None = None, is_linked: bool
) -> CourseMap:
    """Return the map of a course, without a query.

    `is_linked` is False for those who may only look at the outline.
    """

    def of(steps: tuple[Step, ...]) -> StepList:
        return StepList(steps, outline, progress, is_linked)

    return CourseMap(
        modules=[ModuleRow(module, of(module.steps)) for module in outline.modules],
        quizzes=of(outline.quizzes),
    )


@dataclass(frozen=True)
class NextStep:
    """How far a learner is in a course, and what the button to go on says and opens."""

    progress: CourseProgress
    due_count: int = 0
    """Cards of the daily review."""

    @property
    def step(self) -> Step | None:
        return self.progress.next_step

    @property
    def is_begun(self) -> bool:
        return bool(self.progress.lessons or self.progress.taken)

    @property
    def url(self) -> str:
        """Where the learner continues: the next step, at the heading last read."""
        step = self.step
        if step is None:
            return ""
        url, position = step_url(self.progress.outline.key, step), self._position
        return f"{url}#{position}" if position else url

    @property
    def cache_key(self) -> tuple[Any, ...]:
        own, step = self.progress, self.step
        counts = own.percent, own.completed_count, own.lesson_count, self.due_count
        return (
            own.outline.cache_key,
            counts,
            own.is_complete,
            self.is_begun,
            step and (step.url_kind, step.key),
            self._position,
        )

    @property
    def _position(self) -> str:
        step = self.step
        if step is None or isinstance(step, QuizOutline):
            return ""
        return self.progress.lesson_state(step).position
