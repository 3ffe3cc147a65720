"""A platform registers this tool by itself: LTI Dynamic Registration 1.0."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from courses.domain import outgoing
from courses.lti import asking, inviting, openid, registrations
from courses.lti import vocabulary as words
from courses.lti.invitation_model import LtiInvitation
from courses.lti.models import LtiDeployment, LtiRegistration
from courses.lti.openid import PlatformFacts, RegistrationRefused

_SALT = "courses.lti.joining"
_SHOWN_S = 60 * 60
"""How long the page with what is asked for may stand open."""
_LONGEST_ID = 255
_MOST_ERRORS = 10
_NAME_LENGTH = 100
_DONE = (200, 201)


def look(*, invitation: LtiInvitation, url: str, token: str) -> PlatformFacts:
    """Return what the platform says of itself. Raises RegistrationRefused.

    Opens no transaction.
    """
    facts = openid.read(url=url, token=token)
    _require_host(invitation, facts)
    return facts


def seal(*, facts: PlatformFacts, token: str, invitation: LtiInvitation) -> str:
    """Return what was shown, for the form that agrees to it: nothing else can be sent then."""
    body = {"facts": asdict(facts), "token": token, "for": invitation.pk}
    return signing.dumps(body, salt=_SALT, compress=True)


def unseal(*, text: str, invitation: LtiInvitation) -> tuple[PlatformFacts, str]:
    """Return what was shown, and the platform's token. Raises RegistrationRefused."""
    try:
        body = signing.loads(text, salt=_SALT, max_age=_SHOWN_S)
    except signing.BadSignature as error:
        raise RegistrationRefused(
            _("The page stood open for too long. Begin again in the platform.")
        ) from error
    if body["for"] != invitation.pk:
        raise RegistrationRefused
    return PlatformFacts(**body["facts"]), body["token"]


def register(
    *, invitation: LtiInvitation, facts: PlatformFacts, token: str, privacy: str, now: datetime
) -> LtiRegistration:
    """Register the tool with the platform; the invitation is used up unless the platform refuses.

    Raises RegistrationRefused, and NotFound for an invitation that was used in the meantime. Opens
    no transaction around the call; while it lasts our keys can be read, as platforms do.
    """
    if privacy not in asking.LEVELS:
        raise RegistrationRefused(_("Choose what the platform tells about people."))
    _require_host(invitation, facts)
    row = _prepare(invitation, facts, privacy, now)
    try:
        answer = _send(
            facts, token, asking.body(facts=facts, registration=row.uuid, privacy=privacy)
        )
        return _finish(row, invitation, answer, now)
    except RegistrationRefused:
        _undo(row, invitation)
        raise


def _require_host(invitation: LtiInvitation, facts: PlatformFacts) -> None:
    if invitation.host and facts.host != invitation.host:
        text = _("This invitation is for %(host)s, and the platform is on %(other)s.")
        raise RegistrationRefused(text % {"host": invitation.host, "other": facts.host})


@transaction.atomic
def _prepare(
    invitation: LtiInvitation, facts: PlatformFacts, privacy: str, now: datetime
) -> LtiRegistration:
    """Make the registration with a key of ours, and without a client id, which comes back."""
    inviting.use_up(invitation=invitation, now=now)
    return registrations.create(
        issuer=facts.issuer,
        client_id=f"pending-{uuid4()}",
        name=(facts.name or invitation.note)[:_NAME_LENGTH],
        now=now,
        auth_url=facts.auth_url,
        keyset_url=facts.keyset_url,
        token_url=facts.token_url,
        token_audience=facts.token_audience,
        frame_origins=[facts.origin],
        privacy=privacy,
        sends_reviews=words.SUBMISSION_REVIEW_REQUEST in facts.messages,
        is_active=False,
    )


def _send(facts: PlatformFacts, token: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    try:
        answer = outgoing.post(
            facts.registration_url,
            body=json.dumps(body).encode(),
            headers={**headers, **openid.authorisation(token)},
        )
    except (outgoing.CallRefused, outgoing.CallFailed) as error:
        text = _("The platform could not be reached for the registration: %(reason)s")
        raise RegistrationRefused(text % {"reason": error}) from error
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if answer.status not in _DONE or answer.is_cut or not isinstance(found, dict):
        text = _("The platform refused the registration (status %(status)d). %(errors)s")
        values = {"status": answer.status, "errors": _errors(found)}
        raise RegistrationRefused(text % values)
    return found


def _errors(found: Any) -> str:
    """Return what a platform says is wrong: a text, or a list as Canvas sends it."""
    errors = found.get("errors", found.get("error")) if isinstance(found, dict) else None
    parts = errors if isinstance(errors, list) else [errors]
    texts = [
        one if isinstance(one, str) else json.dumps(one) for one in parts[:_MOST_ERRORS] if one
    ]
    return "; ".join(texts)[:500]


@transaction.atomic
def _finish(
    row: LtiRegistration, invitation: LtiInvitation, found: Mapping[str, Any], now: datetime
) -> LtiRegistration:
    client_id = found.get("client_id")
    if isinstance(client_id, int) and not isinstance(client_id, bool):
        client_id = str(client_id)
    if not isinstance(client_id, str) or not 0 < len(client_id) <= _LONGEST_ID:
        raise RegistrationRefused(_("The platform's answer names no client id."))
    try:
        with transaction.atomic():
            registrations.change(
                registration=row, values={"client_id": client_id, "is_active": True}
            )
    except IntegrityError as error:
        text = _("The platform gave a client id that is registered here already.")
        raise RegistrationRefused(text) from error
    own = found.get(asking.TOOL)
    deployment = own.get("deployment_id") if isinstance(own, dict) else None
    if isinstance(deployment, str | int) and 0 < len(str(deployment)) <= _LONGEST_ID:
        LtiDeployment.objects.create(
            registration=row,
            deployment_id=str(deployment),
            state=LtiDeployment.State.ACTIVE,
            created_at=now,
        )
    inviting.note_registration(invitation=invitation, registration=row)
    return row


@transaction.atomic
def _undo(row: LtiRegistration, invitation: LtiInvitation) -> None:
    platform = row.platform
    row.delete()
    inviting.give_back(invitation=invitation)
    if not platform.registrations.exists() and not platform.client.identities.exists():
        client = platform.client
        platform.delete()
        client.delete()
