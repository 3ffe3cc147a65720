"""Read who is in the courses of platforms, as for a timer at night."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from courses.domain import jobs
from courses.lti import rosters
from courses.lti.roster_models import LtiRosterRead


class Command(BaseCommand):
    help = "Has the lists of people of all courses of platforms read; the relay does it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--older-than", type=float, default=0, help="Only those not read for so many hours."
        )
        parser.add_argument(
            "--now", action="store_true", help="Read them here and say what came of each."
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        limit = now - timedelta(hours=options["older_than"])
        count = 0
        for roster in rosters.readable().exclude(read_at__gt=limit).order_by("pk").iterator():
            job = rosters.request(roster=roster, by=None, now=timezone.now())
            count += 1
            if options["now"]:
                jobs.run(uuid=job.uuid, clock=timezone.now)
                self._report(roster.pk, str(roster.context), job.created_at)
        if not options["now"]:
            self.stdout.write(f"{count} lists are asked for; the relay reads them.")

    def _report(self, key: int, name: str, asked_at: Any) -> None:
        row = LtiRosterRead.objects.filter(roster=key, asked_at=asked_at).first()
        if row is None:
            self.stdout.write(f"{name}: not read yet, it is tried again by the relay")
        elif row.problem:
            self.stdout.write(f"{name}: {row.problem}")
        else:
            self.stdout.write(f"{name}: {row.people} listed, {row.joined} joined, {row.left} left")
