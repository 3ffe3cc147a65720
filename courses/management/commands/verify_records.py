"""Compare every summary with the append-only log it is a fold of."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.domain import verifying


class Command(BaseCommand):
    help = "Says where scores and summaries differ from the log; --fix rebuilds them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix", action="store_true", help="Rebuild what differs.")

    def handle(self, *_args: Any, **options: Any) -> None:
        count = 0
        for difference in verifying.verify(now=timezone.now(), is_fixing=options["fix"]):
            count += 1
            self.stdout.write(str(difference))
        if count and not options["fix"]:
            raise CommandError(f"{count} summaries differ from the log; --fix rebuilds them.")
        self.stdout.write(f"{count} differences" + (" put right" if options["fix"] else ""))
