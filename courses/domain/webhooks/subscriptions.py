"""Which endpoints get an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from courses.domain import events
from courses.domain.webhooks.senders import wanted_by_senders
from courses.models import Course, Delivery, Event, ExternalIdentity, WebhookEndpoint


@dataclass(frozen=True)
class Subscription:
    """An endpoint and which events it gets."""

    endpoint: WebhookEndpoint
    courses: frozenset[int]
    users: frozenset[int] | None
    """Learners of its client that the events are about; None: everybody's, in any course."""

    def matches(self, event: Event) -> bool:
        """Return whether the endpoint gets this event."""
        types = self.endpoint.event_types
        if types and event.type not in types:
            return False
        if event.type in events.FOR_ONE_CLIENT:
            return self._is_of_client(event)
        if event.course is None or (self.courses and event.course_id not in self.courses):
            return False
        return self.users is None or self._is_of_its_learners(event, event.course, self.users)

    def _is_of_its_learners(self, event: Event, course: Course, users: frozenset[int]) -> bool:
        """Return whether the client may read it: of published courses and of its own learners."""
        if course.state != Course.State.PUBLISHED:
            return False
        return event.enrolment is None or event.enrolment.user_id in users

    def _is_of_client(self, event: Event) -> bool:
        client = self.endpoint.client
        return bool(event.data.get("client") == (str(client.uuid) if client else None))


def create_deliveries(*, rows: Sequence[Event], now: datetime) -> int:
    """Create a delivery of each event to every endpoint that gets it; return how many.

    An endpoint gets nothing from before it was made. Four queries, and those of apps that send.
    """
    on = WebhookEndpoint.objects.filter(disabled_at=None, sender="")
    on = on.filter(Q(client=None) | Q(client__is_active=True))
    found = subscriptions_of(endpoints=list(on.select_related("client")), rows=rows)
    deliveries = [
        new_delivery(one.endpoint, event=event, now=now)
        for event in rows
        for one in found
        if event.occurred_at >= one.endpoint.created_at and one.matches(event)
    ]
    deliveries += [
        new_delivery(endpoint, event=event, now=now)
        for event, endpoint in wanted_by_senders(rows=rows)
    ]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    return len(deliveries)


def subscriptions_of(
    *, endpoints: Sequence[WebhookEndpoint], rows: Sequence[Event]
) -> list[Subscription]:
    """Return the endpoints' subscriptions, as far as these events need them. Two queries."""
    if not endpoints:
        return []
    users = {row.enrolment.user_id for row in rows if row.enrolment is not None}
    clients = {one.client_id for one in endpoints if one.client_id is not None}
    known: dict[int, set[int]] = {}
    named = ExternalIdentity.objects.filter(client__in=clients, user__in=users)
    for client, user in named.values_list("client", "user"):
        known.setdefault(client, set()).add(user)
    limits: dict[int, set[int]] = {}
    links = WebhookEndpoint.courses.through.objects
    through = links.filter(webhookendpoint__in=[one.pk for one in endpoints])
    for endpoint, course in through.values_list("webhookendpoint", "course"):
        limits.setdefault(endpoint, set()).add(course)
    return [
        Subscription(
            endpoint=one,
            courses=frozenset(limits.get(one.pk, ())),
            users=None if one.client_id is None else frozenset(known.get(one.client_id, ())),
        )
        for one in endpoints
    ]


def new_delivery(endpoint: WebhookEndpoint, *, event: Event, now: datetime) -> Delivery:
    """Return a delivery that is not saved; it waits while the endpoint is paused."""
    start = max(now, endpoint.paused_until) if endpoint.paused_until else now
    return Delivery(event=event, subscriber=endpoint.subscriber, next_try_at=start)
