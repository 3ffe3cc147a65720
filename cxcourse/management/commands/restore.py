"""Replace the content of the database by a backup, and make it safe to go on from there."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from courses.domain import restoring, verifying
from cxcourse import backups

SHOWN = 5


class Command(BaseCommand):
    help = (
        "Puts a backup into the database, applies missing migrations, ends all sessions and "
        "leaves a gap in the numbers of the event feed. Stop the web server and the relay first."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="Made by `manage.py backup`.")
        parser.add_argument(
            "--replace", action="store_true", help="Give up what the database holds now."
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            self._restore(options["file"], may_replace=options["replace"])
        except backups.BackupError as error:
            raise CommandError(str(error)) from error

    def _restore(self, path: Path, *, may_replace: bool) -> None:
        unknown = backups.check(path=path)
        if unknown:
            raise CommandError(
                f"{path} was made by a later version: this one does not know "
                f"{_some(unknown)}. Install that version first."
            )
        rows = backups.data_rows()
        if rows and not may_replace:
            held = _some([f"{table} ({count})" for table, count in sorted(rows.items())])
            raise CommandError(
                f"The database holds data: {held}. Make a backup of it if you may need it, then "
                "use --replace to give it up. Nothing was changed."
            )
        backups.restore(path=path)
        call_command("migrate", verbosity=0, interactive=False)
        self._finish()

    def _finish(self) -> None:
        """Make the restored data safe to continue from; print what a person has to check."""
        now = timezone.now()
        restoring.finish(now=now)
        _end_sessions()
        cache.clear()
        differences = list(verifying.verify(now=now, is_fixing=False))
        for difference in differences:
            self.stdout.write(str(difference))
        self.stdout.write(f"Restored into {connection.vendor}; {len(differences)} differences.")
        self.stdout.write(
            "Everybody has to sign in again. Changes since the backup are gone: passwords, keys "
            "and tokens that were changed or revoked since then have their old state."
        )
        if differences:
            raise CommandError("Summaries differ from the log: manage.py verify_records --fix.")


def _end_sessions() -> None:
    """End all sessions: one that was ended after the backup must not be open again."""
    engine = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    model = getattr(engine, "get_model_class", None)
    if model is not None:
        model().objects.all().delete()


def _some(names: list[str]) -> str:
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
