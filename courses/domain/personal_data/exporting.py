"""Everything the courses hold about a person, as plain JSON.

A score, a grade or a comment that its quiz does not show yet is left out until it does. People who
graded or granted something are not named: who they are is their own data.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from courses import users
from courses.domain import notices, preferences, time_spent, webhooks
from courses.domain.personal_data import annexes, attempts, lessons, marking, reminders
from courses.domain.plain import plain, values
from courses.domain.reveal import visibility
from courses.models import (
    Accommodation,
    ApiClient,
    Attempt,
    Certificate,
    Course,
    Edition,
    Enrolment,
    Event,
    Extension,
    ExternalIdentity,
    FaultReport,
    Invitation,
    Job,
    Launch,
    LearnerToken,
    Notice,
    RegradeOutcome,
    Result,
    ResultOverride,
    SignIn,
    WorkingCopy,
)

Json = dict[str, Any]
Collect = Callable[[Iterable[Json]], list[Json]]
"""Makes a list of what may be long: `list`, or one that reads it while it is written."""

EVENTS = 500
"""Events that are read together."""


@dataclass(frozen=True)
class RequestingPlatform:
    """Who asks for one of its learners, and for which courses."""

    client: ApiClient
    courses: QuerySet[Course]


def export(
    *,
    user: Any,
    now: datetime,
    platform: RequestingPlatform | None = None,
    collect: Collect = list,
) -> Json:
    """Return all data about the person; with a `platform`, as far as it may see that.

    Then other platforms and their tokens and launches are left out, courses that it does not
    reach, and what belongs to the account: how and when the person signs in. `collect` makes the
    lists of attempts and events.
    """
    identities = ExternalIdentity.objects.filter(user=user).select_related("client")
    tokens = LearnerToken.objects.filter(user=user).select_related("issuer__client")
    enrolments = Enrolment.with_trials.filter(user=user).select_related("course", "section")
    accommodations = Accommodation.objects.filter(user=user).select_related("course")
    if platform is not None:
        identities = identities.filter(client=platform.client)
        tokens = tokens.filter(issuer__client=platform.client)
        enrolments = enrolments.filter(course__in=platform.courses)
        accommodations = accommodations.filter(Q(course=None) | Q(course__in=platform.courses))
    found: Json = {
        "person": _person(user, platform),
        "accommodations": [
            {"course": row.course.key if row.course else None}
            | values(row, "time_factor", "extra_attempts", "closes_later_s", "updated_at")
            for row in accommodations
        ],
        "platforms": _platforms(identities, now),
        "tokens": [
            {"issued_by": row.issuer.client.name if row.issuer else None}
            | values(row, "label", "prefix", "scopes", "created_at", "expires_at", "revoked_at")
            | values(row, "uuid", "last_used_at")
            for row in tokens
        ],
        "enrolments": [
            _enrolment(row, now, platform, collect)
            for row in enrolments.order_by("course__key", "cycle")
        ],
    }
    if platform is None:
        return found | {
            "sign_ins": [
                values(row, "uuid", "signed_in_at", "address", "browser", "ended_at")
                for row in SignIn.objects.filter(user=user)
            ],
            "editions": _editions(user),
            "working_copies": _working_copies(user),
            "jobs": _jobs(user),
            "invitations": _invitations(user),
            "marking": marking.serialize_marking(user=user),
            "mails": reminders.serialize_mails(user=user),
            "calendars": reminders.serialize_calendar(user=user),
        }
    return found


def _platforms(identities: QuerySet[ExternalIdentity], now: datetime) -> list[Json]:
    """Return by which names platforms know the person, with what optional apps have of it."""
    return [
        {
            "name": row.client.name,
            "external_id": row.subject,
            "id": str(row.uuid),
            "since": plain(row.created_at),
            "changed_at": plain(row.updated_at),
            "deactivated_at": plain(row.deactivated_at),
            "cohorts": [cohort.key for cohort in row.cohorts.all()],
            "cohort_details": [values(one, "uuid", "key", "name") for one in row.cohorts.all()],
            **annexes.of_identity(identity=row, now=now),
        }
        for row in identities.prefetch_related("cohorts")
    ]


def _editions(user: Any) -> list[Json]:
    """Return which content of courses the person changed or reviewed, without the content."""
    rows = Edition.objects.filter(Q(by=user) | Q(reviewed_by=user)).select_related("course")
    return [
        {"course": row.course.key, "is_review": row.by_id != user.pk}
        | values(row, "kind", "key", "number", "action", "created_at")
        for row in rows.defer("values").order_by("created_at", "pk")
    ]


def _working_copies(user: Any) -> list[Json]:
    """Return the drafts of the person, as they were typed."""
    rows = WorkingCopy.objects.filter(owner=user).select_related("course").order_by("pk")
    return [
        {"course": row.course.key}
        | values(row, "uuid", "kind", "key", "type", "fields", "revision", "publish_at")
        | values(row, "refusal", "outcome", "ended_at", "created_at", "updated_at")
        for row in rows
    ]


def _jobs(user: Any) -> list[Json]:
    """Return the background jobs that the person started."""
    return [
        {"course": row.course.key if row.course else None}
        | values(row, "uuid", "kind", "state", "created_at", "finished_at")
        for row in Job.objects.filter(by=user).select_related("course").order_by("pk")
    ]


def _invitations(user: Any) -> list[Json]:
    """Return the invitations into classes that the person made."""
    rows = Invitation.objects.filter(created_by=user).select_related("section__course")
    return [
        {"course": row.section.course.key, "class": row.section.key}
        | values(row, "uuid", "uses", "uses_left", "created_at", "expires_at", "revoked_at")
        for row in rows.order_by("pk")
    ]


def _person(user: Any, platform: RequestingPlatform | None) -> Json:
    names, preferred = users.names(user), preferences.of(user=user)
    account = {
        "username": user.get_username(),
        "joined_at": plain(getattr(user, "date_joined", None)),
        "last_sign_in_at": plain(user.last_login),
    } | {"new_address": preferred.new_address, **reminders.serialize_choices(preferred=preferred)}
    return {
        **(account if platform is None else {}),
        "name": names.full_name,
        "email": names.email,
        **values(preferred, "time_zone", "is_time_zone_chosen", "language"),
    }


def _enrolment(
    enrolment: Enrolment, now: datetime, platform: RequestingPlatform | None, collect: Collect
) -> Json:
    opened = Launch.objects.filter(enrolment=enrolment).select_related("client")
    if platform is not None:
        opened = opened.filter(client=platform.client)
    taken = Attempt.objects.filter(enrolment=enrolment)
    return {
        "course": enrolment.course.key,
        "class": enrolment.section and values(enrolment.section, "key", "title"),
        "id": str(enrolment.uuid),
        **values(enrolment, "role", "state", "cycle", "enrolled_at", "completed_at", "ends_at"),
        **({} if platform else {"estimated_seconds": time_spent.estimate(enrolment=enrolment)}),
        **lessons.serialize_lessons(enrolment=enrolment),
        "extensions": [
            {"quiz": row.quiz.key}
            | values(row, "extra_time_s", "extra_attempts", "closes_at", "updated_at")
            for row in Extension.objects.filter(enrolment=enrolment).select_related("quiz")
        ],
        "attempts": collect(attempts.serialize_attempts(attempts=taken, now=now)),
        "results": _results(enrolment, now),
        "notices": _notices(enrolment, now),
        "certificates": _certificates(enrolment),
        "fault_reports": [
            {"attempt": str(row.item.attempt.uuid), "position": row.item.position}
            | {"question": row.version.question.key, "version": row.version.number}
            | values(row, "uuid", "revision", "text", "state", "created_at")
            | values(row, "answer", "answered_at")
            for row in FaultReport.objects.filter(enrolment=enrolment).select_related(
                "item__attempt", "version__question"
            )
        ],
        "launches": [
            {"platform": row.client.name}
            | values(row, "target", "target_key", "origin", "return_url", "theme", "locale")
            | values(row, "uuid", "created_at", "expires_at", "opened_at", "ended_at")
            for row in opened
        ],
        "events": collect(_events(enrolment)),
    }


def _events(enrolment: Enrolment) -> Iterator[Json]:
    rows = Event.objects.filter(enrolment=enrolment).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), EVENTS):
        some = rows.filter(pk__in=keys[start : start + EVENTS])
        for row in some.select_related("course", "enrolment__section"):
            yield webhooks.serialize_event(row, identity=None, sees_scores=False)


def _certificates(enrolment: Enrolment) -> list[Json]:
    rows = Certificate.objects.filter(enrolment=enrolment).select_related("rule", "superseded_by")
    return [
        {"replaced_by": row.superseded_by.number if row.superseded_by else None}
        | values(row, "uuid", "number", "edition", "name", "course_title", "description")
        | values(row, "language", "exam_title", "percent", "minutes", "cycle", "issued_at")
        | values(row, "valid_until", "changed_at", "is_public", "revoked_at", "cause", "reason")
        for row in rows.order_by("pk")
    ]


def _notices(enrolment: Enrolment, now: datetime) -> list[Json]:
    """Return the notices to the person, without those whose score is not shown yet."""
    rows = Notice.objects.filter(enrolment=enrolment).order_by("pk")
    return [
        values(row, "uuid", "kind", "created_at", "read_at", "mailed_at") | {"facts": row.data}
        for row in notices.shown(notices=list(rows), now=now)
    ]


def _results(enrolment: Enrolment, now: datetime) -> list[Json]:
    """Return the cells that are shown, with their overrides."""
    rows = Result.objects.filter(enrolment=enrolment)
    rows = rows.select_related("line_item__quiz", *visibility.RESULT_PATHS)
    given: dict[int, list[ResultOverride]] = {}
    for one in ResultOverride.objects.filter(enrolment=enrolment).order_by("sequence"):
        given.setdefault(one.line_item_id, []).append(one)
    corrected: dict[int, list[Json]] = {}
    for outcome in RegradeOutcome.objects.filter(enrolment=enrolment).order_by("pk"):
        row = values(outcome, "state", "percent_before", "percent_after", "passed_before")
        row |= values(outcome, "passed_after", "notes", "undone_at")
        corrected.setdefault(outcome.line_item_id, []).append(row)
    return [
        {"quiz": row.line_item.label}
        | values(row, "score_given", "score_maximum", "percent", "has_passed", "pass_mark")
        | values(
            row,
            "is_overridden",
            "is_excused",
            "activity_progress",
            "grading_progress",
            "submitted_at",
            "updated_at",
        )
        | {"overrides": _overrides(given.get(row.line_item_id, ()))}
        | ({"corrections": corrected[row.line_item_id]} if row.line_item_id in corrected else {})
        for row in visibility.shown_results(results=rows, now=now)
    ]


def _overrides(rows: Iterable[ResultOverride]) -> list[Json]:
    return [values(row, "scaled", "is_excused", "reason", "given_at") for row in rows]
