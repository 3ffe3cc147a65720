"""Create, change, disable, enable and test endpoints, rotate their secrets, send again."""

import base64
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from courses.conf import settings
from courses.domain import deliveries, events, outgoing
from courses.domain.webhooks.messages import SECRET_MARK
from courses.domain.webhooks.subscriptions import new_delivery, subscriptions_of
from courses.errors import Conflict, Invalid, NotFound, Problem
from courses.models import ApiClient, Course, Delivery, DeliveryTry, Event, WebhookEndpoint

OLD_SECRET_VALID_FOR = timedelta(days=1)
MOST_SECRETS = 5
MOST_REDELIVERED = 10_000
_URL_LENGTH = 500
_CHUNK = 500
_SECRET_BYTES = 32


def seen_by(
    *, client: ApiClient | None, limits: Sequence[int] = (), sees_scores: bool = True
) -> QuerySet[WebhookEndpoint]:
    """Return a client's own endpoints; those of the whole site for None.

    `limits` are the keys of the courses beyond which a credential does not reach, if it is limited:
    it sees only endpoints that get no other events; so with hidden scores.
    """
    rows = WebhookEndpoint.objects.filter(client=client, sender="")
    if not sees_scores:
        rows = rows.filter(include_hidden_scores=False)
    if limits:
        links = WebhookEndpoint.courses.through.objects.filter(webhookendpoint=OuterRef("pk"))
        rows = rows.filter(Exists(links), ~Exists(links.exclude(course__in=limits)))
    return rows.select_related("client").prefetch_related("courses")


def find(
    *,
    client: ApiClient | None,
    uuid: UUID,
    limits: Sequence[int] = (),
    sees_scores: bool = True,
    is_locked: bool = False,
) -> WebhookEndpoint:
    """Return one of them. Raises NotFound, also for another client's."""
    rows = seen_by(client=client, limits=limits, sees_scores=sees_scores).filter(uuid=uuid)
    row = (rows.select_for_update(of=("self",)) if is_locked else rows).first()
    if row is None:
        raise NotFound
    return row


@transaction.atomic
def register(
    *,
    client: ApiClient | None,
    url: str,
    event_types: Sequence[str] = (),
    courses: Iterable[Course] = (),
    description: str = "",
    include_hidden_scores: bool = False,
    now: datetime,
) -> WebhookEndpoint:
    """Create an enabled endpoint with its first secret. Raises Invalid."""
    check(url=url, event_types=event_types)
    row = WebhookEndpoint.objects.create(
        client=client,
        url=url,
        description=description,
        event_types=list(event_types),
        include_hidden_scores=include_hidden_scores,
        secrets=[{"secret": new_secret(), "until": None}],
        created_at=now,
    )
    row.courses.set(courses)
    return row


@transaction.atomic
def change(*, endpoint: WebhookEndpoint, values: dict[str, Any]) -> WebhookEndpoint:
    """Change it; `values` are some of its columns and `courses`. Raises Invalid."""
    row = _locked(endpoint)
    values = dict(values)
    courses = values.pop("courses", None)
    for name in values:
        setattr(row, name, values[name])
    check(url=row.url, event_types=row.event_types)
    row.save(update_fields=[*values])
    if courses is not None:
        row.courses.set(courses)
    return row


@transaction.atomic
def rotate_secret(
    *, endpoint: WebhookEndpoint, now: datetime, keep_for: timedelta = OLD_SECRET_VALID_FOR
) -> str:
    """Return a new secret. Until the old ones end, every call is signed with each of them."""
    row = _locked(endpoint)
    end = (now + keep_for).isoformat()
    still_valid = [
        {"secret": one["secret"], "until": min(one["until"] or end, end)}
        for one in row.secrets
        if one["until"] is None or datetime.fromisoformat(one["until"]) > now
    ]
    row.secrets = [{"secret": new_secret(), "until": None}, *still_valid][:MOST_SECRETS]
    row.save(update_fields=["secrets"])
    return str(row.secrets[0]["secret"])


def new_secret() -> str:
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


@transaction.atomic
def disable(*, endpoint: WebhookEndpoint, now: datetime) -> WebhookEndpoint:
    """Disable it by hand: nothing is sent from now on. Idempotent."""
    row = _locked(endpoint)
    if row.is_enabled:
        disable_row(row, because=WebhookEndpoint.Because.BY_HAND, now=now)
    return row


