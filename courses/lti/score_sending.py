"""Scores for the gradebooks of platforms: one more kind of delivery over the relay.

A registration is an endpoint with the registration's uuid. A delivery brings all columns of one
learner up to date with the results as they are when it is sent, so the newest wins.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Prefetch

from courses import sealing
from courses.domain import deliveries as queue
from courses.domain import events
from courses.domain.webhooks import CallOutcome, Sendable
from courses.lti import access_tokens
from courses.lti.models import LtiClass, LtiLink, LtiRegistration
from courses.lti.score_calls import ScoreCall, ScoreMessage
from courses.lti.score_models import LtiScore, LtiTestUser
from courses.lti.score_values import ColumnValues
from courses.models import Delivery, Enrolment, Event, ExternalIdentity, WebhookEndpoint

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
APART = timedelta(seconds=1)
"""Moodle keeps seconds, and refuses a score that is not newer."""
_REGISTRATION = "lti_class__context__deployment__registration"


@dataclass(frozen=True)
class GradebookCell:
    """A link's column, and a learner of its class."""

    link: LtiLink
    identity: ExternalIdentity
    delivery: Delivery
    value: dict[str, Any] | None


class ScoreSender:
    """What `webhooks` asks for the endpoints that are gradebooks."""

    def wanted(self, *, rows: Sequence[Event]) -> list[tuple[Event, WebhookEndpoint]]:
        """Return the events after which a column of a platform may change, with its endpoint."""
        found = [row for row in rows if row.type in EVENTS and row.enrolment is not None]
        sections = {row.enrolment.section_id for row in found if row.enrolment is not None}
        links = scored_links().filter(lti_class__section__in=sections - {None})
        uuids = dict(links.values_list("lti_class__section", f"{_REGISTRATION}__uuid"))
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
        if registration is not None and key is not None:
            for cell, call in _calls(list(_cells(registration, deliveries, now)), now):
                calls.setdefault(cell.delivery.pk, []).append(call)
        idle = [one for one in deliveries if one.pk not in calls]
        queue.mark_delivered(idle, now=now)
        return [
            ScoreMessage(one, key, tuple(calls[one.pk]))
            for one in deliveries
            if key is not None and one.pk in calls
        ]

    def record(self, *, outcome: CallOutcome, now: datetime) -> None:
        """Record for each cell whether the platform has it."""
        states = LtiScore.State
        for one in outcome.detail or ():
            values: dict[str, Any] = {"answer": f"{one.status or ''} {one.text}".strip()[:500]}
            if one.is_sent or one.is_refused:
                values["state"] = states.SENT if one.is_sent else states.REFUSED
                values |= {"data": one.call.value, "sent_at": now}
            rows = LtiScore.objects.filter(pk=one.call.score, timestamp=one.call.timestamp)
            rows.update(**values)


def scored_links() -> Any:
    """Return the links for which a platform takes scores."""
    return LtiLink.objects.exclude(line_item="").filter(
        has_scores=True, **{f"{_REGISTRATION}__is_active": True}
    )


def open_gradebook(*, link: LtiLink, registration: LtiRegistration, now: datetime) -> None:
    """Let a link's class be followed from now on; send what its learners have already.

    Called for a link that is new, or whose line item is another one than before.
    """
    if not link.line_item or not link.has_scores or not registration.token_url:
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
    sections = [one.section_id for one in classes]
    rows = Event.objects.filter(
        enrolment__section__in=sections, type__in=EVENTS, position__isnull=False
    )
    if people is not None:
        rows = rows.filter(enrolment__user__in=people)
    newest = {row.enrolment_id: row for row in rows.order_by("pk")}
    made = [
        Delivery(event=row, subscriber=endpoint.subscriber, next_try_at=now)
        for row in newest.values()
    ]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    own = Delivery.objects.filter(subscriber=endpoint.subscriber, event__in=list(newest.values()))
    queue.redeliver(deliveries=own, now=now)
    return len(newest)


