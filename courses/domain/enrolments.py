"""Enrol people in a course, start it again for them, withdraw them, and end what has an end."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.conf import settings
from courses.domain import events, locks, progress, sections
from courses.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from courses.models import Course, Enrolment, Section
from courses.prepared import PreparedQuery, UserKey

_LEARNER, _AUTHOR = Enrolment.Role.LEARNER, Enrolment.Role.AUTHOR
ENDED_AT_ONCE = 200
_LEFT = (Enrolment.State.WITHDRAWN, Enrolment.State.ENDED)


def latest(
    *,
    course: Course,
    user: Any,
    section: Section | None = None,
    role: str | None = None,
    is_locked: bool = False,
) -> Enrolment | None:
    """Return the person's latest cycle in a class, None when there is none.

    Without a class: in their only one, or in the default one. With a `role`: the row that `enrol`
    changes to give them this role. Class staff keep that row when they get a role in the course.
    """
    found = (_LOCKED if is_locked else _KNOWN).all(course.pk, user.pk)
    in_class = {row.section: row for row in found}  # The last one of each class stays.
    whole = in_class.pop(None, None)
    if section is not None:
        return in_class.get(section)
    if role is not None and role != _LEARNER:
        only = _only(in_class)
        return whole or (only if only is not None and only.role == _LEARNER else None)
    if role is None:
        active = {one: row for one, row in in_class.items() if row.state == Enrolment.State.ACTIVE}
        in_class = active or ({} if whole else in_class)
    return _only(in_class) or _default(in_class) or (None if in_class else whole)


@transaction.atomic
def enrol(
    *,
    course: Course,
    user: Any,
    role: str = Enrolment.Role.LEARNER,
    section: Section | None = None,
    by: Any = None,
    now: datetime,
) -> Enrolment:
    """Return the person's enrolment, active and in this role; create it when there is none.

    Without a class, learners are in their only one or in the default one; other roles hold for the
    whole course. Idempotent. Raises Conflict when there is none and the account is closed, and for
    a role that cannot hold for this class.
    """
    _require_class(course, role, section)
    known = latest(course=course, user=user, section=section, role=role, is_locked=True)
    wanted = section or _usual_section(course, role, known, now)
    enrolment, is_new = known, False
    if enrolment is None:
        enrolment, is_new = Enrolment.objects.select_for_update(no_key=True).get_or_create(
            course=course,
            section=wanted,
            user=user,
            cycle=1,
            defaults={"role": role, "enrolled_at": now},
        )
    if is_new:
        locks.person(user=user)
    elif (enrolment.role, enrolment.state) == (role, Enrolment.State.ACTIVE):
        return enrolment
    if not is_new:
        if enrolment.ends_at is not None and enrolment.ends_at <= now:
            enrolment.ends_at = None
        _place(enrolment, role, wanted)
        _former(enrolment, *_LEFT).update(state=Enrolment.State.ACTIVE)
    kind = events.ENROLMENT_CREATED if is_new else events.ENROLMENT_CHANGED
    entries = [(kind, {"enrolment": str(enrolment.uuid), "role": role})]
    if not is_new:  # The course may have changed while the person was not in it.
        entries += progress.course_completed(enrolment=enrolment, now=now)
    events.record(entries=entries, now=now, by=by or user, enrolment=enrolment, course=course)
    return enrolment


def self_enrol(*, course: Course, by: Any, now: datetime) -> Enrolment:
    """Enrol oneself as a learner. Raises NotAllowed when the course is not open for that."""
    own = Enrolment.objects.filter(course=course, user=by)
    active = own.current().first()
    if active is not None:
        return active
    is_open = settings.SELF_ENROLMENT and course.is_open
    barred = (Enrolment.State.SUSPENDED, Enrolment.State.ENDED)
    is_barred = own.latest_cycle().filter(state__in=barred).exists()
    if not is_open or is_barred or course.state != Course.State.PUBLISHED:
        raise NotAllowed(_("This course is not open for self-enrolment."))
    return enrol(course=course, user=by, by=by, now=now)


@transaction.atomic
def start_cycle(*, enrolment: Enrolment, by: Any, now: datetime) -> Enrolment:
    """Start the course again, as for a certificate that ran out; earlier records are kept.

    The cycle after `enrolment`, made when there is none. Idempotent. Raises Conflict when it is not
    active, or when an attempt is still open in it: its responses would be lost to the new cycle.
    """
    former = locks.enrolment(pk=enrolment.pk)
    known = _of_class(former).filter(cycle=former.cycle + 1)
    following = known.select_related("course", "section", "user").first()
    if following is not None:
        return following
    if former.state != Enrolment.State.ACTIVE:
        raise Conflict(_("Only an active enrolment can be restarted."))
    if former.attempts.open().standalone().exists():
        raise Conflict(_("An attempt is still open. Submit it first."))
    row: Enrolment = Enrolment.objects.create(
        course=former.course,
        section=former.section,
        user=former.user,
        role=former.role,
        cycle=former.cycle + 1,
        enrolled_at=now,
        ends_at=former.ends_at,
    )
    data = {"enrolment": str(row.uuid), "role": row.role, "cycle": row.cycle}
    entry = (events.ENROLMENT_CREATED, data)
    events.record(entries=[entry], now=now, by=by, enrolment=row, course=row.course)
    return row


@transaction.atomic
def move(*, enrolment: Enrolment, section: Section, by: Any, now: datetime) -> Enrolment:
    """Put a person into another class of the course, with all they did. Idempotent.

    Raises Conflict when they are or were in that class already, or cannot be in it.
    """
    locked = locks.enrolment(pk=enrolment.pk)
    _require_class(locked.course, locked.role, section)
    if locked.section == section:
        return locked
    there = Enrolment.objects.filter(course=locked.course, user=locked.user, section=section)
    if there.exists():
        raise Conflict(_("The person is in that class already."))
    _place(locked, locked.role, section, state=locked.state)
    entry = (events.ENROLMENT_CHANGED, {"enrolment": str(locked.uuid), "role": locked.role})
    events.record(entries=[entry], now=now, by=by, enrolment=locked, course=locked.course)
    return locked


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: Any, now: datetime) -> Enrolment:
    """Take a person out of the class; everything they did is kept. Idempotent."""
    locked = locks.enrolment(pk=enrolment.pk)
    if locked.state == Enrolment.State.WITHDRAWN:
        return locked
    _leave(locked, Enrolment.State.WITHDRAWN)
    entry = (events.ENROLMENT_WITHDRAWN, {"enrolment": str(locked.uuid)})
    events.record(entries=[entry], now=now, by=by, enrolment=locked, course=locked.course)
    return locked


@transaction.atomic
def set_end(*, enrolment: Enrolment, ends_at: datetime | None, by: Any, now: datetime) -> Enrolment:
    """Let the enrolment end at this time, or never. Idempotent.

    One that has ended is active again. Raises Invalid for a time that has passed, and Conflict for
    a person who was taken out.
    """
    locked = locks.enrolment(pk=enrolment.pk)
    if locked.ends_at == ends_at:
        return locked
    if ends_at is not None and ends_at <= now:
        raise Invalid(problems=[Problem("ends_at", _("Choose a time that is still to come."))])
    if locked.state not in (Enrolment.State.ACTIVE, Enrolment.State.ENDED):
        raise Conflict(_("Only an active enrolment can be given an end."))
    _former(locked, Enrolment.State.ENDED).update(state=Enrolment.State.ACTIVE)
    locked.ends_at, locked.state = ends_at, Enrolment.State.ACTIVE
    locked.save(update_fields=["ends_at", "state"])
    entry = (events.ENROLMENT_CHANGED, {"enrolment": str(locked.uuid), "role": locked.role})
    events.record(entries=[entry], now=now, by=by, enrolment=locked, course=locked.course)
    return locked


def end_due(*, now: datetime) -> int:
    """End some of the enrolments whose time has come; return how many."""
    due = Enrolment.objects.active().filter(ends_at__lte=now).latest_cycle()
    found = list(due.order_by("ends_at", "pk").values_list("pk", flat=True)[:ENDED_AT_ONCE])
    return sum(_end(pk, now) for pk in found)


@transaction.atomic
def _end(pk: int, now: datetime) -> bool:
    try:
        locked = locks.enrolment(pk=pk)
    except NotFound:
        return False
    # Decided under the lock: somebody may have given more time while we waited.
    is_due = locked.ends_at is not None and locked.ends_at <= now
    if locked.state != Enrolment.State.ACTIVE or not is_due:
        return False
    _leave(locked, Enrolment.State.ENDED)
    entry = (events.ENROLMENT_ENDED, {"enrolment": str(locked.uuid)})
    events.record(entries=[entry], now=now, by=None, enrolment=locked, course=locked.course)
    return True


def _only(rows: dict[Section | None, Enrolment]) -> Enrolment | None:
    return next(iter(rows.values())) if len(rows) == 1 else None


def _default(rows: dict[Section | None, Enrolment]) -> Enrolment | None:
    return next((row for one, row in rows.items() if one is not None and one.is_default), None)


def _known_of(course_id: int, user_id: Any) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.filter(course=course_id, user=user_id).order_by("cycle", "pk")
    return rows.select_related("course", "section", "user")


def _locked_of(course_id: int, user_id: Any) -> QuerySet[Enrolment]:
    return _known_of(course_id, user_id).select_for_update(no_key=True, of=("self",))


def _of_class(enrolment: Enrolment) -> QuerySet[Enrolment]:
    """Return all cycles of the person in the same class."""
    return Enrolment.objects.filter(
        course=enrolment.course, section=enrolment.section, user=enrolment.user
    )


def _former(enrolment: Enrolment, *states: str) -> QuerySet[Enrolment]:
    """Return the earlier cycles that are in one of these states."""
    return _of_class(enrolment).filter(cycle__lt=enrolment.cycle, state__in=states)


def _leave(enrolment: Enrolment, state: str) -> None:
    """Give the enrolment this state; the learner must not go on in the cycle before either."""
    enrolment.state = state
    enrolment.save(update_fields=["state"])
    _former(enrolment, Enrolment.State.ACTIVE).update(state=state)


def _place(
    enrolment: Enrolment,
    role: str,
    section: Section | None,
    state: str = Enrolment.State.ACTIVE,
) -> None:
    """Give the enrolment this role and state; into another class all its cycles go together."""
    if enrolment.section != section:
        _of_class(enrolment).exclude(pk=enrolment.pk).update(role=role, section=section)
    enrolment.role, enrolment.state, enrolment.section = role, state, section
    enrolment.save(update_fields=["role", "state", "section", "ends_at"])


def _usual_section(
    course: Course, role: str, known: Enrolment | None, now: datetime
) -> Section | None:
    """Return the class where none is named: of learners theirs or the default one, else none."""
    if role != _LEARNER:
        return None
    if known is not None and known.section is not None:
        return known.section
    return sections.default_of(course=course, now=now)


def _require_class(course: Course, role: str, section: Section | None) -> None:
    """Raise Conflict for a class of another course, and for an author of one class."""
    if section is None:
        return
    if section.course_id != course.pk:
        raise Conflict(_("This class belongs to another course."))
    if role == _AUTHOR:
        raise Conflict(_("Authors write for the whole course, so they are in no class."))


_KNOWN = PreparedQuery(_known_of, int, UserKey)
_LOCKED = PreparedQuery(_locked_of, int, UserKey)
