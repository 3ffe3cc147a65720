"""Course files → database, without losing what an instructor changed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from courses.coursefiles.schema import CourseFile
from courses.domain import events, outline, quiz_changes
from courses.domain.authoring import starving
from courses.domain.authoring.bulk_writer import BulkWriter
from courses.domain.authoring.editions import Origin, States, record, states_of_course
from courses.domain.authoring.entries import KINDS, RecordEntry, take_apart
from courses.domain.authoring.export import records
from courses.domain.authoring.lessons import refresh_lessons
from courses.domain.authoring.plan import Choice, Plan, make_plan
from courses.domain.authoring.repeating import note_sync
from courses.domain.authoring.report import SyncReport
from courses.domain.authoring.retiring import retire
from courses.domain.authoring.rows import Rows
from courses.domain.authoring.structure import assign_course, store_files
from courses.domain.authoring.writing import write_rows
from courses.models import Course, Edition


def sync_course(
    *,
    course_file: CourseFile,
    choose: Choice = None,
    is_check: bool = False,
    by: Any = None,
    now: datetime,
    folder: str = "",
) -> SyncReport:
    """Bring the course in line with its files and return what was done, in one transaction.

    A row that changed on both sides stays and is reported as a conflict; `choose` decides for all
    of them: "ours" keeps the rows, "theirs" takes the files. `is_check` writes nothing. `folder` is
    the digest of the files, so that `repeat_sync` knows them. Raises Invalid when a quiz pins a
    version that does not exist.
    """
    files = take_apart(course_file)
    with transaction.atomic():
        course, is_new = _course(course_file, files["course"][course_file.key])
        rows = Rows(course)
        stored = take_apart(records(rows))
        plan = make_plan(files=files, stored=stored, rows=rows.by_kind, choose=choose)
        report = _report(course_file.key, plan, is_new=is_new)
        short = starving.short_quizzes(course_ids=[course.pk])
        before = {} if is_new or not plan.has_changes else states_of_course(rows)
        write_rows(BulkWriter(rows=rows, plan=plan, by=by))
        retired, in_use = retire(plan=plan)
        report.retired = retired
        report.warnings = sorted([*plan.not_retired, *in_use, *_follow(plan, now)])
        if report.has_changes:
            outline.touch(course_id=course.pk)
        report.rendered = len(refresh_lessons(course=course))
        report.starved = starving.newly_short(course_id=course.pk, before=short)
        if report.has_changes:
            entry = (events.COURSE_SYNCED, {"course": course.key, **_counts(report)})
            events.record(entries=[entry], now=now, by=by, enrolment=None, course=course)
            _record_editions(course, before, Origin(Edition.Channel.FILES, by, now))
        if folder and not (report.conflicts or report.warnings):
            note_sync(course=course, folder=folder, entries=sum(map(len, files.values())))
        if not is_check:
            store_files(plan)
        transaction.set_rollback(is_check)
    return report


def _record_editions(course: Course, before: States, origin: Origin) -> None:
    after = states_of_course(Rows(course))
    record(course=course, before=before, after=after, origin=origin)


def _course(course_file: CourseFile, entry: RecordEntry) -> tuple[Course, bool]:
    """Return the course's row, locked; create it, as a draft unless its file has another status."""
    row = Course.objects.select_for_update(no_key=True).filter(key=course_file.key).first()
    if row is not None:
        return row, False
    row = Course(key=course_file.key, state=course_file.status)
    assign_course(row=row, entry=entry)
    row.save()
    return row, True


def _follow(plan: Plan, now: datetime) -> Iterator[str]:
    """Apply changed rules to open attempts and results; yield which attempts stay as they are."""
    updated = plan.update["quiz"]
    moved = quiz_changes.follow(quizzes=[row for row, _entry in updated], now=now)
    for row, entry in updated:
        if moved[row.pk].unchanged:
            yield f"{entry.name}: {quiz_changes.unchanged_warning(moved[row.pk].unchanged)}"


def _report(key: str, plan: Plan, *, is_new: bool) -> SyncReport:
    report = SyncReport(course=key, conflicts=plan.conflicts, unchanged=plan.unchanged)
    if is_new:
        report.created.append(f"course {key}")
        report.unchanged -= 1
    for kind in KINDS:
        report.created += [entry.name for entry in plan.create[kind]]
        report.updated += [entry.name for _row, entry in plan.update[kind]]
    return report


def _counts(report: SyncReport) -> dict[str, int]:
    return {
        "created": len(report.created),
        "updated": len(report.updated),
        "retired": len(report.retired),
        "conflicts": len(report.conflicts),
    }
