"""Write the index of the search anew, or compare it with the content."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from courses.domain import search
from courses.models import Course


class Command(BaseCommand):
    help = "Writes the index of the search anew; --verify only says where it differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("courses", nargs="*", help="Keys of courses; without them all.")
        parser.add_argument("--verify", action="store_true", help="Write nothing.")

    def handle(self, *_args: Any, **options: Any) -> None:
        rows = self._rows(options["courses"])
        if options["verify"]:
            self._verify(rows)
            return
        search.install()
        written = sum(search.rebuild(course=course) for course in rows)
        self.stdout.write(f"{written} texts of {len(rows)} courses")

    def _rows(self, keys: list[str]) -> QuerySet[Course]:
        rows = Course.objects.exclude(state=Course.State.ARCHIVED).order_by("key")
        if not keys:
            return rows
        found = rows.filter(key__in=keys)
        if missing := sorted(set(keys) - {row.key for row in found}):
            raise CommandError(f"There is no such course: {', '.join(missing)}")
        return found

    def _verify(self, rows: QuerySet[Course]) -> None:
        found = [
            *search.verify_tables(),
            *(one for row in rows for one in search.verify(course=row)),
        ]
        for difference in found:
            self.stdout.write(str(difference))
        if found:
            raise CommandError(f"{len(found)} differences; without --verify it is written anew.")
        self.stdout.write("The index is what the courses say.")
