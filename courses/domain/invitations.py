"""Invitations: a link with which people who are signed in join a class as learners."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from courses.domain import bearer, enrolments
from courses.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from courses.models import ApiClient, Course, Enrolment, Invitation, Section

MARK = "cxi"
"""What the secret part of every link begins with."""
LONGEST = timedelta(days=366)
MOST_USES = 1_000


@dataclass(frozen=True)
class NewInvitation:
    """An invitation with the text that its link holds, to be shown once."""

    row: Invitation
    text: str


def create(
    *,
    section: Section,
    lifetime: timedelta,
    uses: int,
    by: Any = None,
    client: ApiClient | None = None,
    now: datetime,
) -> NewInvitation:
    """Create an invitation into the class for so many people; a person or a platform makes it.

    Raises Invalid for a lifetime or a number that is out of range, Conflict for an archived class.
    """
    problems = []
    if not timedelta(0) < lifetime <= LONGEST:
        problems.append(Problem("lifetime", _("An invitation is valid for at most a year.")))
    if not 1 <= uses <= MOST_USES:
        text = _("An invitation is for at least one and at most %(most)d people.")
        problems.append(Problem("uses", text % {"most": MOST_USES}))
    if problems:
        raise Invalid(problems=problems)
    if section.is_archived:
        raise Conflict(_("An archived class takes no new learners."))
    secret = bearer.draw(MARK).text
    row = Invitation.objects.create(
        section=section,
        token_hash=bearer.hashed(secret),
        uses=uses,
        uses_left=uses,
        created_by=by,
        client=client,
        created_at=now,
        expires_at=now + lifetime,
    )
    return NewInvitation(row, secret)


def of_class(*, section: Section) -> QuerySet[Invitation]:
    """Return the invitations into the class, newest first, also those that have ended."""
    return Invitation.objects.filter(section=section).select_related("created_by", "client")


def is_usable(*, invitation: Invitation, now: datetime) -> bool:
    """Return whether somebody may still join with it, as far as the invitation itself goes."""
    is_over = invitation.revoked_at is not None or now >= invitation.expires_at
    return not is_over and invitation.uses_left > 0


def revoke(*, invitation: Invitation, now: datetime) -> None:
    """Let nobody join with it any more. Idempotent; who has joined stays in the class."""
    Invitation.objects.filter(pk=invitation.pk, revoked_at=None).update(revoked_at=now)


def find(*, text: str, by: Any, now: datetime) -> Invitation:
    """Return the invitation of this link, as one whom it invites may read it. Raises NotFound.

    One that is over is found by those alone who are or were in the class.
    """
    row = _rows().filter(token_hash=bearer.hashed(text)).first()
    if row is None:
        raise NotFound
    if _own(row, by) is None and not _is_open(row, now):
        raise NotFound
    return row


@transaction.atomic
def accept(*, text: str, by: Any, now: datetime) -> Enrolment:
    """Take the person into the class as a learner. Idempotent: one who is in it uses nothing up.

    Raises NotFound for a link that is unknown or over, Conflict for those who were in the class
    before, NotAllowed for those who teach the course.
    """
    rows = _rows().select_for_update(no_key=True, of=("self",))
    row = rows.filter(token_hash=bearer.hashed(text)).first()
    if row is None:
        raise NotFound
    own = _own(row, by)
    if own is not None:
        if own.state == Enrolment.State.ACTIVE:
            return own
        raise Conflict(_("You were in this class before. Ask its instructor to readmit you."))
    if not _is_open(row, now):
        raise NotFound
    if _teaches(row, by):
        raise NotAllowed(_("You teach this course, so you cannot join it as a learner."))
    left = Invitation.objects.filter(pk=row.pk, uses_left__gt=0)
    if not left.update(uses_left=F("uses_left") - 1):
        raise NotFound
    course = row.section.course
    return enrolments.enrol(course=course, section=row.section, user=by, by=by, now=now)


def _rows() -> QuerySet[Invitation]:
    return Invitation.objects.select_related("section__course")


def _own(row: Invitation, by: Any) -> Enrolment | None:
    """Return the person's latest enrolment in the class."""
    found = Enrolment.objects.filter(section=row.section, user_id=by.pk)
    return found.order_by("-cycle").first()


def _is_open(row: Invitation, now: datetime) -> bool:
    """Return whether the invitation is usable and its class takes learners."""
    is_taught = row.section.course.state == Course.State.PUBLISHED
    return is_usable(invitation=row, now=now) and is_taught and not row.section.is_archived


def _teaches(row: Invitation, by: Any) -> bool:
    """Return whether the person has a role in the whole course."""
    rows = Enrolment.objects.active().filter(course=row.section.course, user_id=by.pk)
    return rows.filter(section=None).exists()
