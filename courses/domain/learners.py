"""A platform's people: known by its own id for them, and by nobody else's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.errors import NotAllowed, NotFound
from courses.models import ApiClient, ExternalIdentity

FIELDS = ("first_name", "last_name", "email")
"""What a platform may tell of a person; a host's own user model may lack some."""


@dataclass(frozen=True)
class Upserted:
    identity: ExternalIdentity
    is_new: bool


def find(*, client: ApiClient, external_id: str) -> ExternalIdentity:
    """A learner this client has named, whose account is active. Raises NotFound."""
    row = known(client=client).filter(subject=external_id, user__is_active=True).first()
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
    """The learner of this name, made when there is none; `values` are some of FIELDS. Idempotent.

    A new person is always a new account: never is somebody found by an e-mail address, which
    would hand their account to whoever claims to know it.
    """
    # The name by which somebody signs in is the host's own: no platform may set it.
    values = {name: value for name, value in values.items() if name != _username_field()}
    ApiClient.objects.select_for_update(no_key=True).get(pk=client.pk)
    row = known(client=client).filter(subject=external_id).first()
    if row is None:
        user = _new_user(values)
        row = ExternalIdentity.objects.create(
            client=client, subject=external_id, user=user, created_at=now, updated_at=now
        )
        return Upserted(row, is_new=True)
    if not row.user.is_active:
        raise NotAllowed(_("This learner's account is closed."))
    changed = [name for name, value in values.items() if getattr(row.user, name, value) != value]
    if changed:
        for name in changed:
            setattr(row.user, name, values[name])
        row.user.save(update_fields=changed)
        row.updated_at = now
        row.save(update_fields=["updated_at"])
    return Upserted(row, is_new=False)


def _new_user(values: Mapping[str, str]) -> Any:
    model = get_user_model()
    user = model(**{name: value for name, value in values.items() if hasattr(model, name)})
    setattr(user, _username_field(), _username())
    user.set_unusable_password()
    user.save()
    return user


def _username_field() -> str:
    return str(get_user_model().USERNAME_FIELD)


def _username() -> str:
    name = f"learner-{uuid4()}"
    return f"{name}@learners.invalid" if _username_field() == "email" else name
