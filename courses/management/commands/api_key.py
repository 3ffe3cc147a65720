"""Keys and OAuth clients of programs that call the API: make, exchange, take away, list."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from courses.domain import clients
from courses.errors import CoursesError
from courses.models import ApiClient, ApiKey, Course
from courses.models.client import SCOPES


class Command(BaseCommand):
    help = "Makes, rotates, revokes and lists API keys and OAuth clients. A secret is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        create = acts.add_parser("create", help="a new key, and its client when there is none")
        create.add_argument("client", help="the name of the platform")
        create.add_argument("--scope", action="append", required=True, choices=SCOPES)
        create.add_argument("--course", action="append", default=[], help="only these courses")
        create.add_argument("--label", default="")
        create.add_argument(
            "--origin",
            action="append",
            default=[],
            help="pages on this origin may call the API with the platform's tokens",
        )
        create.add_argument("--oauth", action="store_true", help="an OAuth client, not a key")
        create.add_argument("--days", type=int, help="good for that many days")
        rotate = acts.add_parser("rotate", help="a new key with the same rights")
        rotate.add_argument("prefix")
        rotate.add_argument("--overlap", type=float, default=24.0, help="hours for the old one")
        revoke = acts.add_parser("revoke", help="the key opens nothing from now on")
        revoke.add_argument("prefix")
        acts.add_parser("list", help="every key, without its secret")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['act']}")(options)
        except CoursesError as error:
            raise CommandError(str(error.message)) from error

    @transaction.atomic
    def _create(self, options: dict[str, Any]) -> None:
        courses = list(Course.objects.filter(key__in=options["course"]))
        missing = set(options["course"]) - {course.key for course in courses}
        if missing:
            raise CommandError(f"Unknown courses: {', '.join(sorted(missing))}.")
        days = options["days"]
        client, _is_new = ApiClient.objects.get_or_create(name=options["client"])
        clients.allow_origins(client=client, addresses=options["origin"])
        new = clients.create_key(
            client=client,
            scopes=options["scope"],
            courses=courses,
            label=options["label"],
            expires_at=timezone.now() + timedelta(days=days) if days else None,
            kind=ApiKey.Kind.OAUTH if options["oauth"] else ApiKey.Kind.KEY,
        )
        self._show(new)

    def _rotate(self, options: dict[str, Any]) -> None:
        overlap = timedelta(hours=options["overlap"])
        self._show(clients.rotate_key(key=_key(options), overlap=overlap, now=timezone.now()))

    def _revoke(self, options: dict[str, Any]) -> None:
        key = clients.revoke_key(key=_key(options), now=timezone.now())
        self.stdout.write(f"{key.prefix} is revoked.")

    def _list(self, _options: dict[str, Any]) -> None:
        for key in ApiKey.objects.select_related("client").order_by("client__name", "pk"):
            used = key.last_used_at.isoformat() if key.last_used_at else "never used"
            state = "usable" if key.is_usable(now=timezone.now()) else "closed"
            scopes = ",".join(key.scopes)
            self.stdout.write(
                f"{key.prefix}  {state}  {key.kind}  {key.client.name}  {scopes}  {used}"
            )

    def _show(self, new: clients.NewKey) -> None:
        if new.row.kind == ApiKey.Kind.OAUTH:
            self.stderr.write("Client id and client secret; the secret is not shown again.")
            self.stdout.write(f"{new.row.prefix} {new.text}")
            return
        self.stderr.write("Keep this key; it is not shown again.")
        self.stdout.write(new.text)


def _key(options: dict[str, Any]) -> ApiKey:
    row = ApiKey.objects.select_related("client").filter(prefix=options["prefix"]).first()
    if row is None:
        raise CommandError(f"There is no key {options['prefix']!r}.")
    return row
