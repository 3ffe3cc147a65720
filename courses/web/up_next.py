"""Where a learner is on the path of a course: the button to go on, and the rail beside a page."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse

from courses.domain import progress
from courses.domain.bars import StepBar
from courses.domain.outline import ModuleOutline, Outline, QuizOutline, Step
from courses.domain.path import NEW, CourseProgress
from courses.models import Enrolment
from courses.templatetags.courses_ui import step_url
from courses.web.course_map import StepLink, StepList

_FEW = 3
"""So many missing steps are named, more are only counted."""


@dataclass(frozen=True)
class NextStep:
    """How far a learner is in a course, and what the button to go on says and opens."""

    progress: CourseProgress
    due_count: int = 0
    """Cards of the daily review."""
    here: Step | None = None
    """The step whose page it stands on, from which one goes on."""

    @cached_property
    def step(self) -> Step | None:
        if self.here is None:
            return self.progress.next_step
        return self.progress.next_from(self.here)

    @property
    def kind(self) -> str:
        """Return "step", "complete" when the course is, or "none" when nothing can be done."""
        if self.progress.is_complete:
            return "complete"
        return "none" if self.step is None else "step"

    @property
    def barred(self) -> list[tuple[QuizOutline, StepBar]]:
        """Return what would be next and cannot be started now, each with its reason."""
        return self.progress.barred_steps[:_FEW]

    @property
    def done_module(self) -> ModuleOutline | None:
        """Return the module of the page's step, if nothing of it is left that counts."""
        module = self.progress.outline.home(self.here) if self.here else None
        return module if module and self.progress.is_module_done(module) else None

    @property
    def home(self) -> ModuleOutline | None:
        """Return the module of the step."""
        return self.progress.outline.home(self.step) if self.step else None

    @cached_property
    def _tests(self) -> list[Step]:
        return [one for one in self.progress.outline.required if isinstance(one, QuizOutline)]

    @property
    def test_count(self) -> int:
        """How many tests must be passed."""
        return len(self._tests)

    @property
    def tests_done(self) -> int:
        return sum(map(self.progress.is_done, self._tests))

    @property
    def missing(self) -> list[Step]:
        """Return the last few things that are missing for the whole; none while it is more."""
        left = [one for one in self.progress.outline.required if not self.progress.is_done(one)]
        return left if self.is_begun and len(left) <= _FEW else []

    @property
    def is_begun(self) -> bool:
        return bool(self.progress.lessons or self.progress.taken)

    @cached_property
    def new_module(self) -> ModuleOutline | None:
        """Return the module that begins with the step, where nothing of it is begun.

        None within one module, and on pages of no step.
        """
        if self.step is None or self.here is None:
            return None
        outline = self.progress.outline
        module = outline.home(self.step)
        if module is None or module is outline.home(self.here):
            return None
        is_begun = any(self.progress.step_state(one) != NEW for one in module.steps)
        return None if is_begun else module

    @property
    def url(self) -> str:
        """Where the learner continues: the next step, at the heading last read."""
        step, key = self.step, self.progress.outline.key
        if step is None:
            return reverse("cx_courses:course", args=[key])
        url, position = step_url(key, step), self._position
        return f"{url}#{position}" if position else url

    @property
    def cache_key(self) -> tuple[Any, ...]:
        own, step = self.progress, self.step
        counts = own.percent, own.completed_count, self.tests_done, self.due_count
        return (
            own.outline.cache_key,
            counts,
            own.seconds_left,
            own.is_complete,
            self.is_begun,
            tuple((one.url_kind, one.key) for one in self.missing),
            step and (step.url_kind, step.key),
            self.here and (self.here.url_kind, self.here.key),
            self.new_module and self.new_module.key,
            self._position,
            tuple((step.key, bar) for step, bar in self.barred),
        )

    @property
    def _position(self) -> str:
        step = self.step
        if step is None or isinstance(step, QuizOutline):
            return ""
        return self.progress.lesson_state(step).position


@dataclass(frozen=True)
class Pager:
    """What comes before and after a step, as one reads on.

    The next is nothing that this reader cannot begin.
    """

    previous: Step | None
    next: Step | None
    outline_key: tuple[Any, ...]

    @property
    def cache_key(self) -> tuple[Any, ...]:
        near = tuple(step and (step.url_kind, step.key) for step in (self.previous, self.next))
        return self.outline_key, near


@dataclass(frozen=True)
class Rail:
    """A step among the others of its module, and what comes before and after it.

    `steps` are those of its module, or the quizzes at the end of the course.
    """

    steps: StepList
    here: Step
    module: ModuleOutline | None
    pager: Pager | None
    """None for those who may read this step alone."""
    up_next: NextStep | None
    """None for those who have no progress here."""

    @property
    def first(self) -> tuple[StepLink, ...]:
        """What opens the step of the page, where it is locked."""
        return next(row.first for row in self.steps.rows if row.is_here)

    @property
    def cache_key(self) -> tuple[Any, ...]:
        return self.steps.cache_key


def rail(
    *, outline: Outline, here: Step | None, own: CourseProgress | None, is_linked: bool = True
) -> Rail | None:
    """Return the rail of a step's page, without a query; None for a quiz that stands nowhere.

    `is_linked` is False for those who may read this step alone.
    """
    if here is None:
        return None
    return Rail(
        steps=StepList(outline.siblings(here), outline, own, is_linked, here),
        here=here,
        module=outline.home(here),
        pager=_pager(outline, here, own) if is_linked else None,
        up_next=NextStep(own, here=here) if own else None,
    )


def _pager(outline: Outline, here: Step, own: CourseProgress | None) -> Pager:
    before, after = outline.neighbours(here)
    while own is not None and after is not None and own.is_barred(after):
        _before, after = outline.neighbours(after)
    return Pager(before, after, outline.cache_key)


def progress_of(
    enrolment: Enrolment | None, outline: Outline, now: datetime
) -> CourseProgress | None:
    """Return the progress of an enrolment, None without one."""
    if enrolment is None:
        return None
    return progress.course_progress(enrolment=enrolment, outline=outline, now=now)