def _key(registration: LtiRegistration) -> access_tokens.AccessKey | None:
    try:
        return access_tokens.key_of(registration=registration)
    except sealing.Unreadable:
        return None


def _cells(
    registration: LtiRegistration, deliveries: Sequence[Delivery], now: datetime
) -> Iterable[GradebookCell]:
    """Yield every cell of the learners that the deliveries are about, once, by the last of them."""
    last: dict[tuple[int, int | None], Delivery] = {}
    for row in deliveries:
        if row.event.enrolment is not None:
            last[row.event.enrolment.user_id, row.event.enrolment.section_id] = row
    if not last:
        return
    users = {user for user, _section in last}
    client = registration.platform.client_id
    known = ExternalIdentity.objects.filter(client=client, user__in=users, deactivated_at=None)
    identities = {one.user_id: one for one in known}
    links = Prefetch("links", scored_links().order_by("pk"), to_attr="columns")
    classes = LtiClass.objects.filter(
        section__in={section for _user, section in last},
        context__deployment__registration=registration,
    )
    for one in classes.select_related("course").prefetch_related(links):
        mine = {user: row for (user, section), row in last.items() if section == one.section_id}
        learners = [row for row in _learners(one, mine) if row.user_id in identities]
        values = ColumnValues(
            course=one.course,
            enrolments=learners,
            kinds={link.target for link in one.columns},
            sees_hidden=registration.gets_hidden_scores,
            now=now,
        )
        for learner in learners:
            for link in one.columns:
                value = values.of(enrolment=learner, kind=link.target, key=link.target_key)
                yield GradebookCell(link, identities[learner.user_id], mine[learner.user_id], value)


def _learners(lti_class: LtiClass, users: Iterable[int]) -> list[Enrolment]:
    """Return the latest enrolment of each who learns in the class, and not to try it out."""
    rows = Enrolment.objects.filter(section=lti_class.section_id, user__in=list(users))
    latest = {row.user_id: row for row in rows.order_by("cycle", "pk")}
    tests = set(
        LtiTestUser.objects.filter(enrolment__in=list(latest.values())).values_list(
            "enrolment", flat=True
        )
    )
    return [row for row in latest.values() if row.is_learner and row.pk not in tests]


def _calls(cells: Sequence[GradebookCell], now: datetime) -> list[tuple[GradebookCell, ScoreCall]]:
    """Return the calls for the cells that differ from what the platform has, each with its time."""
    links, people = {one.link.pk for one in cells}, {one.identity.pk for one in cells}
    rows = LtiScore.objects.select_for_update().filter(link__in=links, identity__in=people)
    known = {(row.link_id, row.identity_id): row for row in rows.order_by("pk")}
    found: list[tuple[GradebookCell, LtiScore]] = []
    for cell in cells:
        row = known.get((cell.link.pk, cell.identity.pk))
        if cell.value is None or (
            row is None
            and "scoreGiven" not in cell.value
            and cell.value["activityProgress"] == "Initialized"
        ):
            continue
        if row is None:
            row = LtiScore(link=cell.link, identity=cell.identity)
        elif row.state != LtiScore.State.WAITING and row.data == cell.value:
            continue
        row.state = LtiScore.State.WAITING
        row.timestamp = now if row.timestamp is None else max(now, row.timestamp + APART)
        found.append((cell, row))
    LtiScore.objects.bulk_create([row for _cell, row in found if row.pk is None])
    LtiScore.objects.bulk_update(
        [row for _cell, row in found], ["state", "timestamp"], batch_size=500
    )
    return [
        (
            cell,
            ScoreCall(
                score=row.pk,
                line_item=cell.link.line_item,
                user_id=cell.identity.subject,
                timestamp=row.timestamp or now,
                value=dict(cell.value or {}),
            ),
        )
        for cell, row in found
    ]
