"""The order of modules, lessons and quizzes: one move at a time."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.domain import outline
from courses.domain.authoring.editions import Origin, recording
from courses.domain.authoring.lessons import refresh_lessons
from courses.domain.authoring.rows import lock_course
from courses.errors import Conflict
from courses.models import Course, Lesson, Module, Quiz

OutlineRow = Module | Lesson | Quiz


@transaction.atomic
def move(*, row: OutlineRow, before: int | None, origin: Origin | None) -> None:
    """Put the row before a sibling, given by its primary key, or after all of them for None.

    Relative to a sibling, so that two people may move rows at once. Idempotent. Raises Conflict
    when there is no such sibling any more.
    """
    course = lock_course(course=course_of(row))
    siblings = list(_siblings(row))
    others = [one for one in siblings if one.pk != row.pk]
    found = [index for index, one in enumerate(others) if one.pk == before]
    if before == row.pk:
        return
    if len(others) == len(siblings) or (before is not None and not found):
        raise Conflict(_("Somebody else has changed the order or the place. Look at it again."))
    index = found[0] if found else len(others)
    row = next(one for one in siblings if one.pk == row.pk)
    with recording(row, origin=origin):
        if _renumber([*others[:index], row, *others[index:]]):
            if isinstance(row, Lesson):
                refresh_lessons(course=course)
            outline.touch(course_id=course.pk)


def course_of(row: OutlineRow) -> Course:
    """Return the course of a module, lesson or quiz."""
    return row.module.course if isinstance(row, Lesson) else row.course


def _siblings(row: OutlineRow) -> QuerySet[Any]:
    rows: QuerySet[Any]
    if isinstance(row, Module):
        rows = Module.objects.filter(course=row.course_id)
    elif isinstance(row, Lesson):
        rows = Lesson.objects.filter(module=row.module_id).defer("body", "rendered")
    else:
        rows = Quiz.objects.standalone().filter(course=row.course_id, module=row.module_id)
    return rows.order_by("position", "pk")


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
