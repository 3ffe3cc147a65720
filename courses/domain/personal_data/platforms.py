"""What a platform may demand for one of its learners: their data, and that they are erased.

A platform made the account, and nobody else uses it: then the person is erased. Where another
platform knows the person too, or the account is used without any, the records are not this
platform's alone: then it loses the learner, and the person keeps what is theirs.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from courses import users
from courses.domain import events, feed, idempotency, learners, locks
from courses.domain.personal_data import hosts_rows
from courses.domain.personal_data.erasing import erase
from courses.errors import NotFound
from courses.models import (
    ApiClient,
    Delivery,
    DeliveryTry,
    ExternalIdentity,
    Launch,
    LearnerToken,
    SignIn,
    WebhookEndpoint,
)


@transaction.atomic
def erase_learner(*, client: ApiClient, external_id: str, now: datetime) -> None:
    """Erase the learner, or all that this platform has of them.

    Raises NotFound, and Conflict where rows of the host depend on the records.
    """
    rows = learners.known(client=client).filter(subject=external_id)
    identity = rows.first()  # also of a closed account: its records are there
    if identity is None:
        raise NotFound
    locks.for_erasure(user=identity.user)
    # Somebody else may have erased them while the locks were awaited.
    identity = rows.filter(user=identity.user).first()
    if identity is None:
        raise NotFound
    if _is_known_elsewhere(identity):
        _release(identity, now)
    else:
        erase(user=identity.user, now=now)


def _is_known_elsewhere(identity: ExternalIdentity) -> bool:
    """Return whether others know this account, or somebody signs in to it."""
    user: Any = identity.user
    if not users.is_made(user) or user.has_usable_password():
        return True
    if ExternalIdentity.objects.filter(user=user).exclude(pk=identity.pk).exists():
        return True
    if getattr(user, "is_staff", False) or getattr(user, "is_superuser", False):
        return True
    return user.last_login is not None or SignIn.objects.filter(user=user).exists()


def _release(identity: ExternalIdentity, now: datetime) -> None:
    """Remove what this platform knows of the person, what it opened for them and was sent."""
    client, user = identity.client, identity.user
    # First: it numbers what waits, and that makes deliveries.
    feed.hold_end(now=now)
    idempotency.forget_learner(identity=identity)
    Launch.objects.filter(client=client, enrolment__user=user).update(
        identity=None, enrolment=None, data={}, ended_at=now
    )
    tokens = LearnerToken.objects.filter(user=user, issuer__client=client)
    hosts_rows.release(rows=tokens)
    tokens.delete()
    endpoints = [one.subscriber for one in WebhookEndpoint.objects.filter(client=client)]
    deliveries = Delivery.objects.filter(subscriber__in=endpoints, event__enrolment__user=user)
    DeliveryTry.objects.filter(delivery__in=deliveries).delete()
    hosts_rows.release(rows=deliveries)
    deliveries.delete()
    entry = events.erased(identity)
    hosts_rows.release(rows=ExternalIdentity.objects.filter(pk=identity.pk))
    identity.delete()
    events.record(entries=[entry], now=now, by=None, enrolment=None, course=None)
