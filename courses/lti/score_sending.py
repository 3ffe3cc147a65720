"""Scores for the gradebooks of platforms: one more kind of delivery over the relay.

A registration is an endpoint with the registration's uuid. A delivery brings all columns of one
learner up to date with the results as they are when it is sent, so the newest wins.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from courses import sealing
from courses.domain import deliveries as queue
from courses.domain import events
from courses.domain.webhooks import CallOutcome, Sendable
from courses.lti import access_tokens, further_columns, score_cells
from courses.lti.column_calls import ColumnAnswer, ColumnCall
from courses.lti.models import LtiClass, LtiLink, LtiRegistration
from courses.lti.score_calls import ScoreAnswer, ScoreCall, ScoreMessage
from courses.lti.score_cells import REGISTRATION, SCORED
from courses.lti.score_models import LtiScore
from courses.models import Delivery, Event, WebhookEndpoint

SENDER = "lti"
EVENTS = frozenset(
    {
        events.LESSON_COMPLETED,
        events.RESULT_CHANGED,
        events.RESULT_SHOWN,
        events.COURSE_COMPLETED,
        events.COURSE_COMPLETION_WITHDRAWN,
    }
)
"""After these a column may have another number."""


class ScoreSender:
    """What `webhooks` asks for the endpoints that are gradebooks."""

    def wanted(self, *, rows: Sequence[Event]) -> list[tuple[Event, WebhookEndpoint]]:
        """Return the events after which a column of a platform may change, with its endpoint."""
        found = [row for row in rows if row.type in EVENTS and row.enrolment is not None]
        sections = {row.enrolment.section_id for row in found if row.enrolment is not None}
        links = LtiLink.objects.filter(
            SCORED | further_columns.wanted(),
            lti_class__section__in=sections - {None},
            **{f"{REGISTRATION}__is_active": True},
        )
        uuids = dict(links.values_list("lti_class__section", f"{REGISTRATION}__uuid"))
        if not uuids:
            return []
        on = WebhookEndpoint.objects.filter(sender=SENDER, disabled_at=None)
        endpoints = {one.uuid: one for one in on.filter(uuid__in=set(uuids.values()))}
        pairs: list[tuple[Event, WebhookEndpoint]] = []
        for row in found:
            section = row.enrolment.section_id if row.enrolment else None
            endpoint = endpoints.get(uuids[section]) if section in uuids else None
            if endpoint is not None:
                pairs.append((row, endpoint))
        return pairs

    @transaction.atomic
    def messages(
        self, *, endpoint: WebhookEndpoint, deliveries: Sequence[Delivery], now: datetime
    ) -> list[Sendable]:
        """Return a message for each learner with a column that is not up to date."""
        registration = LtiRegistration.objects.filter(uuid=endpoint.uuid, is_active=True).first()
        key = None if registration is None else _key(registration)
        calls: dict[int, list[ScoreCall]] = {}
        columns: dict[int, tuple[ColumnCall, ...]] = {}
        if registration is not None and key is not None:
            made = further_columns.claim(
                registration=registration, sections=_sections(deliveries), now=now
            )
            if made:
                columns[deliveries[0].pk] = tuple(made)
                calls[deliveries[0].pk] = []
            found = score_cells.calls_for(registration=registration, deliveries=deliveries, now=now)
            for cell, call in found:
                calls.setdefault(cell.delivery.pk, []).append(call)
        idle = [one for one in deliveries if one.pk not in calls]
        queue.mark_delivered(idle, now=now)
        return [
            ScoreMessage(one, key, tuple(calls[one.pk]), columns.get(one.pk, ()))
            for one in deliveries
            if key is not None and one.pk in calls
        ]

    def record(self, *, outcome: CallOutcome, now: datetime) -> None:
        """Record for each cell whether the platform has it."""
        states = LtiScore.State
        answers = outcome.detail or ()
        columns = [one for one in answers if isinstance(one, ColumnAnswer)]
        for lti_class in further_columns.record(answers=columns):
            _send_to_new_columns(lti_class, now)
        for one in (one for one in answers if isinstance(one, ScoreAnswer)):
            values: dict[str, Any] = {"answer": f"{one.status or ''} {one.text}".strip()[:500]}
            if one.is_sent or one.is_refused:
                values["state"] = states.SENT if one.is_sent else states.REFUSED
                values |= {"data": one.call.value, "sent_at": now}
            rows = LtiScore.objects.filter(pk=one.call.score, timestamp=one.call.timestamp)
            rows.update(**values)


def open_gradebook(*, link: LtiLink, registration: LtiRegistration, now: datetime) -> None:
    """Let a link's class be followed from now on; send what its learners have already.

    Called for a link that is new, or whose line item is another one than before.
    """
    is_scored = bool(link.line_item and link.has_scores)
    if not registration.token_url or not (is_scored or _has_columns_to_make(link)):
        return
    LtiScore.objects.filter(link=link).update(data={}, state=LtiScore.State.WAITING)
    endpoint, _is_new = WebhookEndpoint.objects.get_or_create(
        uuid=registration.uuid,
        defaults={
            "sender": SENDER,
            "client": registration.platform.client,
            "url": registration.token_url[:500],
            "description": registration.name,
            "created_at": now,
        },
    )
    send_again(endpoint=endpoint, classes=[link.lti_class], now=now)


def _has_columns_to_make(link: LtiLink) -> bool:
    rows = LtiLink.objects.filter(further_columns.wanted(), lti_class=link.lti_class_id)
    return bool(rows.exists())


def send_again(
    *,
    endpoint: WebhookEndpoint,
    classes: Iterable[LtiClass],
    now: datetime,
    people: Collection[int] | None = None,
) -> int:
    """Look at all learners of these classes again, or at these people; return how many there are.

    What the platform has already is not sent twice.
    """
    if not endpoint.is_enabled:
        return 0
    newest = _newest_events(classes, people)
    made = [Delivery(event=row, subscriber=endpoint.subscriber, next_try_at=now) for row in newest]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    own = Delivery.objects.filter(subscriber=endpoint.subscriber, event__in=newest)
    queue.redeliver(deliveries=own, now=now)
    return len(newest)


def _newest_events(
    classes: Iterable[LtiClass], people: Collection[int] | None = None
) -> list[Event]:
    """Return the newest event of each learner of these classes after which a score may differ."""
    sections = [one.section_id for one in classes]
    rows = Event.objects.filter(
        enrolment__section__in=sections, type__in=EVENTS, position__isnull=False
    )
    if people is not None:
        rows = rows.filter(enrolment__user__in=people)
    return list({row.enrolment_id: row for row in rows.order_by("pk")}.values())


def _send_to_new_columns(lti_class: LtiClass, now: datetime) -> None:
    """Look at all learners of the class again, also at those who are being sent at this moment.

    Their deliveries are taken from the relay that holds them: what it records of them afterwards
    does not count as their end.
    """
    uuid = lti_class.context.deployment.registration.uuid
    endpoint = WebhookEndpoint.objects.filter(uuid=uuid).first()
    if endpoint is None:
        return
    send_again(endpoint=endpoint, classes=[lti_class], now=now)
    held = Delivery.objects.filter(
        subscriber=endpoint.subscriber, event__in=_newest_events([lti_class])
    ).exclude(locked_until=None)
    held.update(tries=0, next_try_at=now, locked_until=None)


def _sections(deliveries: Sequence[Delivery]) -> set[int | None]:
    return {row.event.enrolment.section_id for row in deliveries if row.event.enrolment is not None}


def _key(registration: LtiRegistration) -> access_tokens.AccessKey | None:
    try:
        return access_tokens.key_of(registration=registration)
    except sealing.Unreadable:
        return None
