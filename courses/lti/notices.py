"""Notices of a platform (PNS): that a course of it was copied.

A launch names where a tool says which notices it wants; a job says it, once for each deployment.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import sealing
from courses.domain import jobs, outgoing
from courses.domain.rights import Can
from courses.lti import access_tokens, addresses, classes, nonces, service_calls, validation
from courses.lti import vocabulary as words
from courses.lti.models import LtiDeployment, LtiRegistration
from courses.lti.reasons import LaunchDenied
from courses.models import Job

JOB = "lti_notices"
_LONGEST_URL = 2000
_MOST_ORIGINS = 20
_ACCEPTED = (200, 201, 204)


def note(*, deployment: LtiDeployment, claims: Mapping[str, Any], now: datetime) -> None:
    """Ask for the notice of copies where the platform offers it, once for each address."""
    url = _url_of(claims)
    if not url or url == deployment.notices_url:
        return
    LtiDeployment.objects.filter(pk=deployment.pk).update(notices_url=url, notices_problem="")
    args = {"deployment": deployment.pk}
    jobs.queue(kind=JOB, args=args, by=None, now=now, about=f"deployment {deployment.pk}")


def ask_again(*, deployments: Collection[LtiDeployment]) -> None:
    """Let the next launch ask again, after the platform has allowed it."""
    rows = LtiDeployment.objects.filter(pk__in=[one.pk for one in deployments])
    rows.update(notices_url="", notices_problem="")


def receive(*, registration: LtiRegistration, text: str, now: datetime) -> None:
    """Do what a notice asks for. Raises LaunchDenied. Opens no transaction around reading keys."""
    claims = validation.signed_claims(registration=registration, text=text, now=now)
    validation.require_notice(claims=claims, registration=registration, now=now)
    # A deployment that only a notice names is not made: nobody has launched there.
    rows = LtiDeployment.objects.filter(registration=registration)
    found = rows.filter(deployment_id=claims[words.DEPLOYMENT_ID]).first()
    if found is None or found.state != LtiDeployment.State.ACTIVE:
        state = found.state if found else LtiDeployment.State.PENDING
        raise LaunchDenied(f"deployment_{state}", claims[words.DEPLOYMENT_ID])
    with transaction.atomic():
        # In the transaction of what the notice does: both are stored, or neither.
        nonces.use_up(registration=registration, nonce=claims["nonce"], now=now)
        if claims[words.NOTICE]["type"] == words.CONTEXT_COPY:
            _copy(found, claims, now)


def _copy(deployment: LtiDeployment, claims: Mapping[str, Any], now: datetime) -> None:
    named = claims.get(words.ORIGIN_CONTEXTS)
    origins = named[:_MOST_ORIGINS] if isinstance(named, list) else []
    former = [one for one in origins if isinstance(one, str) and one.isprintable()]
    place = classes.place(claims)
    classes.copy(deployment=deployment, place=place, former=former, now=now)


def _url_of(claims: Mapping[str, Any]) -> str:
    service = claims.get(words.NOTICES)
    if not isinstance(service, dict):
        return ""
    kinds, url = service.get("notice_types_supported"), service.get(_ADDRESS)
    is_offered = isinstance(kinds, list) and words.CONTEXT_COPY in kinds
    if not is_offered or not isinstance(url, str) or len(url) > _LONGEST_URL:
        return ""
    return classes.text_of(url, _LONGEST_URL)


_ADDRESS = "platform_notification_service_url"


def _deployment(job: Job) -> LtiDeployment | None:
    rows = LtiDeployment.objects.select_related("registration__platform__client")
    return rows.filter(pk=job.args["deployment"], registration__is_active=True).first()


def _prepare(*, job: Job, now: datetime) -> str:  # noqa: ARG001
    """Call the platform, outside of the step's transaction; return what went wrong, or ""."""
    found = _deployment(job)
    if found is None or not found.notices_url or not found.registration.token_url:
        return ""
    handler = addresses.notices(found.registration.uuid)
    body = json.dumps({"notice_type": words.CONTEXT_COPY, "handler": handler}).encode()
    more = {"Content-Type": "application/json", "Accept": "application/json"}
    try:
        answer = service_calls.with_token(
            key=access_tokens.key_of(registration=found.registration),
            scope=words.NOTICES_SCOPE,
            send=lambda token: outgoing.put(
                found.notices_url, body=body, headers={**token, **more}
            ),
        )
    except access_tokens.TokenRefused:
        return _("The platform does not let this site ask for notices.")
    except (outgoing.CallRefused, outgoing.CallFailed, sealing.Unreadable) as error:
        return str(error)
    if answer.status in _ACCEPTED:
        return ""
    return _("The platform refused (status %(status)d).") % {"status": answer.status}


def _step(*, job: Job, now: datetime, prepared: str = "") -> jobs.Progress:  # noqa: ARG001
    rows = LtiDeployment.objects.filter(pk=job.args["deployment"])
    rows.update(notices_problem=prepared[:300])
    return jobs.Progress(1, 1, result={})


NOTICES_KIND = jobs.Kind(
    label=gettext_lazy("Asking a platform for notices"),
    can=Can.PEOPLE,
    step=_step,
    prepare=_prepare,
    results=lambda _result: [],
)
