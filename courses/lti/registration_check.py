"""What works between this site and a platform at this moment, and what to do about what does not.

Asks the platform for its keys and for an access token of each kind, and reads what is stored of
deployments, launches and deliveries. Opens no transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses import sealing
from courses.domain import outgoing
from courses.lti import access_tokens, key_sets
from courses.lti import vocabulary as words
from courses.lti.launch_models import LtiLaunchRecord
from courses.lti.models import LtiDeployment, LtiRegistration
from courses.lti.score_sending import SENDER
from courses.lti.succession_model import LtiSuccession
from courses.models import WebhookEndpoint


class CheckState(models.TextChoices):
    WORKS = "works", gettext_lazy("works")
    FAILS = "fails", gettext_lazy("does not work")
    WAITS = "waits", gettext_lazy("waits for you")
    OPEN = "open", gettext_lazy("not known yet")
    OFF = "off", gettext_lazy("off")


@dataclass(frozen=True)
class CheckLine:
    """One thing that was looked at."""

    name: str
    state: CheckState
    text: str
    at: datetime | None = None
    """When that was, if it was not now."""


_WORKS, _FAILS, _WAITS, _OPEN, _OFF = CheckState
_SERVICES = {
    words.SCORE_SCOPE: gettext_lazy("Send scores"),
    words.LINE_ITEM_SCOPE: gettext_lazy("Make columns in the gradebook"),
    words.RESULT_SCOPE: gettext_lazy("Compare scores with the gradebook"),
    words.PEOPLE_SCOPE: gettext_lazy("Read the list of people"),
    words.NOTICES_SCOPE: gettext_lazy("Notices of copied courses"),
}
"""What an access token of each scope is for."""


def check(*, registration: LtiRegistration, now: datetime) -> list[CheckLine]:
    """Return what was found, in the order in which it has to work."""
    return [
        _standing(registration),
        _keys(registration, now),
        _deployments(registration),
        _launches(registration),
        *_services(registration),
        _delivery(registration),
        _reviews(registration),
    ]


def _standing(registration: LtiRegistration) -> CheckLine:
    name = _("Registration")
    found = LtiSuccession.objects.filter(former=registration).select_related("successor").first()
    if found is not None:
        text = _("It is closed: %(name)s has taken its place.")
        return CheckLine(name, _FAILS, text % {"name": found.successor.name})
    if not registration.is_active or not registration.platform.client.is_active:
        return CheckLine(name, _FAILS, _("It is switched off: launches are refused."))
    if not registration.client_id:
        text = _("Enter the client id that the platform gives: nobody can launch before.")
        return CheckLine(name, _WAITS, text)
    return CheckLine(name, _WORKS, _("It is switched on and has a client id."))


def _keys(registration: LtiRegistration, now: datetime) -> CheckLine:
    name = _("Keys of the platform")
    problem = key_sets.refresh(registration=registration, now=now)
    if problem:
        text = _("The key set could not be read: %(reason)s. Check its address.")
        return CheckLine(name, _FAILS, text % {"reason": problem.rstrip(".")})
    count = len(registration.keys)
    if not count:
        text = _("The key set holds no RSA key for RS256. Check its address.")
        return CheckLine(name, _FAILS, text)
    text = ngettext(
        "%(count)d key that may sign launches was read.",
        "%(count)d keys that may sign launches were read.",
        count,
    )
    return CheckLine(name, _WORKS, text % {"count": count})


def _deployments(registration: LtiRegistration) -> CheckLine:
    name, states = _("Deployments"), LtiDeployment.State
    found = list(registration.deployments.values_list("state", flat=True))
    waiting = found.count(states.PENDING)
    if waiting:
        text = ngettext(
            "%(count)d waits for approval: approve it under “LTI deployments”.",
            "%(count)d wait for approval: approve them under “LTI deployments”.",
            waiting,
        )
        return CheckLine(name, _WAITS, text % {"count": waiting})
    approved = found.count(states.ACTIVE)
    if approved:
        text = ngettext("%(count)d is approved.", "%(count)d are approved.", approved)
        return CheckLine(name, _WORKS, text % {"count": approved})
    if found:
        return CheckLine(name, _FAILS, _("All are blocked."))
    return CheckLine(name, _OPEN, _("The first launch makes one known."))


def _launches(registration: LtiRegistration) -> CheckLine:
    name = _("Last launch")
    last = LtiLaunchRecord.objects.filter(registration=registration).order_by("-pk").first()
    if last is None:
        return CheckLine(name, _OPEN, _("Nobody has opened a link in the last 90 days."))
    if not last.reason:
        return CheckLine(name, _WORKS, _("It was accepted."), last.at)
    text = _("It was refused with the code %(code)s. %(detail)s")
    said = {"code": last.reason, "detail": last.detail}
    return CheckLine(name, _FAILS, text % said, last.at)


def _services(registration: LtiRegistration) -> Iterator[CheckLine]:
    """Ask for a token for each service; what fails for all is said once."""
    if not registration.token_url:
        text = _("Without an address for access tokens no score is sent and no list is read.")
        yield CheckLine(_("Access tokens"), _OFF, text)
        return
    try:
        key = access_tokens.key_of(registration=registration)
    except sealing.Unreadable:
        text = _(
            "Our key cannot be read: name the old SECRET_KEY in SECRET_KEY_FALLBACKS, or choose "
            "“Replace our key” in the list of registrations."
        )
        yield CheckLine(_("Access tokens"), _FAILS, text)
        return
    for scope, name in _SERVICES.items():
        try:
            access_tokens.require(key=key, scope=scope)
        except access_tokens.TokenRefused as error:
            text = _("The platform gives no access: allow it for this tool there. (%(reason)s)")
            yield CheckLine(str(name), _FAILS, text % {"reason": error})
        except (outgoing.CallRefused, outgoing.CallFailed) as error:
            text = _("The address for access tokens does not answer: %(reason)s")
            yield CheckLine(_("Access tokens"), _FAILS, text % {"reason": error})
            return
        else:
            yield CheckLine(str(name), _WORKS, _("The platform allows it."))


def _delivery(registration: LtiRegistration) -> CheckLine:
    name = _("Scores on their way")
    found = WebhookEndpoint.objects.filter(uuid=registration.uuid, sender=SENDER).first()
    if found is None:
        return CheckLine(name, _OPEN, _("No link with a column was opened yet."))
    if not found.is_enabled:
        text = _("Sending is switched off: switch it on under “Webhook endpoints”.")
        return CheckLine(name, _FAILS, text)
    if found.failures:
        text = _("The last calls failed and are tried again. “Tries of deliveries” says why.")
        return CheckLine(name, _FAILS, text)
    if found.last_success_at is None:
        return CheckLine(name, _OPEN, _("None was sent yet."))
    text = _("The platform took the last one.")
    return CheckLine(name, _WORKS, text, found.last_success_at)


def _reviews(registration: LtiRegistration) -> CheckLine:
    name: Any = _("From the gradebook to the work")
    if registration.sends_reviews:
        return CheckLine(name, _WORKS, _("Columns offer to open a learner's work."))
    text = _(
        "Where the platform opens a learner's work from its gradebook (submission review), tick "
        "“the platform sends submission reviews”: columns that are made from then on offer it. "
        "Registrations that are older than this do not have it ticked."
    )
    return CheckLine(name, _OFF, text)
