"""What an endpoint's answers do to its deliveries and to the endpoint itself.

One that fails several times in a row is left alone for a while, then asked with a single call;
one that has not answered for three days, or says that it is gone, is switched off.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from courses.domain import deliveries
from courses.domain.webhooks import endpoints
from courses.domain.webhooks.messages import Outcome
from courses.models import Delivery, DeliveryTry, WebhookEndpoint

REST_AFTER = 3
"""Failures in a row after which an endpoint is left alone."""
LONGEST_REST = timedelta(minutes=30)
DISABLED_AFTER = timedelta(days=3)


@transaction.atomic
def settle(
    *,
    endpoint: WebhookEndpoint,
    delivery: Delivery,
    outcome: Outcome,
    now: datetime,
    jitter: Random,
) -> None:
    """Write the try down, and draw the consequences for the delivery and for the endpoint."""
    endpoints_now = WebhookEndpoint.objects.select_related("client")
    row = endpoints_now.select_for_update(of=("self",)).filter(pk=endpoint.pk).first()
    still_there = Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery.pk)
    if row is None or not still_there:
        return  # removed while the call was under way
    DeliveryTry.objects.create(
        delivery=delivery,
        tried_at=now,
        duration_ms=outcome.duration_ms,
        status=outcome.status,
        answer=outcome.answer,
    )
    if outcome.is_accepted:
        deliveries.done(delivery, now=now)
        _recovered(row, now)
        return
    _failing(row, outcome, now, jitter)
    text = f"{outcome.status or ''} {outcome.answer}".strip()
    deliveries.failed(delivery, answer=text, now=now, jitter=jitter, not_before=row.paused_until)
    if row.is_enabled and outcome.is_gone:
        endpoints.put_out(row, because=WebhookEndpoint.Because.GONE, now=now)
    elif row.is_enabled and row.failing_since and now - row.failing_since >= DISABLED_AFTER:
        endpoints.put_out(row, because=WebhookEndpoint.Because.FAILING, now=now)


def give_back(*, endpoint: WebhookEndpoint, rows: Sequence[Delivery], now: datetime) -> None:
    """What was held for the endpoint and not tried waits until it is asked again."""
    paused_until = (
        WebhookEndpoint.objects.filter(pk=endpoint.pk)
        .values_list("paused_until", flat=True)
        .first()
    )
    deliveries.release(rows, not_before=max(now, paused_until) if paused_until else now)


def _recovered(row: WebhookEndpoint, now: datetime) -> None:
    was_resting = row.failures >= REST_AFTER
    row.failures, row.failing_since, row.paused_until = 0, None, None
    row.last_success_at = now
    row.save(update_fields=["failures", "failing_since", "paused_until", "last_success_at"])
    if was_resting:
        waiting = deliveries.pending(subscriber=row.subscriber).filter(next_try_at__gt=now)
        waiting.update(next_try_at=now)


def _failing(row: WebhookEndpoint, outcome: Outcome, now: datetime, jitter: Random) -> None:
    row.failures += 1
    row.failing_since = row.failing_since or now
    rest = timedelta()
    if row.failures >= REST_AFTER:
        tries = row.failures - REST_AFTER + 1
        rest = min(deliveries.pause(tries=tries, jitter=jitter), LONGEST_REST)
    if outcome.retry_after_s:
        rest = max(rest, min(timedelta(seconds=outcome.retry_after_s), LONGEST_REST))
    if rest:
        row.paused_until = now + rest
        waiting = deliveries.pending(subscriber=row.subscriber)
        waiting.filter(next_try_at__lt=row.paused_until).update(next_try_at=row.paused_until)
    row.save(update_fields=["failures", "failing_since", "paused_until"])
