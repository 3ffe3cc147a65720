"""Registrations of this tool with platforms: made by hand, found again at a login."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.errors import Conflict
from courses.lti import own_keys
from courses.lti.models import LtiDeployment, LtiPlatform, LtiRegistration
from courses.models import ApiClient
from courses.prepared import PreparedQuery

_NAME_LENGTH = 120


@transaction.atomic
def create(
    *, issuer: str, client_id: str, name: str, now: datetime, **values: Any
) -> LtiRegistration:
    """Register the tool with a platform, with a key of its own.

    A platform that is new becomes a client, too: its people belong to the issuer, whichever
    registration they come by. Raises Conflict for a client id that is registered.
    """
    platform = _platform(issuer, name)
    if LtiRegistration.objects.filter(platform=platform, client_id=client_id).exists():
        raise Conflict(_("This client id of the platform is registered already."))
    row: LtiRegistration = LtiRegistration.objects.create(
        platform=platform, client_id=client_id, name=name, created_at=now, **values
    )
    own_keys.rotate(registration=row, now=now)
    return row


def find(*, uuid: UUID | None, issuer: str, client_id: str) -> LtiRegistration | None:
    """Return the active registration that a login names, None where it names none or several.

    Its own address suffices, but an issuer and client id that contradict it do not.
    """
    if uuid is not None:
        row = active(uuid=uuid)
        found = [row] if row is not None and row.platform.issuer == issuer else []
    else:
        found = _OF_CLIENT.all(issuer, client_id) if client_id else _OF_ISSUER.all(issuer)
    # A registration for which the platform has given no client id yet opens nothing.
    found = [row for row in found if row.client_id and client_id in ("", row.client_id)]
    return found[0] if len(found) == 1 else None


def active(*, uuid: UUID) -> LtiRegistration | None:
    """Return the registration with its platform; None where it is unknown or switched off."""
    return _BY_UUID.first(uuid)


def deployment(
    *, registration: LtiRegistration, deployment_id: str, now: datetime
) -> LtiDeployment:
    """Return the deployment; one that is not known yet is noted, and waits for an administrator."""
    known = _DEPLOYMENT.first(registration.pk, deployment_id)
    if known is not None:
        return known
    states = LtiDeployment.State
    state = states.ACTIVE if registration.accepts_deployments else states.PENDING
    row, _is_new = LtiDeployment.objects.get_or_create(
        registration=registration,
        deployment_id=deployment_id,
        defaults={"state": state, "created_at": now},
    )
    return row


def approve(*, deployment: LtiDeployment, is_approved: bool) -> None:
    """Let the deployment launch, or block it. Idempotent."""
    states = LtiDeployment.State
    deployment.state = states.ACTIVE if is_approved else states.BLOCKED
    deployment.save(update_fields=["state"])


def change(*, registration: LtiRegistration, values: Mapping[str, Any]) -> LtiRegistration:
    """Change how the registration works; keys of another address are read anew."""
    stored = LtiRegistration.objects.values_list("keyset_url", flat=True).get(pk=registration.pk)
    is_moved = values.get("keyset_url", stored) != stored
    for name, value in values.items():
        setattr(registration, name, value)
    if is_moved:
        registration.keys = []
        registration.keys_read_at = registration.keys_tried_at = None
    registration.save()
    return registration


def _platform(issuer: str, name: str) -> LtiPlatform:
    known = LtiPlatform.objects.filter(issuer=issuer).select_related("client").first()
    if known is not None:
        return known
    taken = set(ApiClient.objects.values_list("name", flat=True))
    names = (name, *(f"{name[: _NAME_LENGTH - 4]} {number}" for number in range(2, len(taken) + 3)))
    client = ApiClient.objects.create(name=next(one for one in names if one not in taken))
    row: LtiPlatform = LtiPlatform.objects.create(issuer=issuer, client=client)
    return row


def _active() -> QuerySet[LtiRegistration]:
    rows = LtiRegistration.objects.filter(is_active=True, platform__client__is_active=True)
    return rows.select_related("platform__client").order_by()


def _deployment(registration: int, deployment_id: str) -> QuerySet[LtiDeployment]:
    rows = LtiDeployment.objects.filter(registration=registration, deployment_id=deployment_id)
    return rows.order_by()


_BY_UUID = PreparedQuery(lambda uuid: _active().filter(uuid=uuid), UUID)
_OF_CLIENT = PreparedQuery(
    lambda issuer, client_id: _active().filter(platform__issuer=issuer, client_id=client_id),
    str,
    str,
)
_OF_ISSUER = PreparedQuery(
    lambda issuer: _active().filter(platform__issuer=issuer).exclude(client_id="")[:2], str
)
_DEPLOYMENT = PreparedQuery(_deployment, int, str)
