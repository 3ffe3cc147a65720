"""The people whom a platform lists in classes: many are named, enrolled or taken out at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from courses import users
from courses.domain import enrolments, events, launches, learners, locks
from courses.errors import NotAllowed
from courses.models import ApiClient, Enrolment, Event, ExternalIdentity, Launch, Section

_LISTED = (Enrolment.Role.LEARNER, Enrolment.Role.INSTRUCTOR, Enrolment.Role.MARKER)
"""Roles that a list can give; it says nothing about people who have another role here."""
_BARRED = (Enrolment.State.SUSPENDED, Enrolment.State.ENDED)


@dataclass(frozen=True)
class RosterPerson:
    """Somebody on a list: the platform's name for them, their role, some of `users.FIELDS`."""

    external_id: str
    role: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Joined:
    """How many enrolments are new or active again, and how many have another role."""

    joined: int = 0
    changed: int = 0


@transaction.atomic
def join(
    *,
    client: ApiClient,
    sections: Sequence[Section],
    people: Sequence[RosterPerson],
    now: datetime,
    makes_accounts: bool = True,
) -> Joined:
    """Enrol these people of the platform in each of its classes, with an account where one is new.

    Idempotent. The number of statements does not depend on how many are there already; a new
    person costs one for the account, which the host's adapter makes. Left out: whom this site has
    suspended, deactivated or erased, its own staff, and test learners. Raises NotAllowed for a
    platform that is switched off. Without `makes_accounts` those are left out who are new.
    """
    locks.client(pk=client.pk)
    roles = {one.external_id: one.role for one in people}
    if not makes_accounts:
        old = learners.known(client=client).filter(subject__in=roles)
        names = set(old.values_list("subject", flat=True))
        people = [one for one in people if one.external_id in names]
    identities = _identities(client, people, now)
    rows = _latest(sections, identities)
    done = Joined()
    for section in sections:
        known = {row.user_id: rows.get((section.pk, row.user_id)) for row in identities}
        wanted = {row.user_id: (row.user, roles[row.subject]) for row in identities}
        more = _enrol(section, wanted, known, client, now)
        done = Joined(done.joined + more.joined, done.changed + more.changed)
    return done


