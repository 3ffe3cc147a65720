"""Delete used nonces and old records of launches at once; the relay does it bit by bit."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from courses.lti.purging import purge


class Command(BaseCommand):
    help = "Deletes nonces after a day and records of launches after 90 days."

    def handle(self, *_args: Any, **_options: Any) -> None:
        count = 0
        while done := purge(now=timezone.now()):
            count += done
        self.stdout.write(f"{count} rows deleted")
