"""Synchronising a folder again that did not change: what would be compared is known already.

A record of a file is compared with the hash that its row remembers, and with the row itself only
where these two differ. So while the folder's files, the code that reads them and the remembered
hashes are those of a synchronisation that left nothing to decide, another one changes nothing,
whatever was edited in the rows.
"""

import hashlib
from typing import Any

from django.db import models, transaction

from courses.domain.authoring.lessons import refresh_lessons
from courses.domain.authoring.report import SyncReport
from courses.models import (
    Asset,
    Course,
    Lesson,
    Module,
    Objective,
    Question,
    Quiz,
    Reference,
    Stimulus,
    SyncedFolder,
    Term,
)


def repeat_sync(*, folder: str) -> SyncReport | None:
    """Return the report of a synchronisation with the folder of this digest if it changes nothing.

    None where files and rows have to be compared. Lessons are looked through as ever, because
    they depend on rows: one that has to be rendered again is a change, too.
    """
    with transaction.atomic():
        known = SyncedFolder.objects.filter(folder=folder).select_related("course").first()
        if known is None:
            return None
        course = Course.objects.select_for_update(no_key=True).get(pk=known.course_id)
        if known.rows != _rows_hash(course):
            return None
        if refresh_lessons(course=course):
            transaction.set_rollback(True)
            return None
        return SyncReport(course=course.key, unchanged=known.entries)


def note_sync(*, course: Course, folder: str, entries: int) -> None:
    """Remember that course and folder agree. Must run in the transaction of the synchronisation."""
    values = {"folder": folder, "rows": _rows_hash(course), "entries": entries}
    SyncedFolder.objects.update_or_create(course=course, defaults=values)


def _rows_hash(course: Course) -> str:
    """Return a hash of what decides whether a row is compared with its file. Ten queries."""
    of_course = {"course": course}
    rows = [
        _remembered(Course.objects.filter(pk=course.pk)),
        _remembered(Module.objects.filter(**of_course), "is_archived"),
        _remembered(Objective.objects.filter(**of_course)),
        _remembered(Reference.objects.filter(**of_course)),
        _remembered(Term.objects.filter(**of_course)),
        _remembered(Stimulus.objects.filter(**of_course)),
        _remembered(Asset.objects.filter(module__course=course), "module_id", key="name"),
        _remembered(Question.objects.filter(**of_course), "is_retired"),
        _remembered(Lesson.objects.filter(module__course=course), "is_archived"),
        _remembered(Quiz.objects.standalone().filter(**of_course), "is_archived"),
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _remembered(rows: "models.QuerySet[Any]", *more: str, key: str = "key") -> list[Any]:
    return list(rows.order_by("pk").values_list("pk", key, "source_hash", *more))
