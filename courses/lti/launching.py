"""A launch, from what the browser posts to an open session, in one order for every platform."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from courses.domain import launches, origins
from courses.errors import Invalid
from courses.lti import (
    classes,
    copies,
    deep_links,
    guests,
    nonces,
    notices,
    people,
    registrations,
    reviewing,
    rosters,
    score_sending,
    states,
    succession,
    validation,
)
from courses.lti import vocabulary as words
from courses.lti.launch_models import LtiLaunchRecord
from courses.lti.models import LtiDeployment, LtiRegistration
from courses.lti.reasons import LaunchDenied
from courses.models import Enrolment, ExternalIdentity

_LONGEST_URL = 2000


@dataclass
class Arrival:
    """What is known of a launch so far, also when it is refused on the way."""

    now: datetime
    begun: states.Begun | None = None
    registration: LtiRegistration | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)
    """Signed by the platform, and a launch for us."""

    @property
    def return_url(self) -> str:
        """Where the platform takes its person back, signed by it; "" where it names no place."""
        found = _part(self.claims, words.PRESENTATION).get("return_url")
        if not isinstance(found, str) or len(found) > _LONGEST_URL:
            return ""
        return found if origins.origin_of(found) else ""

    @property
    def locale(self) -> str:
        """The language in which the platform shows its pages, if this site has it."""
        found = _part(self.claims, words.PRESENTATION).get("locale")
        try:
            return launches.language(str(found or "").replace("_", "-")[:20], path="locale")
        except Invalid:
            return ""

    @property
    def origins(self) -> list[str]:
        """The origins of pages that may stand around ours, the one to return to first."""
        if self.registration is None:
            return []
        named = (self.return_url, *self.registration.frame_origins, self.registration.auth_url)
        found = (origins.origin_of(one) for one in named if one)
        return list(dict.fromkeys(one for one in found if one))


def receive(
    *, arrival: Arrival, form: Mapping[str, str], cookies: Mapping[str, str], stored: str = ""
) -> launches.Opened | deep_links.LinkChoice | reviewing.OpenedReview:
    """Return the open session of a launch, or the choice that it begins. Raises LaunchDenied.

    `stored` is the secret that the platform's page kept, for a browser without the cookie.

    Calls the platform for its keys where they are not known, so opens no transaction before.
    """
    now = arrival.now
    begun = arrival.begun = states.read(state=form.get("state", ""), now=now)
    arrival.registration = registration = _registration(begun)
    states.require_browser(begun=begun, cookies=cookies, stored=stored)
    if form.get("error"):
        text = f"{form['error'][:100]}: {form.get('error_description', '')[:300]}"
        raise LaunchDenied("platform_refused", text)
    text = form.get("id_token", "")
    claims = validation.signed_claims(registration=registration, text=text, now=now)
    validation.require_launch(claims=claims, registration=registration, nonce=begun.nonce, now=now)
    arrival.claims = claims
    nonces.use_up(registration=registration, nonce=begun.nonce, now=now)
    deployment = _deployment(registration, claims, now)
    if deployment.state != LtiDeployment.State.ACTIVE:
        raise LaunchDenied(f"deployment_{deployment.state}", deployment.deployment_id)
    deployment.registration = registration
    if claims[words.MESSAGE_TYPE] == words.DEEP_LINKING_REQUEST:
        return deep_links.begin(
            registration=registration,
            claims=claims,
            frame_origins=arrival.origins,
            locale=arrival.locale,
        )
    if claims[words.MESSAGE_TYPE] == words.SUBMISSION_REVIEW_REQUEST:
        return _review(arrival, registration, deployment)
    return _open(arrival, registration, deployment)


def record(*, arrival: Arrival, denied: LaunchDenied | None = None) -> None:
    """Write what came of the launch into the log, without a word about the person.

    Nothing is written of a platform that was deleted meanwhile.
    """
    claims = arrival.claims
    row = LtiLaunchRecord(
        registration=arrival.registration,
        at=arrival.now,
        reason=denied.reason if denied else "",
        detail=classes.text_of(denied.detail, 500) if denied else "",
        deployment_id=classes.text_of(claims.get(words.DEPLOYMENT_ID), 255),
        context_id=classes.text_of(_part(claims, words.CONTEXT).get("id"), 255),
        link_id=classes.text_of(_part(claims, words.RESOURCE_LINK).get("id"), 255),
        target_url=classes.text_of(claims.get(words.TARGET_LINK_URI), _LONGEST_URL),
    )
    with suppress(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@transaction.atomic
def _review(
    arrival: Arrival, registration: LtiRegistration, deployment: LtiDeployment
) -> reviewing.OpenedReview:
    """Open the work of one learner: for teachers of the class, or for that learner."""
    claims, now = arrival.claims, arrival.now
    if _is_anonymous(registration, claims):
        raise LaunchDenied("anonymous")
    link = reviewing.known_link(deployment=deployment, claims=claims)
    named = classes.named_by_link(link) if link else classes.named(claims)
    identity = people.identity(registration=registration, claims=claims, now=now)
    lti_class, course = classes.find(
        deployment=deployment, place=classes.place(claims), course_key=named.course, now=now
    )
    target = classes.target(course=course, named=named)
    standing = words.standing(claims.get(words.ROLES) or [])
    enrolment = people.enrolment(identity=identity, lti_class=lti_class, standing=standing, now=now)
    learner = reviewing.learner(lti_class=lti_class, enrolment=enrolment, claims=claims)
    place = reviewing.place(learner=learner, target=target, is_own=learner == enrolment)
    return reviewing.OpenedReview(_begin(arrival, identity, enrolment, target), place)


@transaction.atomic
def _open(
    arrival: Arrival, registration: LtiRegistration, deployment: LtiDeployment
) -> launches.Opened:
    claims, now = arrival.claims, arrival.now
    if _is_anonymous(registration, claims):
        return _open_for_guest(arrival, registration, deployment)
    named = classes.named(claims, deployment)
    standing = words.standing(claims.get(words.ROLES) or [])
    identity = people.identity(registration=registration, claims=claims, now=now)
    lti_class, course = classes.find(
        deployment=deployment,
        place=classes.place(claims),
        course_key=named.course,
        former=copies.former_ids(claims=claims, name=copies.CONTEXTS),
        now=now,
    )
    target = classes.target(course=course, named=named)
    link, is_new_column = classes.note_link(
        lti_class=lti_class, claims=claims, target=target, now=now
    )
    enrolment = people.enrolment(identity=identity, lti_class=lti_class, standing=standing, now=now)
    notices.note(deployment=deployment, claims=claims, now=now)
    rosters.note(context=lti_class.context, claims=claims, standing=standing, now=now)
    if is_new_column:
        score_sending.open_gradebook(link=link, registration=registration, now=now)
    return _begin(arrival, identity, enrolment, target)


def _is_anonymous(registration: LtiRegistration, claims: Mapping[str, Any]) -> bool:
    return claims.get("sub") is None or registration.privacy == LtiRegistration.Privacy.NOTHING


def _begin(
    arrival: Arrival, identity: ExternalIdentity, enrolment: Enrolment, target: launches.Target
) -> launches.Opened:
    return launches.begin(
        client=identity.client,
        identity=identity,
        enrolment=enrolment,
        target=target,
        origins=arrival.origins,
        return_url=arrival.return_url,
        locale=arrival.locale,
        now=arrival.now,
    )


def _open_for_guest(
    arrival: Arrival, registration: LtiRegistration, deployment: LtiDeployment
) -> launches.Opened:
    """Open a session for somebody without a name: no class, link or person is noted."""
    named = classes.named(arrival.claims, deployment)
    course = classes.published(course_key=named.course)
    target = classes.target(course=course, named=named)
    platform = registration.platform
    return launches.begin(
        client=platform.client,
        identity=None,
        enrolment=guests.enrolment(platform=platform, course=course, now=arrival.now),
        target=target,
        origins=arrival.origins,
        return_url=arrival.return_url,
        locale=arrival.locale,
        now=arrival.now,
    )


def _registration(begun: states.Begun) -> LtiRegistration:
    found = registrations.active(uuid=begun.registration)
    if found is None:
        replaced = succession.refusal(uuid=begun.registration)
        raise replaced or LaunchDenied("registration_unknown")
    return found


def _deployment(
    registration: LtiRegistration, claims: Mapping[str, Any], now: datetime
) -> LtiDeployment:
    """Return where the platform uses the registration. Raises LaunchDenied."""
    try:
        return registrations.deployment(
            registration=registration, deployment_id=claims[words.DEPLOYMENT_ID], now=now
        )
    except IntegrityError as error:
        detail = "the platform was deleted meanwhile"
        raise LaunchDenied("registration_unknown", detail) from error


def _part(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = claims.get(name)
    return found if isinstance(found, dict) else {}
