"""A registration takes the place of another one: the same courses go on in the same classes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from courses.domain import webhooks
from courses.errors import Conflict
from courses.lti import class_merging
from courses.lti.models import (
    LtiClass,
    LtiContext,
    LtiDeployment,
    LtiLink,
    LtiRegistration,
)
from courses.lti.reasons import LaunchDenied
from courses.lti.succession_model import LtiSuccession
from courses.models import Enrolment, WebhookEndpoint

Places = Mapping[int, int | None]
"""Key of a former deployment → that of the successor's; None: one of the same id is made."""


@dataclass(frozen=True)
class SuccessionCounts:
    """What a succession moves, and what meets something of the successor."""

    people: int = 0
    people_known: int = 0
    """Of them, those who have come by the successor already."""
    contexts: int = 0
    contexts_known: int = 0
    classes: int = 0
    classes_known: int = 0
    links: int = 0
    columns: int = 0
    people_in_both: int = 0
    """Places of people in a class and in the one of the successor that meets it."""


def candidates(*, former: LtiRegistration) -> QuerySet[LtiRegistration]:
    """Return the registrations that may take its place."""
    rows = LtiRegistration.objects.filter(platform=former.platform_id, is_active=True)
    return rows.exclude(pk=former.pk).filter(succession=None).order_by("-pk")


def deployments(*, former: LtiRegistration) -> list[LtiDeployment]:
    """Return the deployments whose courses need a new place."""
    rows = LtiDeployment.objects.filter(registration=former, contexts__isnull=False)
    return list(rows.distinct().order_by("pk"))


def suggestion(*, former: LtiRegistration, successor: LtiRegistration) -> dict[int, int | None]:
    """Return a place for each deployment: the one with its id, the only one, or a new one."""
    theirs = list(LtiDeployment.objects.filter(registration=successor).order_by("pk"))
    known = {one.deployment_id: one.pk for one in theirs}
    only = theirs[0].pk if len(theirs) == 1 else None
    return {one.pk: known.get(one.deployment_id, only) for one in deployments(former=former)}


def preview(
    *, former: LtiRegistration, successor: LtiRegistration, places: Places
) -> SuccessionCounts:
    """Return what would move. Raises Conflict where it cannot."""
    _require(former, successor, places)
    contexts = LtiContext.objects.filter(deployment__registration=former)
    classes = LtiClass.objects.filter(context__in=contexts)
    links = LtiLink.objects.filter(lti_class__in=classes)
    people = Enrolment.objects.filter(section__lti_class__in=classes)
    theirs = Enrolment.objects.filter(
        section__lti_class__context__deployment__registration=successor
    )
    known = people.filter(user__in=theirs.values("user"))
    met = [(_known(row, target), target) for row, target in places.items() if target is not None]
    pairs = [
        pair for rows, place in met for pair in class_merging.pairs(contexts=rows, target=place)
    ]
    return SuccessionCounts(
        people=people.values("user").distinct().count(),
        people_known=known.values("user").distinct().count(),
        contexts=contexts.count(),
        contexts_known=sum(rows.count() for rows, _place in met),
        classes=classes.count(),
        classes_known=len(pairs),
        links=links.count(),
        columns=links.exclude(line_item="").filter(has_scores=True).count(),
        people_in_both=class_merging.people_in_both(pairs=pairs),
    )


@transaction.atomic
def declare(
    *,
    former: LtiRegistration,
    successor: LtiRegistration,
    places: Places,
    by: Any,
    now: datetime,
) -> LtiSuccession:
    """Let the successor go on with the former one's courses; that one is closed, for good.

    People are the platform's and keep everything. A class that has begun under the successor for
    the same course gives its learners to the old one. A column gets scores again when its link is
    opened by the successor. Raises Conflict.
    """
    # Without the key: launches, whose rows name a registration, do not wait for this.
    rows = LtiRegistration.objects.select_for_update(no_key=True)
    rows = rows.filter(pk__in=[former.pk, successor.pk])
    locked = {row.pk: row for row in rows.order_by("pk")}
    former, successor = locked[former.pk], locked[successor.pk]
    counts = preview(former=former, successor=successor, places=places)
    links = LtiLink.objects.filter(lti_class__context__deployment__registration=former)
    # Nobody opens these, and the successor's launches make them anew.
    links.filter(is_further=True).delete()
    links.update(has_scores=False)
    for old in deployments(former=former):
        target = _target(old, successor, places[old.pk], now)
        for context in _known(old.pk, target.pk):
            there = LtiContext.objects.get(
                deployment=target, context_id=context.context_id, is_link=context.is_link
            )
            class_merging.merge(former=context, successor=there, by=by, now=now)
        LtiContext.objects.filter(deployment=old).update(deployment=target)
    endpoint = WebhookEndpoint.objects.filter(uuid=former.uuid).first()
    if endpoint is not None and endpoint.is_enabled:
        webhooks.disable(endpoint=endpoint, now=now)
    former.is_active = False
    former.save(update_fields=["is_active"])
    made: LtiSuccession = LtiSuccession.objects.create(
        former=former, successor=successor, declared_at=now, counts=asdict(counts)
    )
    return made


def refusal(
    *, uuid: UUID | None = None, issuer: str = "", client_id: str = ""
) -> LaunchDenied | None:
    """Return why a registration that was replaced opens nothing; None for any other one."""
    rows = LtiSuccession.objects.select_related("successor").order_by("pk")
    if uuid is not None:
        rows = rows.filter(former__uuid=uuid)
    else:
        rows = rows.filter(former__platform__issuer=issuer, former__client_id=client_id)
    found = rows.first()
    if found is None:
        return None
    text = f"replaced by {found.successor.name!r} (client id {found.successor.client_id})"
    return LaunchDenied("registration_replaced", text)


def _known(former: int, target: int) -> QuerySet[LtiContext]:
    """Return the contexts of a former deployment that its new place has already."""
    same = LtiContext.objects.filter(
        deployment=target, context_id=OuterRef("context_id"), is_link=OuterRef("is_link")
    )
    return LtiContext.objects.filter(Exists(same), deployment=former).order_by("pk")


def _require(former: LtiRegistration, successor: LtiRegistration, places: Places) -> None:
    if LtiSuccession.objects.filter(former=former).exists():
        raise Conflict(_("This registration was replaced already."))
    if not candidates(former=former).filter(pk=successor.pk).exists():
        raise Conflict(_("The successor must be another active registration of the same platform."))
    wanted = {one.pk for one in deployments(former=former)}
    targets = {one for one in places.values() if one is not None}
    theirs = LtiDeployment.objects.filter(registration=successor, pk__in=targets)
    if wanted != set(places) or theirs.count() != len(targets):
        raise Conflict(_("The deployments are others than before. Look at the preview again."))
    for target in targets:
        sources = [row for row, place in places.items() if place == target]
        rows = LtiContext.objects.filter(deployment__in=sources)
        pairs = rows.values_list("context_id", "is_link")
        if len(sources) > 1 and pairs.distinct().count() != pairs.count():
            text = _("Two of the deployments have courses of the same id: give each its own place.")
            raise Conflict(text)


def _target(
    old: LtiDeployment, successor: LtiRegistration, place: int | None, now: datetime
) -> LtiDeployment:
    if place is not None:
        return LtiDeployment.objects.get(pk=place, registration=successor)
    row, _is_new = LtiDeployment.objects.get_or_create(
        registration=successor,
        deployment_id=old.deployment_id,
        defaults={"state": old.state, "created_at": now},
    )
    return row