@transaction.atomic
def leave(
    *,
    client: ApiClient,
    sections: Sequence[Section],
    external_ids: Iterable[str],
    since: datetime,
    now: datetime,
) -> int:
    """Take these people of the platform out of its classes; return how many enrolments ended.

    Everything they did is kept, and so are their other classes. Idempotent. Who came by a launch
    `since` the platform was asked stays: its list is older. Three statements for each class.
    """
    came = Exists(Launch.objects.filter(identity=OuterRef("pk"), created_at__gte=since))
    named = learners.known(client=client).filter(~came, subject__in=list(external_ids))
    found = list(named.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    rows = _latest(sections, found).values()
    active = [row for row in rows if row.state == Enrolment.State.ACTIVE and row.role in _LISTED]
    for section in sections:
        own = [row for row in active if row.section_id == section.pk]
        if own:
            # Earlier cycles too: they must not go on in them.
            cycles = Enrolment.objects.filter(section=section, state=Enrolment.State.ACTIVE)
            cycles.filter(user__in=[row.user_id for row in own]).update(
                state=Enrolment.State.WITHDRAWN
            )
        _record(events.ENROLMENT_WITHDRAWN, own, section, client, now)
    return len(active)


def enrolled(
    *, client: ApiClient, sections: Sequence[Section], after: int, limit: int
) -> list[tuple[int, str]]:
    """Return some of the platform's people in its classes: keys of enrolments, and external ids.

    Those behind the key `after`, in the order of the keys. One query.
    """
    rows = Enrolment.objects.filter(
        section__in=sections, state=Enrolment.State.ACTIVE, role__in=_LISTED, pk__gt=after
    )
    found = learners.named(rows=rows, client=client).order_by("pk")
    return list(found.values_list("pk", "external_id")[:limit])


def _identities(
    client: ApiClient, people: Sequence[RosterPerson], now: datetime
) -> list[ExternalIdentity]:
    """Return the people who may be enrolled, locked, with the names that the platform gives."""
    wanted = {one.external_id: one for one in people}
    rows = learners.known(client=client).filter(subject__in=list(wanted))
    known = list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    usable = [row for row in known if _is_usable(row)]
    renamed = [
        row.pk
        for row in usable
        if users.is_own(row.user)
        and users.adapter().update(user=row.user, values=wanted[row.subject].values)
    ]
    if renamed:
        ExternalIdentity.objects.filter(pk__in=renamed).update(updated_at=now)
    new = wanted.keys() - {row.subject for row in known}
    if new:
        new -= _erased(client, new)
    made = [
        ExternalIdentity(
            client=client,
            subject=subject,
            user=users.adapter().make(values=wanted[subject].values),
            created_at=now,
            updated_at=now,
        )
        for subject in sorted(new)
    ]
    return usable + ExternalIdentity.objects.bulk_create(made)


def _is_usable(row: ExternalIdentity) -> bool:
    """Return whether the account is open and none of the site's own people."""
    try:
        launches.require_outsider(identity=row)
    except NotAllowed:
        return False
    return row.is_active and getattr(row.user, "is_active", True)


def _erased(client: ApiClient, external_ids: Iterable[str]) -> set[str]:
    """Return those whom this site has erased: they come back by a launch of their own alone."""
    rows = Event.objects.filter(
        type=events.LEARNER_ERASED,
        data__client=str(client.uuid),
        data__learner__external_id__in=list(external_ids),
    )
    return set(rows.values_list("data__learner__external_id", flat=True))


def _enrol(
    section: Section,
    wanted: Mapping[Any, tuple[Any, str]],
    known: Mapping[Any, Enrolment | None],
    client: ApiClient,
    now: datetime,
) -> Joined:
    """Give each account its role in the class; `known` are the enrolments that are there."""
    new = [
        Enrolment(course=section.course, section=section, user=user, role=role, enrolled_at=now)
        for key, (user, role) in wanted.items()
        if known[key] is None
    ]
    Enrolment.objects.bulk_create(new)
    _record(events.ENROLMENT_CREATED, new, section, client, now)
    joined, changed = len(new), 0
    for key, (user, role) in wanted.items():
        row = known[key]
        if row is None or not _differs(row, role):
            continue
        enrolments.enrol(
            course=section.course, section=section, user=user, role=role, by=client, now=now
        )
        joined += row.state != Enrolment.State.ACTIVE
        changed += row.state == Enrolment.State.ACTIVE
    return Joined(joined, changed)


def _latest(
    sections: Sequence[Section], identities: Iterable[ExternalIdentity]
) -> dict[tuple[int | None, Any], Enrolment]:
    """Return (class, account) → the latest enrolment, locked."""
    rows = Enrolment.objects.filter(
        section__in=sections, user__in=[row.user_id for row in identities]
    )
    rows = rows.select_for_update(no_key=True, of=("self",)).order_by("pk")
    found = sorted(rows, key=lambda row: (row.cycle, row.pk))
    return {(row.section_id, row.user_id): row for row in found}


def _differs(known: Enrolment, role: str) -> bool:
    """Return whether the list changes this enrolment."""
    if known.state in _BARRED or known.role == Enrolment.Role.TESTER:
        return False
    return (known.role, known.state) != (role, Enrolment.State.ACTIVE)


def _record(
    kind: str, rows: Sequence[Enrolment], section: Section, client: ApiClient, now: datetime
) -> None:
    has_role = kind == events.ENROLMENT_CREATED
    entries = [
        (row, (kind, {"enrolment": str(row.uuid), **({"role": row.role} if has_role else {})}))
        for row in rows
    ]
    events.record_all(entries=entries, now=now, by=client, course=section.course)
