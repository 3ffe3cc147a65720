"""Course files that somebody sends: what they would change is shown first, then done as shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses.coursefiles.schema import CourseFile
from courses.domain import states
from courses.domain.authoring.plan import Side
from courses.domain.authoring.report import SyncConflict, SyncReport
from courses.domain.authoring.rows import lock_course
from courses.domain.authoring.sync import sync_course
from courses.errors import Conflict, Invalid
from courses.models import Course, Edition


class ChangedMeanwhile(Conflict):
    """The files would change something else now than what was shown; nothing was written."""


@dataclass(frozen=True)
class UploadPlan:
    """What the files would change; `tag` names exactly that."""

    report: SyncReport
    tag: str


def plan_upload(*, course: Course, course_file: CourseFile, now: datetime) -> UploadPlan:
    """Return what the files would change in the course; nothing is written.

    Raises Invalid for files of another course.
    """
    if course_file.key != course.key:
        text = _("These are the files of the course “%(key)s”, not of “%(own)s”.")
        raise Invalid(text % {"key": course_file.key, "own": course.key})
    report = sync_course(course_file=course_file, is_check=True, now=now)
    return UploadPlan(report, _tag(report))


@transaction.atomic
def apply_upload(
    *,
    course: Course,
    course_file: CourseFile,
    choose: Mapping[str, Side],
    shown: str,
    by: Any,
    now: datetime,
) -> SyncReport:
    """Do what was shown; `choose` decides conflicts by name, others stay.

    Raises ChangedMeanwhile when `shown` is not the tag of what the files would change now.
    """
    lock_course(course=course)
    if plan_upload(course=course, course_file=course_file, now=now).tag != shown:
        text = _("The course has changed since you looked. See again what the files would change.")
        raise ChangedMeanwhile(text)
    return sync_course(course_file=course_file, choose=choose, by=by, now=now)


def plan_course(*, course_file: CourseFile, now: datetime) -> SyncReport:
    """Return what the files would make as a new course; nothing is written.

    Raises Invalid for what cannot be made, and Conflict when there is a course with the key.
    """
    _refuse_taken(course_file)
    return sync_course(course_file=course_file, is_check=True, now=now)


@transaction.atomic
def create_course(*, course_file: CourseFile, by: Any, now: datetime) -> Course:
    """Make a course of its files, as a draft whatever they say. Raises as `plan_course` does."""
    _refuse_taken(course_file)
    draft = replace(course_file, status=Course.State.DRAFT)
    try:
        with transaction.atomic():
            sync_course(course_file=draft, by=by, now=now)
    except IntegrityError:  # Somebody else was faster by a moment.
        _refuse_taken(course_file)
        raise
    made: Course = Course.objects.get(key=course_file.key)
    return made


def _refuse_taken(course_file: CourseFile) -> None:
    if Course.objects.filter(key=course_file.key).exists():
        text = _("There is a course with the key “%(key)s”. The key stands in course.yaml.")
        raise Conflict(text % {"key": course_file.key})


def base_of(*, course: Course, conflict: SyncConflict) -> dict[str, Any]:
    """Return what row and file held when they last agreed; empty where nobody knows any more."""
    rows = Edition.objects.filter(course=course, kind=conflict.entry.kind, key=conflict.entry.key)
    found = rows.filter(file_hash=conflict.remembered) if conflict.remembered else rows.none()
    return next(iter(found.order_by("number").values_list("values", flat=True)[:1]), {})


def _tag(report: SyncReport) -> str:
    conflicts = [
        (one.name, one.entry.hash, one.now.hash if one.now else "") for one in report.conflicts
    ]
    return states.tag_of(report.created, report.updated, report.retired, conflicts)
