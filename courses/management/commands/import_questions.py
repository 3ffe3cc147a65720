"""`manage.py import_questions`: a file of another system → the question bank of a course."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from courses.domain.authoring import importing
from courses.errors import CoursesError
from courses.interchange import formats
from courses.interchange.found import Found, UnreadableFile
from courses.interchange.report import report_of
from courses.interchange.sources import BYTES_LIMIT
from courses.models import Course, Module, QuestionImport
from courses.questions.base import Json

NOTHING_READ = 1


class Command(BaseCommand):
    help = (
        "Read questions from a file of another system into a course's bank. What has no "
        "counterpart is reported with its line and reason. Complete questions are stored as "
        "drafts; the others wait on the page “Import questions”. Exit code 1: nothing was read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", required=True, choices=sorted(formats.BY_KEY))
        parser.add_argument("--course", required=True, metavar="KEY")
        parser.add_argument("--dry-run", action="store_true", help="Write nothing.")
        parser.add_argument("--report", choices=("text", "json"), default="text")
        parser.add_argument("--module", metavar="KEY", help="Where the questions belong.")
        parser.add_argument(
            "--reason", default="", help="Stands for every reason that an answer lacks."
        )
        parser.add_argument("--publish", action="store_true", help="Give them to learners at once.")
        parser.add_argument(
            "--texts", action="store_true", help="Keep texts that ask nothing as shared texts."
        )
        parser.add_argument("--by", metavar="USERNAME", help="Who imports, for the history.")

    def handle(self, *, file: Path, **options: Any) -> None:
        course = Course.objects.filter(key=options["course"]).first()
        if course is None:
            raise CommandError(f"There is no course “{options['course']}”.")
        try:
            found = self._read(file, options["format"])
        except (UnreadableFile, OSError) as error:
            self._print_unreadable(error, options["report"])
            raise CommandError(str(error), returncode=NOTHING_READ) from error
        report = self._imported(course, found, file.name, options)
        self._print(report, options["report"])
        if not found:
            raise CommandError("No question was found.", returncode=NOTHING_READ)

    def _read(self, file: Path, format_key: str) -> list[Found]:
        with file.open("rb") as opened:
            content = opened.read(BYTES_LIMIT + 1)
        return formats.read(format_key, content, name=file.name)

    def _imported(
        self, course: Course, found: Sequence[Found], name: str, options: dict[str, Any]
    ) -> Json:
        """Compare, and without a dry run store, in one transaction."""
        try:
            with transaction.atomic():
                batch = importing.start(
                    course=course,
                    found=found,
                    format_key=options["format"],
                    file_name=name,
                    now=timezone.now(),
                )
                rows = importing.rows_of(batch=batch, reason=options["reason"])
                report = report_of(found, {row.place: row.status for row in rows})
                if options["dry_run"]:
                    transaction.set_rollback(True)
                    return report
                return report | self._accepted(batch, options)
        except CoursesError as error:
            raise CommandError(str(error)) from error

    def _accepted(self, batch: QuestionImport, options: dict[str, Any]) -> Json:
        done = importing.accept(
            batch=batch,
            module=self._module(batch.course, options["module"]),
            reason=options["reason"],
            is_ready=options["publish"],
            has_texts=options["texts"],
            by=self._person(options["by"]),
            now=timezone.now(),
        )
        waiting = [
            {"line": row.line, "title": row.title, "problem": problem}
            for row, problem in done.waiting
        ]
        return {
            "import": str(batch.uuid),
            "created": done.created,
            "changed": done.changed,
            "texts": done.texts,
            "waiting": waiting,
        }

    def _module(self, course: Course, key: str | None) -> Module | None:
        if not key:
            return None
        module = Module.objects.filter(course=course, key=key).select_related("course").first()
        if module is None:
            raise CommandError(f"There is no module “{key}” in this course.")
        return module

    def _person(self, name: str | None) -> Any:
        if not name:
            return None
        model = get_user_model()
        person = model._default_manager.filter(**{model.USERNAME_FIELD: name}).first()
        if person is None:
            raise CommandError(f"There is no account “{name}”.")
        return person

    def _print_unreadable(self, error: Exception, form: str) -> None:
        if form == "json":
            report = report_of([]) | {"error": str(error)}
            self.stdout.write(json.dumps(report, ensure_ascii=False))

    def _print(self, report: Json, form: str) -> None:
        if form == "json":
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"{report['found']} found, {report['supported']} supported.")
        for row in report["unsupported"]:
            self.stdout.write(f"line {row['line']}: not supported ({row['type']}): {row['reason']}")
        for row in report["questions"]:
            self.stdout.write(f"line {row['line']}: {row['status']}: {row['type']} {row['title']}")
            for loss in row["losses"]:
                self.stdout.write(f"    {loss['text']}")
        for row in report.get("waiting", ()):
            self.stdout.write(f"line {row['line']}: waits: {row['problem']}")
