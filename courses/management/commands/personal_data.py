"""Hand out or erase what is stored about a person, for operators of the site."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.domain import personal_data
from courses.errors import CoursesError
from courses.models import ExternalIdentity
from courses.streaming import StreamedList, json_parts


class Command(BaseCommand):
    help = "Exports everything about a person as JSON, or erases it for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["export", "erase"])
        parser.add_argument("name", help="User name; with --platform, the platform's own id.")
        parser.add_argument("--platform", help="Name of the API client that knows the person.")
        parser.add_argument("--yes", action="store_true", help="Erase without asking.")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = _find(options["name"], options["platform"])
        if options["what"] == "export":
            now = timezone.now()
            stored = personal_data.export(user=user, now=now, collect=StreamedList)
            for part in json_parts(stored, indent=2, ensure_ascii=False):
                self.stdout.write(part, ending="")
            self.stdout.write("")
            return
        if not options["yes"] and not self._agrees(user):
            raise CommandError("Nothing was erased.")
        try:
            personal_data.erase(user=user, now=timezone.now())
        except CoursesError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write("Erased.")

    def _agrees(self, user: Any) -> bool:
        name: str = user.get_username()
        return input(f"Erase everything about {name}? Type the user name: ") == name


def _find(name: str, platform: str | None) -> Any:
    if platform:
        known = ExternalIdentity.objects.filter(client__name=platform, subject=name)
        identity = known.select_related("user").first()
        found = identity.user if identity else None
    else:
        people = get_user_model()._default_manager
        found = people.filter(**{get_user_model().USERNAME_FIELD: name}).first()
    if found is None:
        raise CommandError(f"There is nobody called {name!r}.")
    return found
