"""What the holder of a certificate, staff and the public do with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from courses.domain import events, locks
from courses.domain.certificates import issuing, numbers
from courses.domain.certificates.issuing import Cause
from courses.errors import Conflict, Invalid, NotFound, Problem
from courses.models import Certificate, Enrolment
from courses.models.certificate import CertificateQuerySet

STATES = VALID, EXPIRED, REVOKED, UNKNOWN = "valid", "expired", "revoked", "unknown"
LONGEST_NAME = 120
LONGEST_REASON = 300


@dataclass(frozen=True)
class Verification:
    """The answer to somebody who has a number. Without a certificate nothing is known of it."""

    state: str
    certificate: Certificate | None = None


def of_person(*, by: Any, enrolments: Iterable[Enrolment] | None = None) -> list[Certificate]:
    """Return a person's certificates, the newest first, without replaced ones. One query."""
    rows = _complete().current().filter(enrolment__user=by)
    if enrolments is not None:
        rows = rows.filter(enrolment__in=enrolments)
    return list(rows.order_by("-issued_at", "-pk"))


def own(*, uuid: UUID, by: Any) -> Certificate:
    """Return a certificate of this person. Raises NotFound."""
    found = _complete().filter(uuid=uuid, enrolment__user=by).first()
    if found is None:
        raise NotFound
    return found


def state(*, certificate: Certificate, now: datetime) -> str:
    """Return whether it is valid, has run out, or was revoked. A replaced one is revoked."""
    if certificate.is_void:
        return REVOKED
    if certificate.valid_until is not None and certificate.valid_until <= now:
        return EXPIRED
    return VALID


def verify(*, number: str, now: datetime) -> Verification:
    """Return what anybody may know of a number that somebody typed.

    One whose holder switched its public page off is not known.
    """
    text = numbers.normalise(number)
    found = _complete().filter(number=text, is_public=True).first() if text else None
    if found is None:
        return Verification(UNKNOWN)
    return Verification(state(certificate=found, now=now), found)


@transaction.atomic
def rename(*, uuid: UUID, name: str, by: Any, now: datetime) -> Certificate:
    """Set the name as the holder wants it; number and date stay, what is signed is new.

    Raises NotFound, Invalid, and Conflict for one that is revoked or replaced.
    """
    row, text = _locked(own(uuid=uuid, by=by)), " ".join(name.split())
    if not text:
        raise Invalid(problems=[Problem("name", _("Enter a name."))])
    if len(text) > LONGEST_NAME:
        message = _("A name has at most %(count)d characters.") % {"count": LONGEST_NAME}
        raise Invalid(problems=[Problem("name", message)])
    if row.is_void:
        raise Conflict(_("This certificate is no longer valid."))
    if row.name != text:
        row.name, row.changed_at = text, now
        row.save(update_fields=["name", "changed_at"])
    return row


def set_public(*, uuid: UUID, is_public: bool, by: Any) -> Certificate:
    """Let anybody verify it by its number, or nobody. Idempotent. Raises NotFound."""
    row = own(uuid=uuid, by=by)
    row.is_public = is_public
    row.save(update_fields=["is_public"])
    return row


@transaction.atomic
def revoke(*, certificate: Certificate, reason: str, by: Any, now: datetime) -> Certificate:
    """Revoke it by staff, for good. Idempotent. Raises Invalid without a reason."""
    text = " ".join(reason.split())
    if not text or len(text) > LONGEST_REASON:
        message = _("Enter a reason of at most %(count)d characters.") % {"count": LONGEST_REASON}
        raise Invalid(problems=[Problem("reason", message)])
    row = _locked(certificate)
    if row.is_superseded or row.cause not in ("", Cause.RESULT):
        return row
    was_valid = row.revoked_at is None
    issuing.revoke(certificate=row, cause=Cause.STAFF, reason=text, by=by, now=now)
    if was_valid:
        _record(row, [issuing.revoked_entry(row)], by, now)
    return row


@transaction.atomic
def reissue(*, certificate: Certificate, by: Any, now: datetime) -> Certificate:
    """Replace a certificate by one with the present title and score, also one staff revoked.

    Raises Conflict for one that is replaced already, or that a corrected result took away.
    """
    row = _locked(certificate)
    if row.is_superseded or row.cause in (Cause.RESULT, Cause.ERASED) or row.enrolment is None:
        raise Conflict(_("This certificate cannot be issued again."))
    percent = issuing.score(rule=row.rule, enrolment=row.enrolment, now=now)
    entries = issuing.replace(certificate=row, enrolment=row.enrolment, percent=percent, now=now)
    if not entries:
        raise Conflict
    _record(row, entries, by, now)
    return Certificate.objects.get(supersedes=row)


def forget(*, user: Any, now: datetime) -> None:
    """Take the person out of their certificates, which are revoked: their numbers stay taken.

    Without the rows their place in the list of revoked ones would be valid again.
    """
    Certificate.objects.filter(enrolment__user=user).update(
        enrolment=None,
        name="",
        percent=None,
        reason="",
        revoked_by=None,
        cause=Cause.ERASED,
        revoked_at=Coalesce("revoked_at", Value(now)),
    )
    Certificate.objects.filter(revoked_by=user).update(revoked_by=None)


def _locked(certificate: Certificate) -> Certificate:
    """Lock the enrolment and return the certificate as it is now. Raises NotFound."""
    if certificate.enrolment_id is None:
        raise NotFound
    locks.enrolment(pk=certificate.enrolment_id)
    found = _complete().filter(pk=certificate.pk).first()
    if found is None or found.enrolment is None:
        raise NotFound
    return found


def _record(row: Certificate, entries: list[events.Entry], by: Any, now: datetime) -> None:
    events.record(entries=entries, now=now, by=by, enrolment=row.enrolment, course=row.course)


def _complete() -> CertificateQuerySet:
    return Certificate.objects.select_related("course", "rule__quiz", "enrolment__user")
