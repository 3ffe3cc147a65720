"""Report for every part of the installation whether it is in order."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cxcourse import doctor


class Command(BaseCommand):
    help = "Examines settings, disk, database, migrations, relay, clock and proxy; a line each."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        wrong = 0
        for finding in doctor.examine():
            wrong += not finding.is_ok
            mark = "ok   " if finding.is_ok else "WRONG"
            self.stdout.write(f"{mark}  {finding.name:<14} {finding.text}")
        if wrong:
            raise CommandError(f"{wrong} of {len(doctor.QUESTIONS)} are not in order.")
