"""A person's own data: all of it as plain JSON, and its erasure."""

from datetime import datetime
from typing import Any

from django.db import transaction

from courses.domain import feed, idempotency, preferences, showing, votes
from courses.models import (
    Accommodation,
    Attempt,
    AttemptItem,
    Cohort,
    Delivery,
    DeliveryTry,
    Enrolment,
    Event,
    Extension,
    ExternalIdentity,
    Grading,
    Launch,
    LearnerToken,
    LessonProgress,
    Preferences,
    Response,
    Result,
    ResultOverride,
    ReviewCard,
)


def export(*, user: Any, now: datetime) -> dict[str, Any]:
    """Everything the courses hold about the person, as JSON-able values.

    A score that its quiz does not show yet is left out until it does.
    """
    return {
        "person": {
            "username": user.get_username(),
            "name": user.get_full_name(),
            "email": user.email,
            "joined_at": user.date_joined.isoformat(),
            **_preferences(user),
        },
        "accommodations": [
            {
                "course": row.course.key if row.course else None,
                "time_factor": str(row.time_factor),
                "extra_attempts": row.extra_attempts,
                "closes_later_s": row.closes_later_s,
            }
            for row in Accommodation.objects.filter(user=user).select_related("course")
        ],
        "platforms": [
            {
                "name": row.client.name,
                "external_id": row.subject,
                "since": row.created_at.isoformat(),
                "cohorts": [cohort.key for cohort in row.cohorts.all()],
            }
            for row in ExternalIdentity.objects.filter(user=user)
            .select_related("client")
            .prefetch_related("cohorts")
        ],
        "tokens": [
            {
                "label": row.label,
                "issued_by": row.issuer.client.name if row.issuer else None,
                "created_at": row.created_at.isoformat(),
                "expires_at": row.expires_at.isoformat(),
                "revoked_at": _iso(row.revoked_at),
                "last_used_at": _iso(row.last_used_at),
            }
            for row in LearnerToken.objects.filter(user=user).select_related("issuer__client")
        ],
        "enrolments": [
            _enrolment(row, now)
            for row in Enrolment.objects.filter(user=user)
            .select_related("course")
            .order_by("course__key", "cycle")
        ],
    }


def _preferences(user: Any) -> dict[str, str]:
    row = preferences.of(user=user)
    return {"time_zone": row.time_zone, "language": row.language}


def _enrolment(enrolment: Enrolment, now: datetime) -> dict[str, Any]:
    attempts = Attempt.objects.filter(enrolment=enrolment).select_related("quiz", "enrolment")
    results = Result.objects.filter(enrolment=enrolment)
    results = results.select_related("line_item", *showing.RESULT_PATHS)
    return {
        "course": enrolment.course.key,
        "role": enrolment.role,
        "state": enrolment.state,
        "cycle": enrolment.cycle,
        "enrolled_at": enrolment.enrolled_at.isoformat(),
        "completed_at": _iso(enrolment.completed_at),
        "lessons": [
            {
                "lesson": row.lesson.key,
                "started_at": row.started_at.isoformat(),
                "completed_at": _iso(row.completed_at),
            }
            for row in LessonProgress.objects.filter(enrolment=enrolment).select_related("lesson")
        ],
        "cards": [
            {
                "question": row.question.key,
                "due_on": row.due_on.isoformat(),
                "reviewed_at": row.reviewed_at.isoformat(),
                "reviews": row.review_count,
                "lapses": row.lapse_count,
            }
            for row in ReviewCard.objects.filter(enrolment=enrolment).select_related("question")
        ],
        "attempts": [_attempt(row, now) for row in attempts.order_by("started_at", "pk")],
        "results": [
            {
                "quiz": row.line_item.label,
                "percent": None if row.percent is None else str(row.percent),
                "has_passed": row.has_passed,
            }
            for row in showing.shown_results(results=results, now=now)
        ],
    }


def _attempt(attempt: Attempt, now: datetime) -> dict[str, Any]:
    items = attempt.items.select_related("version__question").prefetch_related(
        "responses", "gradings"
    )
    is_shown = attempt.percent is not None and showing.shows_score(attempt, now=now)
    return {
        "quiz": attempt.quiz.key,
        "number": attempt.number,
        "state": attempt.state,
        "started_at": attempt.started_at.isoformat(),
        "submitted_at": _iso(attempt.submitted_at),
        "percent": str(attempt.percent) if is_shown else None,
        "responses": [
            {
                "question": item.version.question.key,
                "version": item.version.number,
                "revision": response.revision,
                "value": response.value,
                "received_at": response.received_at.isoformat(),
            }
            for item in items.order_by("position")
            for response in item.responses.all()
        ],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@transaction.atomic
def erase(*, user: Any, now: datetime) -> None:
    """Remove the person's records and make the account anonymous. It cannot be undone.

    The log rows are deleted below the managers that forbid it: erasure is the one exception to
    "append-only", and it takes the whole attempt, never a part of it.
    """
    enrolments = Enrolment.objects.filter(user=user)
    attempts = Attempt.objects.filter(enrolment__in=enrolments)
    items = AttemptItem.objects.filter(attempt__in=attempts)
    votes.forget(user=user)
    idempotency.forget(user=user)
    feed.hold_end(now=now)
    events = Event.objects.filter(enrolment__in=enrolments)
    deliveries = Delivery.objects.filter(event__in=events)
    launches = Launch.objects.filter(enrolment__in=enrolments)
    launches.update(identity=None, enrolment=None, data={}, ended_at=now)
    for rows in (
        Grading.objects.filter(item__in=items),
        Response.objects.filter(item__in=items),
        items,
        Result.objects.filter(enrolment__in=enrolments),
        ResultOverride.objects.filter(enrolment__in=enrolments),
        attempts,
        DeliveryTry.objects.filter(delivery__in=deliveries),
        deliveries,
        events,
        LessonProgress.objects.filter(enrolment__in=enrolments),
        ReviewCard.objects.filter(enrolment__in=enrolments),
        Extension.objects.filter(enrolment__in=enrolments),
        Accommodation.objects.filter(user=user),
        Cohort.learners.through.objects.filter(externalidentity__user=user),
        ExternalIdentity.objects.filter(user=user),
        LearnerToken.objects.filter(user=user),
        Preferences.objects.filter(user=user),
        enrolments,
    ):
        rows._raw_delete(rows.db)
    _anonymise(user)


def _anonymise(user: Any) -> None:
    setattr(user, user.USERNAME_FIELD, f"erased-{user.pk}")
    user.email = user.first_name = user.last_name = ""
    user.is_active = False
    user.set_unusable_password()
    user.save()
