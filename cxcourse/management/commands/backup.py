"""Write a consistent copy of the database into one file, while the site runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cxcourse import backups


class Command(BaseCommand):
    help = "Writes a consistent copy of the database to FILE; the site may go on running."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="A name that is not taken.")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            size = backups.backup(path=path)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path}: {size / 1_000_000:.1f} MB")
        self.stdout.write("The files of courses are not in it: copy their folder, too.")
        self.stdout.write("Keep SECRET_KEY beside it, in another place: a restore needs both.")
