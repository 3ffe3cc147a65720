"""The map of a course as a page draws it: modules, their steps, and how far this learner is.

What a page shows of a module is the same for all who are equally far in it, so that its HTML is
cached (`{% cached %}`). Rows and addresses are only made where it has to be rendered.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from courses.domain.outline import ModuleOutline, Outline, QuizOutline, Step
from courses.domain.path import NEW, CourseProgress, Lock
from courses.templatetags.courses_ui import step_url

LOCKED = "locked"


@dataclass(frozen=True)
class RowState:
    """How far a learner is with a step. `state` is new, started, completed or locked."""

    state: str = NEW
    percent: Decimal | None = None
    has_passed: bool | None = None
    pass_mark: Decimal | None = None
    lock: Lock | None = None

    @property
    def cache_key(self) -> tuple[Any, ...]:
        first = tuple(step.key for step in self.lock.steps) if self.lock else ()
        return self.state, str(self.percent), self.has_passed, str(self.pass_mark), first


_NEW = RowState()


@dataclass(frozen=True)
class StepLink:
    """A step and its page; `url` may be empty."""

    step: Step
    url: str


@dataclass(frozen=True)
class StepRow:
    """A lesson or quiz in the map; `url` may be empty."""

    step: Step
    url: str
    own: RowState
    is_here: bool = False
    """Is it the step of this page, or on a map the one that is next?"""
    first: tuple[StepLink, ...] = ()
    """What opens it, where it is locked."""

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
    here: Step | None = None

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def shows_progress(self) -> bool:
        return self.progress is not None

    @property
    def rows(self) -> list[StepRow]:
        return [self._row(step) for step in self.steps]

    def _row(self, step: Step) -> StepRow:
        own = self._own(step)
        first = tuple(StepLink(one, self._url(one)) for one in own.lock.steps) if own.lock else ()
        return StepRow(step, self._url(step), own, step is self.here, first)

    def _url(self, step: Step) -> str:
        return step_url(self.outline.key, step) if self.is_linked else ""

    @cached_property
    def cache_key(self) -> tuple[Any, ...]:
        keys = tuple((step.key, self._own(step).cache_key) for step in self.steps)
        here = self.here and (self.here.url_kind, self.here.key)
        return self.outline.cache_key, self.shows_progress, self.is_linked, here, keys

    def _own(self, step: Step) -> RowState:
        if self.progress is None:
            return _NEW
        state, lock = self.progress.step_state(step), self.progress.lock(step)
        if isinstance(step, QuizOutline):
            result = self.progress.results.get(step.id)
            if result is not None:
                return RowState(state, result.percent, result.has_passed, result.pass_mark, lock)
        return RowState(LOCKED if lock and state == NEW else state, lock=lock)


@dataclass(frozen=True)
class ModuleRow:
    module: ModuleOutline
    steps: StepList
    is_open: bool = False
    """Is it the module in which the learner goes on?"""

    @cached_property
    def percent(self) -> int | None:
        progress = self.steps.progress
        return progress.module_percent(self.module) if progress else None

    @property
    def seconds(self) -> int:
        """What its lessons and tests take."""
        return self.module.seconds

    @cached_property
    def is_begun(self) -> bool:
        progress = self.steps.progress
        return progress is not None and any(
            progress.step_state(step) != NEW for step in self.module.steps
        )

    @property
    def is_in_preparation(self) -> bool:
        return not self.steps

    @property
    def cache_key(self) -> tuple[Any, ...]:
        return self.module.key, self.percent, self.is_open, self.steps.cache_key


@dataclass(frozen=True)
class CourseMap:
    """The modules that a learner is led through, the quizzes at the end, and what is optional."""

    modules: list[ModuleRow]
    quizzes: StepList
    aside: list[ModuleRow]


def course_map(
    *, outline: Outline, progress: CourseProgress | None = None, is_linked: bool
) -> CourseMap:
    """Return the map of a course, without a query.

    `is_linked` is False for those who may only look at the outline.
    """

    def of(steps: tuple[Step, ...]) -> StepList:
        is_next = progress is not None and any(one is step for one in steps)
        return StepList(steps, outline, progress, is_linked, step if is_next else None)

    step = progress.next_step if progress else next(iter(outline.path), None)
    here = outline.home(step) if step else None
    led = set(outline.led_modules)
    rows = [ModuleRow(module, of(module.steps), module is here) for module in outline.modules]
    return CourseMap(
        modules=[row for row in rows if row.module.id in led],
        quizzes=of(outline.quizzes),
        aside=[row for row in rows if row.module.id not in led],
    )
