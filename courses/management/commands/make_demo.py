"""`manage.py make_demo`: a learner, an instructor and an administrator to try the site with."""

import os
import secrets
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from courses.domain import enrolments
from courses.models import CertificateRule, Course, Enrolment, Quiz

PASSWORD_BYTES = 9


class Account(NamedTuple):
    """One demo account: its user name and what it may do."""

    name: str
    role: str | None
    is_staff: bool = False
    is_superuser: bool = False


ACCOUNTS = (
    Account("learner", Enrolment.Role.LEARNER),
    Account("instructor", Enrolment.Role.INSTRUCTOR, is_staff=True),
    Account("admin", None, is_staff=True, is_superuser=True),
)


class Command(BaseCommand):
    help = (
        "Make the accounts learner, instructor and admin with random passwords, enrolled in "
        "every published course, which issues certificates from then on. Accounts that exist "
        "already keep their passwords."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--file",
            type=Path,
            help="Write the passwords to this file too, readable by its owner only.",
        )

    @transaction.atomic
    def handle(self, *, file: Path | None = None, **_options: Any) -> None:
        for course in Course.objects.published().filter(certificate_rules=None):
            _add_rule(course)
        made = {}
        for account in ACCOUNTS:
            password = self._make(account)
            if password is None:
                self.stderr.write(f"The account {account.name} exists; its password stays.")
            else:
                made[account.name] = password
        for name, password in made.items():
            self.stdout.write(_line(name, password))
        if file and made:
            _write(file, made)

    def _make(self, account: Account) -> str | None:
        """Return the new account's password; None for an account that exists."""
        users = get_user_model()
        name_field = users.USERNAME_FIELD
        user = users._default_manager.filter(**{name_field: account.name}).first()
        password = None
        if user is None:
            password = secrets.token_urlsafe(PASSWORD_BYTES)
            user = users._default_manager.create_user(
                **{name_field: account.name},
                password=password,
                is_staff=account.is_staff,
                is_superuser=account.is_superuser,
            )
            if account.is_staff and not account.is_superuser:
                # Which rows of these tables they see is decided by the courses they teach.
                user.user_permissions.set(
                    Permission.objects.filter(content_type__app_label="cx_courses")
                )
        if account.role:
            _enrol(user, account.role)
        return password


def _enrol(user: Any, role: str) -> None:
    missing = Course.objects.published().exclude(enrolments__user=user)
    for course in missing:
        enrolments.enrol(course=course, user=user, role=role, now=timezone.now())


def _add_rule(course: Course) -> None:
    """Let the course issue a certificate to who completes it, with the score of its last exam."""
    exams = Quiz.objects.filter(course=course, kind=Quiz.Kind.EXAM, is_archived=False)
    exam = exams.order_by("-position", "-pk").first()
    CertificateRule.objects.create(course=course, quiz=exam, shows_score=exam is not None)


def _line(name: str, password: str) -> str:
    return f"{name:<12} {password}"


def _write(path: Path, made: Mapping[str, str]) -> None:
    """Put new passwords in place of old ones in a file that only its owner may read."""
    known = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    others = [line for line in known if line.partition(" ")[0] not in made]
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        for line in [*others, *(_line(*item) for item in made.items())]:
            file.write(f"{line}\n")
    draft.replace(path)
