"""The log of what happened: a row in the same transaction as the change that it records."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from courses import bulk
from courses.conf import settings
from courses.models import ApiClient, Course, Delivery, Enrolment, Event, ExternalIdentity

ENROLMENT_CREATED = "enrolment.created"
ENROLMENT_CHANGED = "enrolment.changed"
ENROLMENT_WITHDRAWN = "enrolment.withdrawn"
ENROLMENT_ENDED = "enrolment.ended"
LESSON_COMPLETED = "lesson.completed"
COURSE_COMPLETED = "course.completed"
COURSE_COMPLETION_WITHDRAWN = "course.completion_withdrawn"
CERTIFICATE_ISSUED = "certificate.issued"
CERTIFICATE_REVOKED = "certificate.revoked"
ATTEMPT_STARTED = "attempt.started"
ATTEMPT_SUBMITTED = "attempt.submitted"
ATTEMPT_GRADED = "attempt.graded"
ATTEMPT_REOPENED = "attempt.reopened"
ATTEMPT_VOIDED = "attempt.voided"
ATTEMPTS_GIVEN_UP = "attempts.given_up"
RESULT_CHANGED = "result.changed"
RESULT_SHOWN = "result.shown"
COURSE_SYNCED = "course.synced"
WEBHOOK_DISABLED = "webhook.disabled"
LEARNER_ERASED = "learner.erased"
FAULT_REPORTED = "fault.reported"
TYPES = (
    ENROLMENT_CREATED,
    ENROLMENT_CHANGED,
    ENROLMENT_WITHDRAWN,
    ENROLMENT_ENDED,
    LESSON_COMPLETED,
    COURSE_COMPLETED,
    COURSE_COMPLETION_WITHDRAWN,
    CERTIFICATE_ISSUED,
    CERTIFICATE_REVOKED,
    ATTEMPT_STARTED,
    ATTEMPT_SUBMITTED,
    ATTEMPT_GRADED,
    ATTEMPT_REOPENED,
    ATTEMPT_VOIDED,
    ATTEMPTS_GIVEN_UP,
    RESULT_CHANGED,
    RESULT_SHOWN,
    FAULT_REPORTED,
    COURSE_SYNCED,
    WEBHOOK_DISABLED,
    LEARNER_ERASED,
)
"""What others may listen to."""

FOR_ONE_CLIENT = (WEBHOOK_DISABLED, LEARNER_ERASED)
"""Of no course: for the platform that `client` in their data names, and nobody else."""

LEARNING = (
    LESSON_COMPLETED,
    COURSE_COMPLETED,
    COURSE_COMPLETION_WITHDRAWN,
    CERTIFICATE_ISSUED,
    CERTIFICATE_REVOKED,
    ATTEMPT_STARTED,
    ATTEMPT_SUBMITTED,
    ATTEMPT_GRADED,
    ATTEMPT_REOPENED,
    ATTEMPT_VOIDED,
    ATTEMPTS_GIVEN_UP,
    RESULT_CHANGED,
    RESULT_SHOWN,
    FAULT_REPORTED,
)
"""What learners do. An instructor who tries the same is not reported."""

SCORES = ("percent", "has_passed")
"""What an event may hold of a score; `webhooks.serialize_event` decides who gets it."""

WEBHOOK_PING = "webhook.ping"
"""For the endpoint that is tried out and nobody else."""
PERSON_ERASED = "person.erased"
"""For nobody: it holds the end of the feed when the events of a person are taken out of it."""

ACCOMMODATION_CHANGED = "accommodation.changed"
EXTENSION_CHANGED = "extension.changed"
"""For nobody outside: who granted a learner what, for those who run the site. Of no course."""

REGRADE_APPLIED = "regrade.applied"
REGRADE_UNDONE = "regrade.undone"
"""For nobody outside: a correction of results, once for the batch."""

RECORDS_RESTORED = "records.restored"
"""For nobody: it marks the gap in the feed after a backup was restored."""

ALL_TYPES = (
    *TYPES,
    WEBHOOK_PING,
    PERSON_ERASED,
    ACCOMMODATION_CHANGED,
    EXTENSION_CHANGED,
    REGRADE_APPLIED,
    REGRADE_UNDONE,
    RECORDS_RESTORED,
)

Entry = tuple[str, dict[str, Any]]
"""An event's type and its data (plain JSON)."""


def erased(identity: ExternalIdentity) -> Entry:
    """Return the event for a platform that knew the person, under its own name for them."""
    learner = {"id": str(identity.uuid), "external_id": identity.subject}
    return LEARNER_ERASED, {"client": str(identity.client.uuid), "learner": learner}


def record(
    *,
    entries: list[Entry],
    now: datetime,
    by: Any,
    enrolment: Enrolment | None,
    course: Course | None,
) -> None:
    """Append the events in this order, each with a delivery for every subscriber.

    `by` is a person, or the API client through which a platform did it.

    Their deliveries are made when they are numbered (`feed`), not at the cost of the request.
    Must run inside the transaction of the change; two queries, one without subscribers. Of a trial
    nothing is recorded.
    """
    record_all(entries=[(enrolment, one) for one in entries], now=now, by=by, course=course)


def record_all(
    *,
    entries: Iterable[tuple[Enrolment | None, Entry]],
    now: datetime,
    by: Any,
    course: Course | None,
) -> None:
    """Append events of many learners of a course, as `record` does those of one."""
    person, client = (None, by) if isinstance(by, ApiClient) else (by, None)
    rows = [
        Event(
            type=kind,
            data=data,
            course=course,
            enrolment=enrolment,
            by=person,
            by_client=client,
            occurred_at=now,
        )
        for enrolment, (kind, data) in entries
        if _is_recorded(kind, enrolment)
    ]
    subscribers = list(settings.SUBSCRIBERS)
    if not subscribers:
        bulk.insert(rows)
    else:
        Event.objects.bulk_create(rows)
        Delivery.objects.bulk_create(
            Delivery(event=row, subscriber=subscriber, next_try_at=now)
            for row in rows
            for subscriber in subscribers
        )


def _is_recorded(kind: str, enrolment: Enrolment | None) -> bool:
    if enrolment is None:
        return True
    return not enrolment.is_trial and (enrolment.is_learner or kind not in LEARNING)