@transaction.atomic
def enable(*, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Enable it from now on; what it missed is there for `redeliver`."""
    row = _locked(endpoint)
    row.disabled_at, row.disabled_reason = None, ""
    row.failures, row.failing_since, row.paused_until = 0, None, None
    row.save()
    return row


def disable_row(row: WebhookEndpoint, *, because: str, now: datetime) -> None:
    """Disable a locked endpoint: mark what waits for it as dead, and record an event."""
    row.disabled_at, row.disabled_reason = now, because
    row.save(update_fields=["disabled_at", "disabled_reason"])
    waiting = Delivery.objects.filter(subscriber=row.subscriber, state=Delivery.State.PENDING)
    waiting.update(
        state=Delivery.State.DEAD,
        locked_until=None,
        last_answer="The endpoint was switched off.",
    )
    data = {
        "endpoint": str(row.uuid),
        "url": row.url,
        "reason": str(because),
        "client": str(row.client.uuid) if row.client else None,
    }
    entry = (events.WEBHOOK_DISABLED, data)
    events.record(entries=[entry], now=now, by=None, enrolment=None, course=None)


@transaction.atomic
def remove(*, endpoint: WebhookEndpoint) -> None:
    """Delete the endpoint with its deliveries and their tries."""
    row = _locked(endpoint)
    rows = Delivery.objects.filter(subscriber=row.subscriber)
    DeliveryTry.objects.filter(delivery__in=rows).delete()
    rows.delete()
    row.delete()


@transaction.atomic
def ping(*, endpoint: WebhookEndpoint, by: Any, now: datetime) -> Delivery:
    """Create a test event for this endpoint alone. Raises Conflict when it is disabled."""
    row = _locked(endpoint)
    _require_enabled(row)
    event = Event.objects.create(
        type=events.WEBHOOK_PING, data={"endpoint": str(row.uuid)}, by=by, occurred_at=now
    )
    delivery = Delivery(event=event, subscriber=row.subscriber, next_try_at=now)
    delivery.save()
    return delivery


@transaction.atomic
def redeliver(
    *,
    endpoint: WebhookEndpoint,
    now: datetime,
    since: datetime,
    until: datetime | None = None,
    event: UUID | None = None,
) -> int:
    """Send again what happened in that time, or one event; return how many deliveries.

    Also what the endpoint missed while it was disabled or not yet made. Raises Conflict when it is
    disabled or when these are more than MOST_REDELIVERED, NotFound for an event it does not get.
    """
    row = _locked(endpoint)
    _require_enabled(row)
    rows = Event.objects.filter(occurred_at__gte=since, occurred_at__lte=until or now)
    if event is not None:
        rows = Event.objects.filter(uuid=event)
    rows = rows.exclude(position=None).select_related("enrolment", "course").order_by("pk")
    if rows.count() > MOST_REDELIVERED:
        raise Conflict(_("These are too many events at once. Choose a shorter period."))
    count = 0
    for start in range(0, MOST_REDELIVERED, _CHUNK):
        chunk = list(rows[start : start + _CHUNK])
        if not chunk:
            break
        count += _redeliver_chunk(row, chunk, now)
    if event is not None and not count:
        raise NotFound
    return count


def log_of(*, endpoint: WebhookEndpoint) -> QuerySet[Delivery]:
    """Return its deliveries with their tries, newest first."""
    rows = Delivery.objects.filter(subscriber=endpoint.subscriber).order_by("-pk")
    return rows.select_related("event").prefetch_related("log")


def _redeliver_chunk(row: WebhookEndpoint, chunk: Sequence[Event], now: datetime) -> int:
    (subscription,) = subscriptions_of(endpoints=[row], rows=chunk)
    matching = [event for event in chunk if subscription.matches(event)]
    made = [new_delivery(row, event=event, now=now) for event in matching]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    own = Delivery.objects.filter(subscriber=row.subscriber, event__in=matching)
    return deliveries.redeliver(deliveries=own, now=now)


def _locked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    rows = WebhookEndpoint.objects.select_for_update(of=("self",)).select_related("client")
    return rows.get(pk=endpoint.pk)


def _require_enabled(row: WebhookEndpoint) -> None:
    if not row.is_enabled:
        raise Conflict(_("This endpoint is switched off. Switch it on first."))


def check(*, url: str, event_types: Sequence[str]) -> None:
    """Check an endpoint's values. Raises Invalid. Makes no call to another machine."""
    problems = []
    try:
        parts = outgoing.checked(url)
        if parts.scheme != "https" and not settings.OUTGOING_ALLOW:
            problems.append(Problem("url", _("The address must begin with https://.")))
        else:
            outgoing.refuse_unreachable(parts)
    except outgoing.CallRefused as error:
        problems.append(Problem("url", str(error)))
    if len(url) > _URL_LENGTH:
        problems.append(Problem("url", _("The address is too long.")))
    for number, kind in enumerate(event_types):
        if kind not in events.TYPES:
            problems.append(Problem(f"event_types.{number}", _("There is no such event type.")))
    if problems:
        raise Invalid(problems=problems)
