"""Lists of the people in a platform's courses (NRPS): where they are, and when they are read."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from courses.domain import jobs
from courses.errors import Conflict
from courses.lti import vocabulary as words
from courses.lti.classes import text_of
from courses.lti.models import LtiClass, LtiContext, LtiDeployment, LtiRegistration
from courses.lti.roster_models import LtiRoster
from courses.lti.vocabulary import ClassRole
from courses.models import Course, Enrolment, Job

JOB = "lti_roster"
OFTEN, SELDOM = timedelta(hours=1), timedelta(days=1)
"""A teacher's launch reads a list that is older than that; after a failure it waits longer."""
_TEACHERS = (Enrolment.Role.INSTRUCTOR, Enrolment.Role.MARKER)
_VERSION = "2.0"
_URL_LENGTH = 2000


def note(
    *, context: LtiContext, claims: Mapping[str, Any], standing: ClassRole, now: datetime
) -> None:
    """Keep where the platform lists the people of the course; a teacher's launch has it read.

    Not within the launch: a job does it.
    """
    if context.is_link:
        return
    url, known = _url_of(claims), getattr(context, "roster", None)
    if known is None and url:
        known, _is_new = LtiRoster.objects.get_or_create(context=context, defaults={"url": url})
    if known is None:
        return
    if url and known.url != url:
        known.url, known.changes_url = url, ""
        known.save(update_fields=["url", "changes_url"])
    if standing.role in _TEACHERS and _is_due(known, now):
        request(roster=known, by=None, now=now)


@transaction.atomic
def request(*, roster: LtiRoster, by: Any, now: datetime) -> Job:
    """Have the list read in the background; while that is under way, it is not asked for twice."""
    LtiRoster.objects.filter(pk=roster.pk).update(asked_at=now)
    about = f"roster {roster.pk}"
    return jobs.queue(kind=JOB, args={"roster": roster.pk}, by=by, now=now, about=about)


def readable() -> QuerySet[LtiRoster]:
    """Return the lists of courses in which this site is in use."""
    registration = "context__deployment__registration"
    return LtiRoster.objects.filter(
        context__deployment__state=LtiDeployment.State.ACTIVE,
        **{
            f"{registration}__is_active": True,
            f"{registration}__platform__client__is_active": True,
        },
    ).exclude(
        Q(**{f"{registration}__token_url": ""})
        | Q(**{f"{registration}__privacy": LtiRegistration.Privacy.NOTHING})
    )


def require_readable(*, roster: LtiRoster) -> None:
    """Raise Conflict, in words for an administrator, where the list may not be read."""
    deployment = roster.context.deployment
    registration = deployment.registration
    if not (registration.is_active and registration.platform.client.is_active):
        raise Conflict(_("The registration of the platform is switched off."))
    if deployment.state != LtiDeployment.State.ACTIVE:
        raise Conflict(_("The deployment of the platform is not approved."))
    if not registration.token_url:
        raise Conflict(_("The registration has no address for access tokens."))
    if registration.privacy == LtiRegistration.Privacy.NOTHING:
        raise Conflict(_("The registration keeps nothing of people."))


def classes(*, roster: LtiRoster) -> list[LtiClass]:
    """Return the classes of the platform's course that are in use."""
    rows = LtiClass.objects.filter(
        context=roster.context_id,
        section__is_archived=False,
        course__state=Course.State.PUBLISHED,
    )
    return list(rows.select_related("section__course").order_by("pk"))


def _is_due(roster: LtiRoster, now: datetime) -> bool:
    wait = SELDOM if roster.problem else OFTEN
    return roster.asked_at is None or roster.asked_at <= now - wait


def _url_of(claims: Mapping[str, Any]) -> str:
    """Return where the launch says that the people are listed, "" where it does not."""
    service = claims.get(words.PEOPLE)
    if not isinstance(service, dict):
        return ""
    versions = service.get("service_versions")
    if isinstance(versions, list) and versions and _VERSION not in versions:
        return ""
    url = service.get("context_memberships_url")
    # A part of an address is none.
    return text_of(url, _URL_LENGTH) if isinstance(url, str) and len(url) <= _URL_LENGTH else ""
