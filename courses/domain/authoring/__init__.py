"""Making courses: from files, to files, and the rendering of lessons."""

from courses.domain.authoring.export import course_to_records
from courses.domain.authoring.lessons import refresh_lessons
from courses.domain.authoring.repeating import repeat_sync
from courses.domain.authoring.report import SyncConflict, SyncReport
from courses.domain.authoring.sync import sync_course

__all__ = [
    "SyncConflict",
    "SyncReport",
    "course_to_records",
    "refresh_lessons",
    "repeat_sync",
    "sync_course",
]
