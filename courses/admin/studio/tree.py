"""What a course is made of as its outline shows it: rows, their states, and where each may move."""

from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from courses.domain.authoring import edits
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
    tag: str = ""
    """Names the order in which it stands, as it is shown."""
    lesson_tag: str = ""
    """Of a module: names the order of its lessons."""
    quiz_tag: str = ""
    """Of a module: names the order of its quizzes."""

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
        if self.state == "scheduled":
            when = date_format(localtime(self.row.publish_at), "DATE_FORMAT")
            return _("From %(date)s") % {"date": when}
        return {
            "published": _("Published"),
            "draft": _("Draft"),
            "refused": _("Not published"),
            "archived": _("Archived"),
        }[self.state]

    @property
    def is_draft(self) -> bool:
        return self.state in ("draft", "scheduled", "refused")

    @property
    def is_archived(self) -> bool:
        return self.state == "archived"

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
    def longer_minutes(self) -> int:
        """What a quiz takes at most for learners with half as much time again."""
        return ceil((self.row.time_limit_s or 0) * 3 / 120)

    @property
    def publish_at_value(self) -> str:
        """The time of publication as a field holds it."""
        at = self.row.publish_at
        return localtime(at).strftime("%Y-%m-%dT%H:%M") if at else ""

    @property
    def panel_url(self) -> str:
        """The outline with this row chosen."""
        return f"?at={self.name}#panel-title"

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
        modules = _movable([TreeRow(row, state_of(row)) for row in _live(self._all_modules)])
        _count(modules)
        for module in modules:
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
        rows = [row for row in _live(self._all_lessons) if row.module_id == module.row.pk]
        lessons = [TreeRow(row, state_of(row)) for row in rows]
        _count(lessons, f"{module.number}." if module.number else "")
        quizzes = self._quizzes_in(module.row.pk)
        module.lesson_tag = edits.list_tag(rows)
        module.quiz_tag = edits.list_tag(one.row for one in quizzes)
        before = [one for one in quizzes if not _is_after(one.row)]
        after = [one for one in quizzes if _is_after(one.row)]
        return [*_movable(before), *_movable(lessons), *_movable(after)]

    def _quizzes_in(self, module: int | None) -> list[TreeRow]:
        rows = [row for row in _live(self._all_quizzes) if row.module_id == module]
        tag = edits.list_tag(rows)
        return [TreeRow(row, state_of(row), tag=tag) for row in rows]

    @cached_property
    def quizzes(self) -> list[TreeRow]:
        """The quizzes of the whole course."""
        return _movable(self._quizzes_in(None))

    @cached_property
    def archived(self) -> list[TreeRow]:
        """What is in the archive; what an archived module holds comes back with it."""
        gone = {row.pk for row in self._all_modules if row.is_archived}
        inner = [*self._all_lessons, *self._all_quizzes]
        rows = [row for row in inner if row.is_archived and row.module_id not in gone]
        return [
            TreeRow(row, "archived")
            for row in [*(one for one in self._all_modules if one.is_archived), *rows]
        ]

    @cached_property
    def chosen(self) -> TreeRow | None:
        """The row that is looked at."""
        parts = [part for module in self.modules for part in module.parts]
        rows = [*self.modules, *parts, *self.quizzes]
        return next((one for one in rows if one.name == self.at), None)

    @cached_property
    def _all_modules(self) -> list[Any]:
        found = list(Module.objects.filter(course=self.course).order_by("position", "pk"))
        for row in found:
            row.course = self.course
        return found

    @cached_property
    def _all_lessons(self) -> list[Any]:
        rows = Lesson.objects.filter(module__course=self.course).defer("body", "rendered")
        found = list(rows.annotate(asked=Count("checks__items")).order_by("position", "pk"))
        modules = {row.pk: row for row in self._all_modules}
        for row in found:
            row.module = modules[row.module_id]
        return found

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


def state_of(row: Any) -> str:
    """Return `published`, `draft`, `scheduled`, `refused` (at its time) or `archived`."""
    if row.is_archived:
        return "archived"
    if not row.is_draft:
        return "published"
    if row.publish_refusal:
        return "refused"
    return "scheduled" if row.publish_at else "draft"


def _live(rows: list[Any]) -> list[Any]:
    return [row for row in rows if not row.is_archived]


def _is_after(quiz: Quiz) -> bool:
    """Return whether learners take it after the lessons."""
    return quiz.is_graded or quiz.compares_with_id is not None


def _count(rows: list[TreeRow], prefix: str = "") -> None:
    """Give those that learners see the numbers of their pages."""
    for number, row in enumerate((one for one in rows if one.is_seen), start=1):
        row.number = f"{prefix}{number}"


def _movable(rows: list[TreeRow]) -> list[TreeRow]:
    tag = edits.list_tag(one.row for one in rows)
    for index, row in enumerate(rows):
        row.tag = row.tag or tag
        if index:
            row.up = f"{row.kind}:{row.row.pk}:up:{rows[index - 1].row.pk}:{row.tag}"
        if index < len(rows) - 1:
            after = rows[index + 2].row.pk if index + 2 < len(rows) else ""
            row.down = f"{row.kind}:{row.row.pk}:down:{after}:{row.tag}"
    return rows
