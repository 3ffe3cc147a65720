"""Enrol people in a course, start it again for them, and withdraw them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.conf import settings
from courses.domain import events, locks, progress, sections
from courses.errors import Conflict, NotAllowed
from courses.models import Course, Enrolment, Section


@transaction.atomic
def enrol(
    *,
    course: Course,
    user: Any,
    role: str = Enrolment.Role.LEARNER,
    by: Any = None,
    now: datetime,
) -> Enrolment:
    """Return the person's enrolment, active and in this role; create it when there is none.

    Idempotent. Raises Conflict when there is none and the account is closed.
    """
    section = _section(course, role, now)
    enrolment, is_new = Enrolment.objects.select_for_update(no_key=True).get_or_create(
        course=course,
        user=user,
        cycle=_cycle(course, user),
        defaults={"role": role, "section": section, "enrolled_at": now},
    )
    if is_new:
        locks.person(user=user)
    wanted = (role, Enrolment.State.ACTIVE)
    if not is_new and (enrolment.role, enrolment.state) == wanted:
        return enrolment
    enrolment.role, enrolment.state = wanted
    enrolment.section = section
    enrolment.save(update_fields=["role", "state", "section"])
    _former(enrolment, Enrolment.State.WITHDRAWN).update(state=Enrolment.State.ACTIVE)
    kind = events.ENROLMENT_CREATED if is_new else events.ENROLMENT_CHANGED
    entries = [(kind, {"enrolment": str(enrolment.uuid), "role": role})]
    if not is_new:  # The course may have changed while the person was not in it.
        entries += progress.course_completed(enrolment=enrolment, now=now)
    events.record(entries=entries, now=now, by=by or user, enrolment=enrolment, course=course)
    return enrolment


def self_enrol(*, course: Course, by: Any, now: datetime) -> Enrolment:
    """Enrol oneself as a learner. Raises NotAllowed when the course is not open for that."""
    own = Enrolment.objects.filter(course=course, user=by).order_by("-cycle").first()
    if own is not None and own.state == Enrolment.State.ACTIVE:
        return own
    is_open = settings.SELF_ENROLMENT and course.is_open
    is_suspended = own is not None and own.state == Enrolment.State.SUSPENDED
    if not is_open or is_suspended or course.state != Course.State.PUBLISHED:
        raise NotAllowed(_("This course is not open for self-enrolment."))
    return enrol(course=course, user=by, by=by, now=now)


@transaction.atomic
def start_cycle(*, enrolment: Enrolment, by: Any, now: datetime) -> Enrolment:
    """Start the course again, as for a certificate that ran out; earlier records are kept.

    The cycle after `enrolment`, made when there is none. Idempotent. Raises Conflict when it is not
    active, or when an attempt is still open in it: its responses would be lost to the new cycle.
    """
    former = locks.enrolment(pk=enrolment.pk)
    known = Enrolment.objects.filter(course=former.course, user=former.user)
    following = known.filter(cycle=former.cycle + 1).select_related("course", "user").first()
    if following is not None:
        return following
    if former.state != Enrolment.State.ACTIVE:
        raise Conflict(_("Only an active enrolment can be restarted."))
    if former.attempts.open().standalone().exists():
        raise Conflict(_("An attempt is still open. Submit it first."))
    row = Enrolment.objects.create(
        course=former.course,
        section_id=former.section_id,
        user=former.user,
        role=former.role,
        cycle=former.cycle + 1,
        enrolled_at=now,
    )
    data = {"enrolment": str(row.uuid), "role": row.role, "cycle": row.cycle}
    entry = (events.ENROLMENT_CREATED, data)
    events.record(entries=[entry], now=now, by=by, enrolment=row, course=row.course)
    return row


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: Any, now: datetime) -> Enrolment:
    """Take a person out of the course; everything they did is kept. Idempotent."""
    locked = locks.enrolment(pk=enrolment.pk)
    if locked.state == Enrolment.State.WITHDRAWN:
        return locked
    locked.state = Enrolment.State.WITHDRAWN
    locked.save(update_fields=["state"])
    # Else the learner would go on in the cycle before.
    _former(locked, Enrolment.State.ACTIVE).update(state=Enrolment.State.WITHDRAWN)
    entry = (events.ENROLMENT_WITHDRAWN, {"enrolment": str(locked.uuid)})
    events.record(entries=[entry], now=now, by=by, enrolment=locked, course=locked.course)
    return locked


def _former(enrolment: Enrolment, state: str) -> QuerySet[Enrolment]:
    """Return the earlier cycles that are in this state."""
    return Enrolment.objects.filter(
        course=enrolment.course, user=enrolment.user, cycle__lt=enrolment.cycle, state=state
    )


def _cycle(course: Course, user: Any) -> int:
    latest = Enrolment.objects.filter(course=course, user=user).order_by("-cycle").first()
    return latest.cycle if latest else 1


def _section(course: Course, role: str, now: datetime) -> Section | None:
    """Return the class of a new learner; an instructor teaches the whole course."""
    if role != Enrolment.Role.LEARNER:
        return None
    return sections.default_of(course=course, now=now)
