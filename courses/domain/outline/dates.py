"""When a module, lesson or quiz last changed for learners, also by what is in it or beside it.

Each row dates itself when it is written (`Dated`). `RULES` lists what else a change of it dates.
Saves of single rows are followed by signals; code that writes many rows at once calls `states`
before it and `follow` after it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from courses.models import (
    Lesson,
    Module,
    Objective,
    Question,
    Quiz,
    QuizItem,
    Reference,
    Stimulus,
)

State = dict[str, Any]
"""Columns of a row at one moment, with its `pk`."""


@dataclass(frozen=True)
class DateRule:
    """A change of a row of `of` dates the rows of `dates` that `where` finds by its states."""

    of: type[Model]
    dates: type[Model]
    where: Callable[[Sequence[State]], Q]
    columns: tuple[str, ...] = ()
    """What `where` looks at, as it was before the change and as it is."""
    is_columns_only: bool = False
    """Only a change of one of the columns counts."""
    is_moved: bool = False
    """A row may go from one parent to another; both are dated."""
    is_missed: bool = False
    """Deleting a row counts too."""

    def state(self, row: Any) -> State:
        return {name: getattr(row, name) for name in ("pk", *self.columns)}


def _modules(states: Sequence[State]) -> Q:
    """Return their modules; the checks of a lesson are in no module."""
    homes = {one["module_id"] for one in states if one.get("lesson_id") is None}
    return Q(pk__in=homes - {None})


def _quizzes(states: Sequence[State]) -> Q:
    return Q(pk__in={one["quiz_id"] for one in states})


def _quizzes_of_questions(states: Sequence[State]) -> Q:
    """Return quizzes that ask them without pinning a version."""
    return Q(items__question__in=_keys(states), items__version=None)


def _quizzes_of_stimuli(states: Sequence[State]) -> Q:
    return Q(items__question__stimulus__in=_keys(states))


def _lessons_of_sources(states: Sequence[State]) -> Q:
    return Q(sources__in=_keys(states))


def _keys(states: Sequence[State]) -> set[int]:
    return {one["pk"] for one in states}


_VERSION = ("ready_version_id", "stimulus_id")

RULES = (
    # A change of dates
    DateRule(Lesson, Module, _modules, ("module_id",), is_moved=True, is_missed=True),
    DateRule(Objective, Module, _modules, ("module_id",), is_moved=True, is_missed=True),
    DateRule(Quiz, Module, _modules, ("module_id", "lesson_id"), is_moved=True, is_missed=True),
    DateRule(QuizItem, Quiz, _quizzes, ("quiz_id",), is_missed=True),
    DateRule(Question, Quiz, _quizzes_of_questions, _VERSION, is_columns_only=True),
    DateRule(Stimulus, Quiz, _quizzes_of_stimuli),
    DateRule(Reference, Lesson, _lessons_of_sources),
)
LINKS = (Lesson.objectives, Lesson.sources, Quiz.requires_modules)
"""A change of one of these links dates the lesson or quiz."""

_rules = {rule.of: rule for rule in RULES}


def states(*, rows: Iterable[Model]) -> list[State]:
    """Return what `follow` needs of rows before they are changed."""
    return [_rules[type(row)].state(row) for row in rows if type(row) in _rules]


def follow(*, rows: Iterable[Model], before: Iterable[State] = ()) -> None:
    """Update the dates that depend on these rows of one model; `before`: their old `states`."""
    changed = list(rows)
    rule = _rules.get(type(changed[0])) if changed else None
    if rule is None:
        return
    old, now = list(before), [rule.state(row) for row in changed]
    if rule.is_columns_only:
        now = [state for state in now if state not in old]
        old = []
    if now:
        rule.dates._default_manager.filter(rule.where([*old, *now])).touch()  # type: ignore[attr-defined]


def connect() -> None:
    """Follow the changes of rows that are saved or deleted one by one (API, admin, shell)."""
    for rule in RULES:
        name = f"courses.dates.{rule.of.__name__}"
        if rule.is_moved or rule.is_columns_only:
            pre_save.connect(_remember, sender=rule.of, dispatch_uid=name)
        post_save.connect(_written, sender=rule.of, dispatch_uid=name)
        if rule.is_missed:
            post_delete.connect(_deleted, sender=rule.of, dispatch_uid=name)
    for through in (link.through for link in LINKS):
        m2m_changed.connect(_linked, sender=through, dispatch_uid=f"courses.dates.{through}")


def _remember(*, sender: type[Model], instance: Any, **_kwargs: Any) -> None:
    """Keep what the row holds in the database until it is written; a new row holds nothing."""
    if instance.pk is None:
        return
    rows = sender._default_manager.filter(pk=instance.pk)
    instance._dates_before = rows.values("pk", *_rules[sender].columns).first()


def _written(*, sender: type[Model], instance: Any, created: bool, **_kwargs: Any) -> None:
    before = instance.__dict__.pop("_dates_before", None)
    if not (created and _rules[sender].is_columns_only):
        follow(rows=[instance], before=[before] if before else [])


def _deleted(*, instance: Any, **_kwargs: Any) -> None:
    follow(rows=[instance])


def _linked(
    *,
    instance: Any,
    action: str,
    reverse: bool,
    model: type[Model],
    pk_set: set[int] | None,
    **_kwargs: Any,
) -> None:
    """Update the date of the lesson or quiz whose links changed, from either end."""
    if action.startswith("post_"):
        near, ids = (model, pk_set or ()) if reverse else (type(instance), (instance.pk,))
        near._default_manager.filter(pk__in=ids).touch()  # type: ignore[union-attr]
