"""The person of a launch: known by the issuer's id for them, with a role in one class."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet

from courses import users
from courses.domain import enrolments, launches, learners
from courses.errors import CoursesError
from courses.lti import classes, legacy_people
from courses.lti.classes import text_of
from courses.lti.models import LtiClass, LtiRegistration
from courses.lti.reasons import LaunchDenied
from courses.lti.vocabulary import ClassRole
from courses.models import ApiClient, Enrolment, ExternalIdentity
from courses.prepared import PreparedQuery

_NAME_LENGTH = 150
_BARRED = (Enrolment.State.SUSPENDED, Enrolment.State.ENDED)


def identity(
    *, registration: LtiRegistration, claims: Mapping[str, Any], now: datetime
) -> ExternalIdentity:
    """Return the person, locked for this launch; one who is new gets an account.

    Unless the platform proves what the person was called in LTI 1.1, see `legacy_people`. Never is
    somebody found by an e-mail address. Raises LaunchDenied.
    """
    client, subject = registration.platform.client, claims["sub"]
    found = _LOCKED.first(client.pk, subject)
    values = values_of(registration=registration, claims=claims)
    try:
        found = found or legacy_people.join(registration=registration, claims=claims, now=now)
        if found is None:
            found = learners.upsert(
                client=client, external_id=subject, values=values, now=now
            ).identity
        elif users.is_own(found.user):
            users.adapter().update(user=found.user, values=values)
        found.client = client
        launches.require_outsider(identity=found)
    except LaunchDenied:
        raise
    except CoursesError as error:
        if not ApiClient.objects.filter(pk=client.pk, is_active=True).exists():
            raise LaunchDenied("registration_unknown", error.message) from error
        raise LaunchDenied("account_of_site", error.message) from error
    if not found.is_active or not getattr(found.user, "is_active", True):
        raise LaunchDenied("person_gone", "the account is closed or deactivated")
    return found


def values_of(*, registration: LtiRegistration, claims: Mapping[str, Any]) -> dict[str, str]:
    """Return what of the person may be kept; above the privacy level everything is emptied."""
    levels = LtiRegistration.Privacy
    names: dict[str, str] = {}
    if registration.privacy not in (levels.NAME, levels.MAIL):
        names = {"first_name": "", "last_name": ""}
    else:
        first, last = (text_of(claims.get(n), _NAME_LENGTH) for n in ("given_name", "family_name"))
        whole = text_of(claims.get("name"), _NAME_LENGTH)
        if first or last:
            names = {"first_name": first, "last_name": last}
        elif whole:
            names = {"first_name": whole, "last_name": ""}
    if registration.privacy != levels.MAIL:
        names["email"] = ""
    elif is_mail_address(claims.get("email")):
        names["email"] = claims["email"]
    return {name: value for name, value in names.items() if users.may_set(name)}


def is_mail_address(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


def enrolment(
    *, identity: ExternalIdentity, lti_class: LtiClass, standing: ClassRole, now: datetime
) -> Enrolment:
    """Return the person's enrolment in the class, with the role that the platform gives today.

    Raises LaunchDenied for somebody whom this site has suspended.
    """
    course, user = lti_class.course, identity.user
    known = enrolments.latest(course=course, user=user, section=lti_class.section)
    if known is not None and known.state in _BARRED:
        raise LaunchDenied("person_gone", f"the enrolment is {known.state}")
    if known is None or (known.role, known.state) != (standing.role, Enrolment.State.ACTIVE):
        if known is None:
            classes.hold(lti_class=lti_class)
        known = enrolments.enrol(
            course=course,
            user=user,
            role=standing.role,
            section=lti_class.section,
            by=user,
            now=now,
        )
    return known


def _locked(client: int, subject: str) -> QuerySet[ExternalIdentity]:
    rows = ExternalIdentity.objects.select_for_update(no_key=True, of=("self",)).order_by()
    return rows.filter(client=client, subject=subject).select_related("user")


_LOCKED = PreparedQuery(_locked, int, str)
