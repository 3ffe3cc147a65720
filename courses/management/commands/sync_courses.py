"""`manage.py sync_courses`: course files → database."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from courses.conf import settings
from courses.coursefiles import (
    CourseFilesError,
    CourseReading,
    FileProblem,
    folder_digest,
    read_course,
)
from courses.coursefiles.publishing import check_course
from courses.domain.authoring import SyncConflict, SyncReport, repeat_sync, sync_course, uploading
from courses.domain.authoring.plan import Choice
from courses.errors import CoursesError
from courses.models import Course

SHOWN = 120
"""Characters of a value in the report of a conflict."""


class Command(BaseCommand):
    help = (
        "Read courses from their folders and bring the database in line. Mistakes are reported as "
        "file:line: message, and then nothing is written. What an instructor changed is kept; if "
        "its file changed too, that is a conflict to decide with --ours or --theirs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths",
            nargs="*",
            type=Path,
            help="Folders of a course or of several; without any: the shipped course and those "
            "in COURSES_CONTENT_DIRS.",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="Write nothing, and hold each course to the rules in its publishing.yaml.",
        )
        parser.add_argument("--only", metavar="NAME", help="Only the course folder of this name.")
        parser.add_argument(
            "--force",
            action="store_true",
            help="Compare also the courses whose folders are as they were the last time.",
        )
        side = parser.add_mutually_exclusive_group()
        side.add_argument("--ours", action="store_true", help="Conflicts: keep the database's.")
        side.add_argument("--theirs", action="store_true", help="Conflicts: take the files'.")

    def handle(self, *, paths: list[Path], **options: Any) -> None:
        folders = list(course_folders(paths))
        if options["only"]:
            folders = [folder for folder in folders if folder.name == options["only"]]
            if not folders:
                raise CommandError(f"No course folder is called “{options['only']}”.")
        choose: Choice = "ours" if options["ours"] else "theirs" if options["theirs"] else None
        is_compared = options["check"] or options["force"] or choose is not None
        reports = {} if is_compared else self._unchanged(folders)
        readings = self._read(folders, reports, is_check=options["check"])
        try:
            with transaction.atomic():
                for folder, reading in readings.items():
                    reports[folder] = sync_course(
                        course_file=reading.course,
                        choose=choose,
                        is_check=options["check"],
                        now=timezone.now(),
                        folder=reading.digest,
                    )
        except CoursesError as error:
            raise CommandError(str(error)) from error
        self._report([reports[folder] for folder in folders], is_check=options["check"])

    def _unchanged(self, folders: list[Path]) -> dict[Path, SyncReport]:
        """Return the reports of courses that agree with their folders since the last time."""
        reports: dict[Path, SyncReport] = {}
        for folder in folders:
            digest = folder_digest(folder)
            report = repeat_sync(folder=digest) if digest else None
            # Two folders of one course are read: that is a mistake.
            if report and all(report.course != other.course for other in reports.values()):
                reports[folder] = report
        return reports

    def _read(
        self, folders: list[Path], unchanged: Mapping[Path, SyncReport], *, is_check: bool
    ) -> dict[Path, CourseReading]:
        """Read the other courses. Raises CommandError after printing the mistakes of all."""
        readings: dict[Path, CourseReading] = {}
        keys = {report.course for report in unchanged.values()}
        count = 0
        for folder in folders:
            if folder in unchanged:
                continue
            try:
                reading = read_course(folder)
                found = check_course(folder) if is_check else ()
            except CourseFilesError as error:
                count += self._report_problems(folder, error.file_problems)
                continue
            count += self._report_problems(folder, found)
            for warning in reading.warnings:
                self.stderr.write(f"{folder}/{warning} (warning)")
            if reading.course.key in keys:
                self.stderr.write(f"{folder}/course.yaml:1: Another folder has this course's key.")
                count += 1
            keys.add(reading.course.key)
            readings[folder] = reading
        if count:
            raise CommandError(f"Nothing was written; mistakes found: {count}.")
        return readings

    def _report_problems(self, folder: Path, problems: Sequence[FileProblem]) -> int:
        """Print the problems and return how many there are."""
        for problem in problems:
            self.stderr.write(f"{folder}/{problem}")
        return len(problems)

    def _report(self, reports: list[SyncReport], *, is_check: bool) -> None:
        verb = "would be" if is_check else "were"
        for report in reports:
            self.stdout.write(
                f"{report.course}: {len(report.created)} {verb} created, "
                f"{len(report.updated)} updated, {len(report.retired)} retired; "
                f"{report.unchanged} unchanged."
            )
            for warning in report.warnings:
                self.stderr.write(f"{report.course}: kept although its file is gone: {warning}")
            for sentence in report.starved:
                self.stderr.write(f"{report.course}: {sentence}")
            for conflict in report.conflicts:
                self._report_conflict(report.course, conflict)
        if any(report.conflicts for report in reports):
            raise CommandError("Decide the conflicts with --ours or --theirs; those rows stayed.")

    def _report_conflict(self, course: str, conflict: SyncConflict) -> None:
        self.stderr.write(f"{course}: conflict: {conflict.name} was changed here and in its file")
        base = uploading.base_of(course=Course.objects.get(key=course), conflict=conflict)
        for name, (ours, theirs) in conflict.fields.items():
            self.stderr.write(f"  {name}")
            if base:
                self.stderr.write(f"    before: {_short(base.get(name))}")
            self.stderr.write(f"    ours:   {_short(ours)}")
            self.stderr.write(f"    theirs: {_short(theirs)}")


def course_folders(paths: list[Path]) -> Iterator[Path]:
    """Yield the folders of courses: those given, or the shipped ones and the host's."""
    if not paths:
        paths = [Path(path) for path in settings.CONTENT_DIRS]
        if settings.SHIPPED_COURSES:
            paths.insert(0, Path(str(resources.files("courses"))) / "content")
    for path in paths:
        if not path.is_dir():
            raise CommandError(f"{path} is not a folder.")
        if (path / "course.yaml").exists():
            yield path
            continue
        for folder in sorted(path.iterdir()):
            if folder.is_dir() and not folder.name.startswith((".", "_")):
                yield folder


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} …"
