"""`manage.py course_coverage`: which lessons and items cover what, as a Markdown document."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.coursefiles import CourseFilesError
from courses.coursefiles.coverage import gaps, read_coverage
from courses.coursefiles.coverage_text import coverage_text


class Command(BaseCommand):
    help = (
        "Write which lessons and items cover the ideas, objectives and complaints in a course's "
        "coverage.yaml. What is not covered is told, and then the exit code is 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=Path("courses/content/customer-experience"),
            help="The folder of the course; without it the shipped one.",
        )
        parser.add_argument("--output", type=Path, default=Path("docs/course-coverage.md"))
        parser.add_argument(
            "--root",
            type=Path,
            default=Path(),
            help="The folder that links to files start from; without it the current one.",
        )

    def handle(self, *, folder: Path, output: Path, root: Path, **_options: Any) -> None:
        try:
            coverage = read_coverage(folder)
        except CourseFilesError as error:
            for problem in error.file_problems:
                self.stderr.write(f"{folder}/{problem}")
            raise CommandError("The course has mistakes; nothing was written.") from error
        text = coverage_text(coverage, folder=folder, document=output, root=root)
        output.write_text(text, encoding="utf-8")
        self.stdout.write(f"Wrote {output}.")
        found = list(gaps(coverage, root))
        for gap in found:
            self.stderr.write(gap)
        if found:
            raise CommandError(f"Not covered: {len(found)}.")
