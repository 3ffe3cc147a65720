"""Which cells of a platform's gradebook differ from what it has, and what they get."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q

from courses.lti.models import LtiClass, LtiLink, LtiRegistration
from courses.lti.score_calls import ScoreCall
from courses.lti.score_models import LtiScore
from courses.lti.score_values import ColumnValues
from courses.models import Delivery, Enrolment, ExternalIdentity

APART = timedelta(seconds=1)
"""Moodle keeps seconds, and refuses a score that is not newer."""
REGISTRATION = "lti_class__context__deployment__registration"
SCORED = Q(has_scores=True) & ~Q(line_item="")


@dataclass(frozen=True)
class GradebookCell:
    """A link's column, and a learner of its class."""

    link: LtiLink
    identity: ExternalIdentity
    delivery: Delivery
    value: dict[str, Any] | None


def scored_links() -> Any:
    """Return the links for which a platform takes scores."""
    return LtiLink.objects.filter(SCORED, **{f"{REGISTRATION}__is_active": True})


def calls_for(
    *, registration: LtiRegistration, deliveries: Sequence[Delivery], now: datetime
) -> list[tuple[GradebookCell, ScoreCall]]:
    """Return the calls for the learners whom the deliveries are about. In a transaction."""
    return _calls(list(_cells(registration, deliveries, now)), now)


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
    # Somebody who is erased at this moment gets no cell.
    locked = known.select_for_update(no_key=True, of=("self",)).order_by("pk")
    identities = {one.user_id: one for one in locked}
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
            links=one.columns,
            sees_hidden=registration.gets_hidden_scores,
            now=now,
        )
        for learner in learners:
            for link in one.columns:
                value = values.of(enrolment=learner, link=link)
                yield GradebookCell(link, identities[learner.user_id], mine[learner.user_id], value)


def _learners(lti_class: LtiClass, users: Iterable[int]) -> list[Enrolment]:
    """Return the latest enrolment of each whose work in the class counts."""
    rows = Enrolment.objects.filter(section=lti_class.section_id, user__in=list(users))
    latest = {row.user_id: row for row in rows.order_by("cycle", "pk")}
    return [row for row in latest.values() if row.is_learner]


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
