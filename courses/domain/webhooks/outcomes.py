"""Record what an endpoint answers, for its deliveries and for the endpoint itself.

An endpoint that fails several times in a row is paused, then tried with a single call; one that has
not answered for three days, or answers that it is gone, is disabled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from random import Random

from django.db import transaction

from courses.domain import deliveries
from courses.domain.webhooks import endpoints
from courses.domain.webhooks.messages import CallOutcome
from courses.domain.webhooks.senders import find_sender
from courses.models import Delivery, DeliveryTry, WebhookEndpoint

PAUSE_AFTER = 3
"""Failures in a row after which an endpoint is paused."""
LONGEST_PAUSE = timedelta(minutes=30)
DISABLED_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class CallReport:
    """A call that was made."""

    endpoint: WebhookEndpoint
    delivery: Delivery
    outcome: CallOutcome
    later: Sequence[Delivery] = ()
    """After a failure: what was held for the same learner and will not be sent in this run."""


@transaction.atomic
def record_outcomes(*, reports: Sequence[CallReport], now: datetime, jitter: Random) -> None:
    """Store the tries, and update deliveries and endpoints by their outcomes, in their order.

    As many queries for any number of accepted calls, to one endpoint or to many.
    """
    rows = _endpoints_of(reports)
    found = Delivery.objects.filter(pk__in=[one.delivery.pk for one in reports]).order_by("pk")
    there = set(found.select_for_update(of=("self",)).values_list("pk", flat=True))
    # Others were removed while the call was under way.
    reports = [one for one in reports if one.delivery.pk in there and one.endpoint.pk in rows]
    DeliveryTry.objects.bulk_create(
        DeliveryTry(
            delivery=one.delivery,
            tried_at=now,
            duration_ms=one.outcome.duration_ms,
            status=one.outcome.status,
            answer=one.outcome.answer,
        )
        for one in reports
    )
    for one in reports:
        sender = find_sender(endpoint=one.endpoint)
        if sender is not None:
            sender.record(outcome=one.outcome, now=now)
    arrived = [one.delivery for one in reports if one.outcome.is_accepted]
    deliveries.mark_delivered(arrived, now=now)
    sound: list[int] = []
    for key, of_one in _by_endpoint(reports).items():
        if not rows[key].failures and all(one.outcome.is_accepted for one in of_one):
            sound.append(key)
        else:
            _record(rows[key], of_one, now, jitter)
    if sound:
        WebhookEndpoint.objects.filter(pk__in=sound).update(last_success_at=now)


def _endpoints_of(reports: Sequence[CallReport]) -> dict[int, WebhookEndpoint]:
    """Return their endpoints as they are now, locked in the order of their keys."""
    rows = WebhookEndpoint.objects.select_related("client").order_by("pk")
    return rows.select_for_update(of=("self",)).in_bulk({one.endpoint.pk for one in reports})


def _by_endpoint(reports: Sequence[CallReport]) -> dict[int, list[CallReport]]:
    found: dict[int, list[CallReport]] = {}
    for report in reports:
        found.setdefault(report.endpoint.pk, []).append(report)
    return found


def _record(
    row: WebhookEndpoint, reports: Sequence[CallReport], now: datetime, jitter: Random
) -> None:
    """Follow what one endpoint answered, in its order."""
    for is_accepted, together in groupby(reports, key=lambda one: one.outcome.is_accepted):
        if is_accepted:
            _recovered(row, now)
            continue
        for report in together:
            _record_failure(row, report, now, jitter)


def _record_failure(
    row: WebhookEndpoint, report: CallReport, now: datetime, jitter: Random
) -> None:
    outcome = report.outcome
    _failing(row, outcome, now, jitter)
    text = f"{outcome.status or ''} {outcome.answer}".strip()
    deliveries.mark_failed(
        report.delivery,
        answer=text,
        now=now,
        jitter=jitter,
        not_before=row.paused_until,
        later=report.later,
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
