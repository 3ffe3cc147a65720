"""Invitations to register: a link that is good once, for a while, and perhaps for one host only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from courses.domain import bearer, origins
from courses.errors import Invalid, NotFound, Problem
from courses.lti.invitation_model import LtiInvitation
from courses.lti.models import LtiRegistration

MARK = "cxl"
"""What every code begins with, so that a scanner finds one that leaked."""
LONGEST = timedelta(days=60)


@dataclass(frozen=True)
class NewLtiInvitation:
    """An invitation and its code, to be shown once."""

    row: LtiInvitation
    code: str


def create(
    *, note: str, lifetime: timedelta, now: datetime, host: str = "", by: Any = None
) -> NewLtiInvitation:
    """Invite one platform. Raises Invalid for a lifetime or a host that cannot be."""
    problems = []
    if not timedelta(0) < lifetime <= LONGEST:
        text = _("An invitation is valid for at most %(days)d days.") % {"days": LONGEST.days}
        problems.append(Problem("lifetime", text))
    if problems:
        raise Invalid(problems=problems)
    host = checked_host(host)
    code = bearer.draw(MARK).text
    row = LtiInvitation.objects.create(
        note=note,
        host=host,
        token_hash=bearer.hashed(code),
        created_by=by,
        created_at=now,
        expires_at=now + lifetime,
    )
    return NewLtiInvitation(row, code)


def checked_host(host: str) -> str:
    """Return the host's name as browsers write it. Raises Invalid for anything else."""
    name = host.strip().lower()
    if name and origins.origin_of(f"https://{name}") != f"https://{name}":
        text = _("Enter the name of the host alone, such as moodle.example.org.")
        raise Invalid(problems=[Problem("host", text)])
    return name


def withdraw(*, invitation: LtiInvitation, now: datetime) -> None:
    """Let the invitation end now. Idempotent."""
    LtiInvitation.objects.filter(pk=invitation.pk, expires_at__gt=now).update(expires_at=now)


def find(*, code: str, now: datetime) -> LtiInvitation:
    """Return the invitation, if it is still good. Raises NotFound for every other reason."""
    rows = LtiInvitation.objects.filter(token_hash=bearer.hashed(code))
    row = rows.filter(used_at=None, expires_at__gt=now).first()
    if row is None:
        raise NotFound
    return row


def use_up(*, invitation: LtiInvitation, now: datetime) -> None:
    """Use it up; of several requests at once, one passes. Raises NotFound."""
    rows = LtiInvitation.objects.filter(pk=invitation.pk, used_at=None, expires_at__gt=now)
    if not rows.update(used_at=now):
        raise NotFound


def give_back(*, invitation: LtiInvitation) -> None:
    """Make an invitation good again whose registration the platform refused."""
    LtiInvitation.objects.filter(pk=invitation.pk, registration=None).update(used_at=None)


def note_registration(*, invitation: LtiInvitation, registration: LtiRegistration) -> None:
    LtiInvitation.objects.filter(pk=invitation.pk).update(registration=registration)
