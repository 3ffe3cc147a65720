"""A platform's people: known by its own id for them, and by nobody else's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import users
from courses.domain import locks
from courses.errors import NotAllowed, NotFound
from courses.models import ApiClient, ExternalIdentity, Launch, LearnerToken
from courses.prepared import PreparedQuery


@dataclass(frozen=True)
class Upserted:
    identity: ExternalIdentity
    is_new: bool


class Deactivated(NotAllowed):
    code = "learner_deactivated"
    default = gettext_lazy("The platform has deactivated this learner.")


def find(*, client: ApiClient, external_id: str) -> ExternalIdentity:
    """Return a learner this client has named, whose account is active. Raises NotFound."""
    row = _NAMED.first(client.pk, external_id)
    if row is None:
        raise NotFound
    row.client = client
    return row


def find_acting(*, client: ApiClient, external_id: str) -> ExternalIdentity:
    """Return a learner who may learn through this client. Raises NotFound, Deactivated."""
    row = find(client=client, external_id=external_id)
    require_active(identity=row)
    return row


def require_active(*, identity: ExternalIdentity) -> None:
    """Raise Deactivated when the platform has deactivated this learner."""
    if not identity.is_active:
        raise Deactivated


def lock_acting(*, identity: ExternalIdentity) -> ExternalIdentity:
    """Lock the learner for something that a deactivation must end, and return the row as it is now.

    Raises NotFound, Deactivated.
    """
    row = _locked(identity)
    require_active(identity=row)
    return row


def known(*, client: ApiClient) -> QuerySet[ExternalIdentity]:
    """Return the learners this client has named."""
    return ExternalIdentity.objects.filter(client=client).select_related("user", "client")


def named(*, rows: QuerySet[Any], client: ApiClient, user_path: str = "user") -> Any:
    """Return the rows whose person the client has named, each with their `external_id`."""
    identities = ExternalIdentity.objects.filter(client=client)
    subject = identities.filter(user=OuterRef(user_path)).values("subject")[:1]
    rows = rows.annotate(external_id=Subquery(subject))
    return rows.filter(**{f"{user_path}__in": identities.values("user")})


def _named(client_id: int, subject: str) -> QuerySet[ExternalIdentity]:
    rows = ExternalIdentity.objects.filter(users.active("user"), client=client_id, subject=subject)
    return rows.select_related("user").order_by()


_NAMED = PreparedQuery(_named, int, str)


@transaction.atomic
def upsert(
    *, client: ApiClient, external_id: str, values: Mapping[str, str], now: datetime
) -> Upserted:
    """Return the learner of this name; create one when there is none.

    `values`: some of `users.FIELDS`. A new person is always a new account: never is somebody
    found by an e-mail address, which would hand their account to anybody who claims to know it.
    Idempotent. Raises NotAllowed for a closed account and for a platform that is switched off,
    Invalid for a value that the host's accounts cannot hold.
    """
    locks.client(pk=client.pk)
    row = known(client=client).filter(subject=external_id).first()
    if row is None:
        user = users.adapter().make(values=values)
        row = ExternalIdentity.objects.create(
            client=client, subject=external_id, user=user, created_at=now, updated_at=now
        )
        return Upserted(row, is_new=True)
    if not row.user.is_active:
        raise NotAllowed(_("This learner's account is closed."))
    if users.adapter().update(user=row.user, values=values):
        row.updated_at = now
        row.save(update_fields=["updated_at"])
    return Upserted(row, is_new=False)


@transaction.atomic
def join(
    *, client: ApiClient, external_id: str, known_to: Any, known_as: str, now: datetime
) -> ExternalIdentity | None:
    """Let a client know somebody whom another client, `known_to`, knows; both stay.

    None where that client knows nobody of this name, or not any more, and where this client knows
    the person by another name. Who asks has a proof that both names are of one person.
    """
    locks.client(pk=client.pk)
    other = known(client=known_to).select_for_update(no_key=True, of=("self",))
    row = other.filter(users.active("user"), subject=known_as).first()
    if row is None or not row.is_active:
        return None
    if ExternalIdentity.objects.filter(
        Q(subject=external_id) | Q(user=row.user), client=client
    ).exists():
        return None
    return ExternalIdentity.objects.create(
        client=client, subject=external_id, user=row.user, created_at=now, updated_at=now
    )


@transaction.atomic
def deactivate(*, identity: ExternalIdentity, now: datetime) -> ExternalIdentity:
    """End what the platform has opened for the learner, and let it open nothing more. Idempotent.

    Launches and tokens that the platform asked for end at once. Records and enrolments stay, and so
    does what the person does without this platform. Raises NotFound.
    """
    row = _locked(identity)
    if row.is_active:
        row.deactivated_at = row.updated_at = now
        row.save(update_fields=["deactivated_at", "updated_at"])
    Launch.objects.filter(identity=row, ended_at=None).update(ended_at=now)
    # A token that is being made holds this lock; the next one finds the learner deactivated.
    locks.person(user=row.user)
    mine = LearnerToken.objects.filter(user=row.user, issuer__client=row.client, revoked_at=None)
    mine.update(revoked_at=now)
    return row


@transaction.atomic
def activate(*, identity: ExternalIdentity, now: datetime) -> ExternalIdentity:
    """Let the learner learn again; ended launches and tokens stay ended. Idempotent.

    Raises NotFound.
    """
    row = _locked(identity)
    if not row.is_active:
        row.deactivated_at, row.updated_at = None, now
        row.save(update_fields=["deactivated_at", "updated_at"])
    return row


def _locked(identity: ExternalIdentity) -> ExternalIdentity:
    rows = known(client=identity.client).select_for_update(no_key=True, of=("self",))
    found = rows.filter(pk=identity.pk).first()
    if found is None:
        raise NotFound
    return found
