"""`manage.py export_questions`: the question bank of a course → a file for another system."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.domain.authoring import exporting
from courses.interchange import writing
from courses.interchange.outgoing import Written
from courses.models import Course
from courses.questions.base import Json


class Command(BaseCommand):
    help = (
        "Write the questions of a course into a file for another system. What the format cannot "
        "say is named.."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", required=True, choices=sorted(writing.WRITE))
        parser.add_argument("--course", required=True, metavar="KEY")
        parser.add_argument("--question", action="append", metavar="KEY", help="Only this one.")
        parser.add_argument("--report", choices=("text", "json"), default="text")

    def handle(self, *, file: Path, **options: Any) -> None:
        course = Course.objects.filter(key=options["course"]).first()
        if course is None:
            raise CommandError(f"There is no course “{options['course']}”.")
        written = exporting.export_questions(
            course=course, format_key=options["format"], keys=options["question"]
        )
        file.write_bytes(written.content)
        report = _report(written)
        if options["report"] == "json":
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
        else:
            self._print(report)

    def _print(self, report: Json) -> None:
        for row in report["refused"]:
            self.stdout.write(f"{row['key']}: not written: {row['reason']}")
        for row in report["losses"]:
            self.stdout.write(f"{row['key']}: {row['text']}")


def _report(written: Written) -> Json:
    return {
        "refused": [{"key": key, "reason": reason} for key, reason in written.refused.items()],
        "losses": [
            {"key": key, "field": loss.field, "code": loss.code, "text": loss.text}
            for key, losses in written.losses.items()
            for loss in losses
        ],
    }
