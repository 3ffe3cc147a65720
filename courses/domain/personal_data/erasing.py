"""Erasing a person: the records go, an account that the courses own becomes anonymous."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from courses import signals, users
from courses.conf import settings
from courses.domain import certificates, events, feed, idempotency, jobs, locks, votes
from courses.domain.personal_data import annexes, records, traces
from courses.models import (
    Accommodation,
    CalendarFeed,
    Cohort,
    Delivery,
    DeliveryTry,
    Enrolment,
    Event,
    ExternalIdentity,
    Invitation,
    Launch,
    LearnerToken,
    LearningMail,
    MarkingClaim,
    MarkingComment,
    Preferences,
    SignIn,
    Trial,
    WorkingCopy,
)


@transaction.atomic
def erase(*, user: Any, now: datetime) -> None:
    """Remove the person's records and close the account where the courses own it, for good.

    The log rows are deleted below the managers that forbid it: erasure is the one exception to
    "append-only", and it takes the whole attempt, never a part of it. Platforms that know the
    person learn it by an event, the host by two signals and by ERASE_ALSO. Idempotent. Raises
    Conflict where rows of the host depend on the records; then nothing is erased.
    """
    locks.for_erasure(user=user)
    name, is_own = user.get_username(), users.is_own(user)
    signals.learner_erasing.send(sender=type(user), user=user, name=name)
    identities = list(ExternalIdentity.objects.filter(user=user).select_related("client"))
    votes.forget(user=user)
    idempotency.forget(user=user)
    feed.hold_end(now=now)
    traces.forget_in_admin(user=user, is_own=is_own)
    traces.forget_in_editions(user=user)
    traces.forget_in_regrades(user=user)
    traces.forget_in_reports(user=user)
    jobs.forget_person(user=user)
    Launch.objects.filter(enrolment__user=user).update(
        identity=None, enrolment=None, data={}, ended_at=now
    )
    Trial.objects.filter(acts_as__user=user).update(acts_as=None)
    certificates.forget(user=user, now=now)
    Invitation.objects.filter(created_by=user).update(created_by=None)
    annexes.forget(user=user)
    records.delete(_records(user))
    _record_erasure(identities, now)
    if is_own:
        users.adapter().erase(user=user)
    for path in settings.ERASE_ALSO:
        import_string(path)(user=user, name=name)
    signals.learner_erased.send(sender=type(user), user=user, name=name)


def _records(user: Any) -> tuple[QuerySet[Any], ...]:
    """Return all rows about the person, in the order in which they can be deleted."""
    enrolments = Enrolment.with_trials.filter(user=user)
    found = Event.objects.filter(enrolment__in=enrolments)
    grant_events = Event.objects.filter(data__person=users.plain_key(user.pk), enrolment=None)
    deliveries = Delivery.objects.filter(
        Q(event__in=found) | Q(event__data__person=users.plain_key(user.pk), event__enrolment=None)
    )
    return (
        *records.of_attempts(enrolments),
        DeliveryTry.objects.filter(delivery__in=deliveries),
        deliveries,
        found,
        grant_events,
        *records.of_lessons(enrolments),
        Accommodation.objects.filter(user=user),
        Cohort.learners.through.objects.filter(externalidentity__user=user),
        ExternalIdentity.objects.filter(user=user),
        LearnerToken.objects.filter(user=user),
        SignIn.objects.filter(user=user),
        LearningMail.objects.filter(user=user),
        CalendarFeed.objects.filter(user=user),
        Preferences.objects.filter(user=user),
        WorkingCopy.objects.filter(owner=user),
        MarkingClaim.objects.filter(by=user),
        MarkingComment.objects.filter(owner=user),
        *records.of_enrolments(enrolments),
    )


def _record_erasure(identities: list[ExternalIdentity], now: datetime) -> None:
    """Record an event for each platform that knew the person, under its own name for them."""
    entries = [events.erased(row) for row in identities]
    if entries:
        events.record(entries=entries, now=now, by=None, enrolment=None, course=None)
