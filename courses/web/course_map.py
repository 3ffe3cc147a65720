"""The map of a course as a page draws it: modules, their steps, and how far this learner is."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from courses.domain.outline import ModuleOutline, Outline, QuizOutline, Step
from courses.domain.progress import COMPLETED, NEW, STARTED, CourseProgress
from courses.templatetags.courses_ui import step_url


@dataclass(frozen=True)
class StepRow:
    """A lesson or quiz in the map. `state` is new, started or completed; `url` may be empty."""

    step: Step
    url: str
    state: str = NEW
    percent: Decimal | None = None
    has_passed: bool | None = None
    pass_mark: Decimal | None = None

    @property
    def is_quiz(self) -> bool:
        return isinstance(self.step, QuizOutline)


@dataclass(frozen=True)
class ModuleRow:
    module: ModuleOutline
    steps: list[StepRow]
    percent: int | None

    @property
    def is_in_preparation(self) -> bool:
        return not self.steps


@dataclass(frozen=True)
class CourseMap:
    modules: list[ModuleRow]
    quizzes: list[StepRow]


def course_map(
    *, outline: Outline, progress: CourseProgress | None = None, is_linked: bool
) -> CourseMap:
    """Return the map of a course, without a query.

    `is_linked` is False for those who may only look at the outline.
    """
    return CourseMap(
        modules=[
            ModuleRow(
                module=module,
                steps=_rows(module.steps, outline, progress, is_linked=is_linked),
                percent=progress.module_percent(module) if progress else None,
            )
            for module in outline.modules
        ],
        quizzes=_rows(outline.quizzes, outline, progress, is_linked=is_linked),
    )


def resume_url(course_key: str, progress: CourseProgress) -> str:
    """Return where the learner continues: the next step, at the heading last read."""
    step = progress.next_step
    if step is None:
        return ""
    url = step_url(course_key, step)
    if isinstance(step, QuizOutline):
        return url
    position = progress.lesson_state(step).position
    return f"{url}#{position}" if position else url


def _rows(
    steps: Iterable[Step], outline: Outline, progress: CourseProgress | None, *, is_linked: bool
) -> list[StepRow]:
    return [
        _row(step, step_url(outline.key, step) if is_linked else "", progress) for step in steps
    ]


def _row(step: Step, url: str, progress: CourseProgress | None) -> StepRow:
    if progress is None:
        return StepRow(step, url)
    if not isinstance(step, QuizOutline):
        return StepRow(step, url, progress.lesson_state(step).state)
    result = progress.results.get(step.id)
    if result is None:
        return StepRow(step, url)
    state = COMPLETED if result.has_passed else STARTED
    return StepRow(step, url, state, result.percent, result.has_passed, result.pass_mark)
