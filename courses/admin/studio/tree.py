"""What a course is made of as its outline shows it: rows, their states, and where each may move."""

from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import Course, Lesson, Module, Quiz

MANY = 25
"""Rows that are shown unfolded."""


@dataclass
class TreeRow:
    """A module, lesson or quiz. `up` and `down` are what its buttons send; None at the ends."""

    row: Any
    state: str
    number: str = ""
    up: str | None = None
    down: str | None = None
    parts: list["TreeRow"] = field(default_factory=list)
    is_open: bool = False
    """Whether its parts are unfolded."""

    @property
    def kind(self) -> str:
        return str(self.row._meta.model_name)

    @property
    def name(self) -> str:
        """The row's name in the page and in its address."""
        return f"{self.kind}-{self.row.pk}"

    @property
    def url(self) -> str:
        """Where it is shown to those who may not edit it."""
        page = "build" if self.kind == "quiz" else "change"
        return reverse(f"admin:cx_courses_{self.kind}_{page}", args=[self.row.pk])

    @property
    def edit_url(self) -> str:
        """Where it is edited."""
        if self.kind == "lesson":
            return reverse("admin:cx_courses_lesson_edit", args=[self.row.pk])
        return self.url

    @property
    def site_url(self) -> str:
        """Where learners see it."""
        return str(self.row.get_absolute_url())

    @property
    def is_seen(self) -> bool:
        """Whether learners see it, as far as it is up to this row."""
        return self.state == "published"

    @property
    def state_label(self) -> str:
        return {
            "published": _("Published"),
            "hidden": _("Hidden"),
            "draft": _("Draft"),
            "archived": _("Archived"),
        }[self.state]

    @property
    def minutes(self) -> int:
        """What it takes; a module what its published lessons take."""
        if self.kind == "module":
            lessons = (one for one in self.parts if one.kind == "lesson" and one.is_seen)
            return sum(one.row.minutes for one in lessons)
        if self.kind == "quiz":
            return ceil((self.row.time_limit_s or 0) / 60)
        return int(self.row.minutes)

    @property
    def count(self) -> int:
        """How many checks or questions it asks."""
        return int(self.row.asked)

    @property
    def lessons(self) -> int:
        return sum(part.kind == "lesson" for part in self.parts)

    @property
    def quizzes(self) -> int:
        return sum(part.kind == "quiz" for part in self.parts)


class OutlineTree:
    """The outline of a course; three queries. `at` is the name of the row that is looked at."""

    def __init__(self, course: Course, *, at: str = "") -> None:
        self.course = course
        self.at = at

    @cached_property
    def modules(self) -> list[TreeRow]:
        """The modules with their lessons and quizzes, as learners walk through them."""
        rows = Module.objects.filter(course=self.course).order_by("position", "pk")
        modules = _movable([TreeRow(row, _hidden_or_published(row)) for row in rows])
        _count(modules)
        for module in modules:
            module.row.course = self.course
            module.parts = [*self._steps(module)]
        self._open(modules)
        return modules

    def _open(self, modules: list[TreeRow]) -> None:
        """Unfold a short course; of a long one the module that is looked at, else the first."""
        is_short = sum(len(module.parts) for module in modules) <= MANY
        here = [one for one in modules if self.at in (one.name, *(part.name for part in one.parts))]
        for module in modules if is_short else here or modules[:1]:
            module.is_open = True

    def _steps(self, module: TreeRow) -> list[TreeRow]:
        lessons = [
            TreeRow(row, _hidden_or_published(row))
            for row in self._lessons
            if row.module_id == module.row.pk
        ]
        for lesson in lessons:
            lesson.row.module = module.row
        _count(lessons, f"{module.number}." if module.number else "")
        quizzes = [one for one in self._quizzes if one.row.module_id == module.row.pk]
        before = [one for one in quizzes if not _is_after(one.row)]
        after = [one for one in quizzes if _is_after(one.row)]
        return [*_movable(before), *_movable(lessons), *_movable(after)]

    @cached_property
    def quizzes(self) -> list[TreeRow]:
        """The quizzes of the whole course."""
        return _movable([one for one in self._quizzes if one.row.module_id is None])

    @cached_property
    def archived(self) -> list[TreeRow]:
        """The quizzes in the archive."""
        return [TreeRow(row, "archived") for row in self._all_quizzes if row.is_archived]

    @cached_property
    def _lessons(self) -> list[Any]:
        rows = Lesson.objects.filter(module__course=self.course).defer("body", "rendered")
        return list(rows.annotate(asked=Count("checks__items")).order_by("position", "pk"))

    @cached_property
    def _quizzes(self) -> list[TreeRow]:
        return [
            TreeRow(row, "draft" if row.is_draft else "published")
            for row in self._all_quizzes
            if not row.is_archived
        ]

    @cached_property
    def _all_quizzes(self) -> list[Any]:
        rows: QuerySet[Any] = Quiz.objects.standalone().filter(course=self.course)
        # A draw asks several questions, every other place one.
        drawn = Coalesce(Sum("items__draw_count"), 0) - Count("items__draw_count")
        counted = rows.annotate(asked=Count("items") + drawn)
        found = list(counted.order_by("position", "pk"))
        for row in found:
            row.course = self.course
        return found


def _is_after(quiz: Quiz) -> bool:
    """Return whether learners take it after the lessons."""
    return quiz.is_graded or quiz.compares_with_id is not None


def _hidden_or_published(row: Any) -> str:
    return "hidden" if row.is_archived else "published"


def _count(rows: list[TreeRow], prefix: str = "") -> None:
    """Give those that learners see the numbers of their pages."""
    for number, row in enumerate((one for one in rows if one.is_seen), start=1):
        row.number = f"{prefix}{number}"


def _movable(rows: list[TreeRow]) -> list[TreeRow]:
    for index, row in enumerate(rows):
        if index:
            row.up = f"{row.kind}:{row.row.pk}:up:{rows[index - 1].row.pk}"
        if index < len(rows) - 1:
            after = rows[index + 2].row.pk if index + 2 < len(rows) else ""
            row.down = f"{row.kind}:{row.row.pk}:down:{after}"
    return rows
