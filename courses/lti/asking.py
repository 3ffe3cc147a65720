"""What this tool asks of a platform when it registers, and why: one table for page and request."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from courses.conf import settings
from courses.lti import addresses, copies
from courses.lti import vocabulary as words
from courses.lti.models import LtiRegistration
from courses.lti.openid import PlatformFacts

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
Privacy = LtiRegistration.Privacy
SCOPES = (
    *(words.SCORE_SCOPE, words.LINE_ITEM_SCOPE, words.RESULT_SCOPE, words.PEOPLE_SCOPE),
    words.NOTICES_SCOPE,
)
LEVELS = (Privacy.ID, Privacy.NAME, Privacy.MAIL)
"""What a platform may choose; with nothing at all nobody's work could be kept."""
_CANVAS = "https://canvas.instructure.com/lti/"
_CANVAS_PRIVACY = {Privacy.ID: "anonymous", Privacy.NAME: "name_only", Privacy.MAIL: "public"}


@dataclass(frozen=True)
class AskedClaims:
    """What is asked about people for one reason."""

    names: tuple[str, ...]
    reason: Any

    @property
    def name(self) -> str:
        return ", ".join(self.names)


@dataclass(frozen=True)
class AskedMessage:
    """A kind of message: its name in LTI, what it is for, and where Canvas shows it."""

    name: str
    reason: Any
    placements: tuple[str, ...] = ()
    is_optional: bool = False
    """Asked of those platforms only that say that they send it."""


MESSAGES = (
    AskedMessage(
        words.RESOURCE_LINK_REQUEST,
        _("Learners and teachers open a course, module, lesson or quiz from their own course."),
    ),
    AskedMessage(
        words.DEEP_LINKING_REQUEST,
        _("Teachers pick here what a link in their course opens."),
        ("assignment_selection", "link_selection"),
    ),
    AskedMessage(
        words.SUBMISSION_REVIEW_REQUEST,
        _("Teachers open one learner's work from the gradebook, and learners their own."),
        is_optional=True,
    ),
)
_ID = AskedClaims(
    ("sub",), _("The platform's id of the person: their answers and results are kept by it.")
)
_NAME = AskedClaims(
    ("name", "given_name", "family_name"), _("The name: teachers see whose work it is.")
)
_MAIL = AskedClaims(
    ("email",), _("The e-mail address: for notices about the course, if people want them.")
)


def claims(*, privacy: str) -> tuple[AskedClaims, ...]:
    """Return what is asked about people at this privacy level."""
    return (_ID, _NAME, _MAIL)[: LEVELS.index(Privacy(privacy)) + 1]


def body(*, facts: PlatformFacts, registration: UUID, privacy: str) -> dict[str, Any]:
    """Return the request with which the tool registers. Absent things are left out."""
    name = str(settings.BRAND_NAME)
    own: dict[str, Any] = {
        "domain": urlsplit(addresses.base()).netloc,
        "target_link_uri": addresses.launch(),
        "description": name,
        "claims": ["iss", *(name for one in claims(privacy=privacy) for name in one.names)],
        "messages": [_message(one, facts) for one in messages(facts=facts)],
        "custom_parameters": dict(copies.ASKED),
    }
    if facts.is_canvas:
        own[f"{_CANVAS}privacy_level"] = _CANVAS_PRIVACY[Privacy(privacy)]
        own[f"{_CANVAS}tool_id"] = str(registration)
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": addresses.login(registration),
        "redirect_uris": [addresses.launch()],
        "client_name": name,
        "jwks_uri": addresses.keys(registration),
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(SCOPES),
        TOOL: own,
    }


def canvas_configuration(*, registration: LtiRegistration) -> dict[str, Any]:
    """Return what Canvas reads from an address when an administrator makes a key by hand."""
    name, target = str(settings.BRAND_NAME), addresses.launch()
    places = [(place, one.name) for one in MESSAGES for place in one.placements]
    return {
        "title": name,
        "description": name,
        "target_link_uri": target,
        "oidc_initiation_url": addresses.login(registration.uuid),
        "public_jwk_url": addresses.keys(registration.uuid),
        "scopes": list(SCOPES),
        "custom_fields": dict(copies.ASKED),
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": urlsplit(addresses.base()).netloc,
                "tool_id": str(registration.uuid),
                "privacy_level": _CANVAS_PRIVACY.get(Privacy(registration.privacy), "anonymous"),
                "settings": {
                    "text": name,
                    "placements": [
                        {"placement": place, "message_type": kind, "target_link_uri": target}
                        for place, kind in places
                    ],
                },
            }
        ],
    }


def messages(*, facts: PlatformFacts) -> list[AskedMessage]:
    """Return the messages; in Canvas only those that have a place there to begin from."""
    asked = (one for one in MESSAGES if not one.is_optional or one.name in facts.messages)
    return [one for one in asked if one.placements or not facts.is_canvas]


def _message(one: AskedMessage, facts: PlatformFacts) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": one.name,
        "target_link_uri": addresses.launch(),
        "label": str(settings.BRAND_NAME),
    }
    if facts.is_canvas:
        found["placements"] = list(one.placements)
    return found
