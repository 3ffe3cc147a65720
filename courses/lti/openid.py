"""What a platform says of itself in its OpenID configuration, read and checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from courses.domain import origins, outgoing
from courses.errors import CoursesError

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
CANVAS = "canvas"
_LONGEST = 1000
_MOST_MESSAGES = 50
_LONGEST_ISSUER = 255
_OK = 200
_SHARED: Mapping[str, tuple[str, ...]] = {
    "https://canvas.instructure.com": ("instructure.com", "canvaslms.com"),
    "https://canvas.beta.instructure.com": ("instructure.com", "canvaslms.com"),
    "https://canvas.test.instructure.com": ("instructure.com", "canvaslms.com"),
    "https://blackboard.com": ("blackboard.com",),
}
"""Issuers that many customers of one company share → the domains of that company."""


class RegistrationRefused(CoursesError):
    """The platform could not be registered; the message is for the administrator who tried."""

    code = "registration_refused"


@dataclass(frozen=True)
class PlatformFacts:
    """Where a platform signs people in, keeps its keys and takes registrations."""

    issuer: str
    auth_url: str
    keyset_url: str
    token_url: str
    registration_url: str
    token_audience: str = ""
    product: str = ""
    version: str = ""
    name: str = ""
    """The school's own name, where the platform gives it."""
    messages: tuple[str, ...] = ()
    """The kinds of messages that it sends."""
    origin: str = ""
    """Of the address that the platform named: its own pages."""

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""

    @property
    def is_canvas(self) -> bool:
        return self.product == CANVAS


def read(*, url: str, token: str) -> PlatformFacts:
    """Return what the platform says of itself at this address. Raises RegistrationRefused.

    Canvas wants its registration token for that, too. Opens no transaction.
    """
    origin = origins.origin_of(url)
    if origin is None or len(url) > _LONGEST:
        raise RegistrationRefused(_("The platform did not name an address of its own (https)."))
    headers = {"Accept": "application/json", **authorisation(token)}
    try:
        answer = outgoing.get(url, headers=headers)
    except (outgoing.CallRefused, outgoing.CallFailed) as error:
        text = _("The platform's configuration could not be read: %(reason)s")
        raise RegistrationRefused(text % {"reason": error}) from error
    return _facts(_object(answer), url, origin)


def authorisation(token: str) -> dict[str, str]:
    """Return the header for a platform's registration token; Brightspace sends none."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def _object(answer: outgoing.Answer) -> Mapping[str, Any]:
    try:
        found = json.loads(answer.body) if answer.status == _OK and not answer.is_cut else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        text = _("The platform's configuration is none (status %(status)d).")
        raise RegistrationRefused(text % {"status": answer.status})
    return found


def _facts(found: Mapping[str, Any], url: str, origin: str) -> PlatformFacts:
    issuer = _text(found, "issuer", _LONGEST_ISSUER)
    if not _is_issuer_of(issuer, url):
        text = _("The platform calls itself %(issuer)s, which is not the site that it is on.")
        raise RegistrationRefused(text % {"issuer": issuer or "–"})
    own = found.get(PLATFORM)
    about = own if isinstance(own, dict) else {}
    return PlatformFacts(
        issuer=issuer,
        auth_url=_address(found, "authorization_endpoint"),
        keyset_url=_address(found, "jwks_uri"),
        token_url=_address(found, "token_endpoint"),
        registration_url=_address(found, "registration_endpoint"),
        token_audience=_text(found, "authorization_server", _LONGEST),
        product=_text(about, "product_family_code", 100).lower(),
        version=_text(about, "version", 100),
        name=_text(about, "https://canvas.instructure.com/lti/account_name", 100),
        messages=_messages(about.get("messages_supported")),
        origin=origin,
    )


def _messages(given: Any) -> tuple[str, ...]:
    rows = given[:_MOST_MESSAGES] if isinstance(given, list) else []
    return tuple(_text(row, "type", 100) for row in rows if isinstance(row, dict))


def _is_issuer_of(issuer: str, url: str) -> bool:
    """Return whether the issuer may stand behind this address.

    It has the same host, or is one that a company shares among its customers' hosts.
    """
    host = urlsplit(url).hostname or ""
    if issuer in _SHARED:
        return any(f".{host}".endswith(f".{domain}") for domain in _SHARED[issuer])
    return origins.origin_of(issuer) is not None and urlsplit(issuer).hostname == host


def _address(found: Mapping[str, Any], name: str) -> str:
    url = _text(found, name, _LONGEST)
    if origins.origin_of(url) is None:
        text = _("The platform's configuration has no address with https for “%(name)s”.")
        raise RegistrationRefused(text % {"name": name})
    return url


def _text(found: Mapping[str, Any], name: str, longest: int) -> str:
    value = found.get(name)
    return value if isinstance(value, str) and len(value) <= longest and value.isprintable() else ""
