"""Record what an endpoint answers, for its deliveries and for the endpoint itself.

An endpoint that fails several times in a row is paused, then tried with a single call; one that has
not answered for three days, or answers that it is gone, is disabled.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from courses.domain import deliveries
from courses.domain.webhooks import endpoints
from courses.domain.webhooks.messages import CallOutcome
from courses.models import Delivery, DeliveryTry, WebhookEndpoint

PAUSE_AFTER = 3
"""Failures in a row after which an endpoint is paused."""
LONGEST_PAUSE = timedelta(minutes=30)
DISABLED_AFTER = timedelta(days=3)


@transaction.atomic
def record_outcome(
    *,
    endpoint: WebhookEndpoint,
    delivery: Delivery,
    outcome: CallOutcome,
    now: datetime,
    jitter: Random,
) -> None:
    """Store the try, and update the delivery and the endpoint by its outcome."""
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
        deliveries.mark_delivered(delivery, now=now)
        _recovered(row, now)
        return
    _failing(row, outcome, now, jitter)
    text = f"{outcome.status or ''} {outcome.answer}".strip()
    deliveries.mark_failed(
        delivery, answer=text, now=now, jitter=jitter, not_before=row.paused_until
    )
    if row.is_enabled and outcome.is_gone:
        endpoints.disable_row(row, because=WebhookEndpoint.Because.GONE, now=now)
    elif row.is_enabled and row.failing_since and now - row.failing_since >= DISABLED_AFTER:
        endpoints.disable_row(row, because=WebhookEndpoint.Because.FAILING, now=now)


def release_unsent(*, endpoint: WebhookEndpoint, rows: Sequence[Delivery], now: datetime) -> None:
    """Release the deliveries that were held and not tried, until the endpoint is tried again."""
    paused_until = (
        WebhookEndpoint.objects.filter(pk=endpoint.pk)
        .values_list("paused_until", flat=True)
        .first()
    )
    deliveries.release(rows, not_before=max(now, paused_until) if paused_until else now)


def _recovered(row: WebhookEndpoint, now: datetime) -> None:
    was_paused = row.failures >= PAUSE_AFTER
    row.failures, row.failing_since, row.paused_until = 0, None, None
    row.last_success_at = now
    row.save(update_fields=["failures", "failing_since", "paused_until", "last_success_at"])
    if was_paused:
        waiting = deliveries.pending(subscriber=row.subscriber).filter(next_try_at__gt=now)
        waiting.update(next_try_at=now)


def _failing(row: WebhookEndpoint, outcome: CallOutcome, now: datetime, jitter: Random) -> None:
    row.failures += 1
    row.failing_since = row.failing_since or now
    pause = timedelta()
    if row.failures >= PAUSE_AFTER:
        tries = row.failures - PAUSE_AFTER + 1
        pause = min(deliveries.retry_delay(tries=tries, jitter=jitter), LONGEST_PAUSE)
    if outcome.retry_after_s:
        pause = max(pause, min(timedelta(seconds=outcome.retry_after_s), LONGEST_PAUSE))
    if pause:
        row.paused_until = now + pause
        waiting = deliveries.pending(subscriber=row.subscriber)
        waiting.filter(next_try_at__lt=row.paused_until).update(next_try_at=row.paused_until)
    row.save(update_fields=["failures", "failing_since", "paused_until"])
