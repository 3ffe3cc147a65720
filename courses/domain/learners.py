"""A platform's people: known by its own id for them, and by nobody else's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses import users
from courses.errors import NotAllowed, NotFound
from courses.models import ApiClient, ExternalIdentity


@dataclass(frozen=True)
class Upserted:
    identity: ExternalIdentity
    is_new: bool


def find(*, client: ApiClient, external_id: str) -> ExternalIdentity:
    """A learner this client has named, whose account is active. Raises NotFound."""
    row = known(client=client).filter(users.active("user"), subject=external_id).first()
    if row is None:
        raise NotFound
    return row


def known(*, client: ApiClient) -> QuerySet[ExternalIdentity]:
    """The learners this client has named."""
    return ExternalIdentity.objects.filter(client=client).select_related("user", "client")


@transaction.atomic
def upsert(
    *, client: ApiClient, external_id: str, values: Mapping[str, str], now: datetime
) -> Upserted:
    """The learner of this name, made when there is none; `values` are some of `users.FIELDS`.

    A new person is always a new account: never is somebody found by an e-mail address, which
    would hand their account to anybody who claims to know it. Idempotent. Raises NotAllowed for a
    closed account, Invalid for a value that the host's accounts cannot hold.
    """
    ApiClient.objects.select_for_update(no_key=True).get(pk=client.pk)
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
