"""The order of modules, lessons and quizzes: one move at a time, also into another module."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.domain import outline, states
from courses.domain.authoring.editions import Origin, recording, recording_course
from courses.domain.authoring.edits.moving_along import bring_along
from courses.domain.authoring.lessons import refresh_lessons
from courses.domain.authoring.rows import lock_course
from courses.errors import Conflict
from courses.models import Course, Lesson, Module, Quiz

OutlineRow = Module | Lesson | Quiz


class OrderChanged(Conflict):
    """Somebody else moved rows of the list after it was read; nothing was written."""


def list_tag(rows: Iterable[OutlineRow]) -> str:
    """Return a name for the order of rows beside each other; archived ones do not count. Pure."""
    return states.tag_of(*(row.pk for row in rows if not row.is_archived))[:12]


@transaction.atomic
def move(*, row: OutlineRow, before: int | None, seen: str = "", origin: Origin | None) -> None:
    """Put the row before a sibling, given by its primary key, or after all of them for None.

    Idempotent. Raises OrderChanged when there is no such sibling any more, and when `seen` is not
    the tag of the list.
    """
    course = lock_course(course=course_of(row))
    siblings = list(_siblings(row))
    if before == row.pk:
        return
    new = _put(siblings, row, before)
    if [one.pk for one in new] == [one.pk for one in siblings]:
        return
    _refuse_unseen(seen, siblings)
    with recording(row, origin=origin):
        if _renumber(new):
            if isinstance(row, Lesson):
                refresh_lessons(course=course)
            outline.touch(course_id=course.pk)


@transaction.atomic
def move_to(
    *,
    row: Lesson | Quiz,
    module: Module | None,
    before: int | None,
    seen: Sequence[str] = (),
    origin: Origin,
) -> None:
    """Put the row into a module, before one of its rows or after all of them. Idempotent.

    A quiz may go to the quizzes of the whole course: None. What its text shows goes along. `seen`:
    the tags of the list that it leaves and of the other one. Raises OrderChanged when one of them
    has changed, and Conflict when something that the text shows cannot go along.
    """
    course = lock_course(course=course_of(row))
    old, new = list(_siblings(row)), list(_siblings_in(type(row), course, module))
    if any(one.pk == row.pk for one in new):
        move(row=row, before=before, seen=seen[-1] if seen else "", origin=origin)
        return
    for tag, rows in zip(seen, (old, new), strict=False):
        _refuse_unseen(tag, rows)
    _put(old, row, None)  # It is where it was seen.
    with recording_course(course=course, origin=origin):
        row = type(row)._default_manager.select_related("module").get(pk=row.pk)
        bring_along(row=row, module=module)
        row.module = module
        row.save(update_fields=["module"])
        _renumber(_put([*new, row], row, before))
        refresh_lessons(course=course)
        outline.touch(course_id=course.pk)


def course_of(row: OutlineRow) -> Course:
    """Return the course of a module, lesson or quiz."""
    return row.module.course if isinstance(row, Lesson) else row.course


def _siblings(row: OutlineRow) -> QuerySet[Any]:
    """Return the rows beside this one, itself included if it still stands where it was read."""
    if isinstance(row, Module):
        return Module.objects.filter(course=row.course_id).order_by("position", "pk")
    return _siblings_in(type(row), course_of(row), row.module)


def _siblings_in(
    model: type[Lesson | Quiz], course: Course, module: Module | None
) -> QuerySet[Any]:
    rows: QuerySet[Any]
    if model is Lesson:
        rows = Lesson.objects.filter(module=module).defer("body", "rendered")
    else:
        rows = Quiz.objects.standalone().filter(course=course, module=module)
    return rows.order_by("position", "pk")


def _put(rows: Sequence[Any], row: OutlineRow, before: int | None) -> list[Any]:
    """Return the rows with one of them before another, or at the end. Raises OrderChanged."""
    own = [one for one in rows if one.pk == row.pk]
    others = [one for one in rows if one.pk != row.pk]
    found = [index for index, one in enumerate(others) if one.pk == before]
    if not own or (before is not None and not found):
        raise _order_changed()
    index = found[0] if found else len(others)
    return [*others[:index], *own, *others[index:]]


def _refuse_unseen(seen: str, rows: Sequence[Any]) -> None:
    if not states.is_seen(seen=seen, current=list_tag(rows)):
        raise _order_changed()


def _order_changed() -> OrderChanged:
    return OrderChanged(_("Somebody else has changed the order or the place. Look at it again."))


def _renumber(rows: list[Any]) -> bool:
    """Give the rows positions in this order; return whether one changed.

    They share out the numbers that they had, so that rows that stand still are not written.
    """
    numbers = sorted({row.position for row in rows})
    if len(numbers) < len(rows):
        numbers = list(range(1, len(rows) + 1))
    moved = [
        (row, number) for row, number in zip(rows, numbers, strict=True) if row.position != number
    ]
    changed = [row for row, _number in moved]
    before = outline.states(rows=changed)
    for row, number in moved:
        row.position = number
    if changed:
        type(changed[0])._default_manager.bulk_update(changed, ["position"])
        outline.follow(rows=changed, before=before)
    return bool(changed)
