"""`manage.py export_course`: database → course files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.coursefiles import CourseFilesError, read_course, write_course
from courses.domain.authoring import course_to_records
from courses.errors import CoursesError
from courses.models import Course


class Command(BaseCommand):
    help = "Write a course as a folder of Markdown and YAML that sync_courses reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="The course's key.")
        parser.add_argument("folder", type=Path, help="Where to write; made when it is not there.")
        parser.add_argument("--force", action="store_true", help="Replace the course in it.")

    def handle(self, *, key: str, folder: Path, force: bool, **_options: Any) -> None:
        try:
            course = Course.objects.get(key=key)
            write_course(course_to_records(course=course), folder, is_forced=force)
        except Course.DoesNotExist:
            known = ", ".join(Course.objects.values_list("key", flat=True)) or "none"
            raise CommandError(f"There is no course “{key}”; known: {known}.") from None
        except CoursesError as error:
            raise CommandError(str(error)) from error
        self._verify(folder)
        self.stdout.write(f"Wrote {key} to {folder}.")

    def _verify(self, folder: Path) -> None:
        """Report where content made in the admin is not a valid course file yet."""
        try:
            read_course(folder)
        except CourseFilesError as error:
            for problem in error.file_problems:
                self.stderr.write(f"{folder}/{problem}")
            count = len(error.file_problems)
            raise CommandError(
                f"The course was written, but it has mistakes to mend before import: {count}."
            ) from error
