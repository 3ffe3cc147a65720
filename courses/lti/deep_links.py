"""LTI Deep Linking 2.0: what a teacher picks here becomes links in the platform's course.

The choice under way travels sealed in the forms of its pages, for their frame keeps no cookie.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from django.core import signing
from django.utils.crypto import get_random_string

from courses.domain import origins
from courses.lti import addresses, classes, copies, further_columns, own_keys, review_offers
from courses.lti import vocabulary as words
from courses.lti.further_columns import NO_COLUMNS, ColumnChoice
from courses.lti.models import LtiRegistration
from courses.lti.picking import Pickable
from courses.lti.reasons import LaunchDenied

LIVES_S = 60 * 60
"""How long somebody may choose."""
ITEM = "ltiResourceLink"
_SALT = "courses.lti.deep_links"
_ANSWER_LIVES = timedelta(minutes=5)
_NONCE_LENGTH = 32
_LONGEST_URL = 2000
_LONGEST_DATA = 16_000


@dataclass(frozen=True)
class LinkChoice:
    """A choice under way, as the platform's signed request described it."""

    registration: str
    deployment_id: str
    return_url: str
    origins: list[str]
    data: str | None = None
    """What comes back as it came; None where nothing did."""
    is_multiple: bool = False
    locale: str = ""
    picked: list[str] = field(default_factory=list)
    """What the link that is edited leads to."""
    column: str = ""
    has_further: bool = False
    """Which columns were asked for at the link that is edited."""

    @property
    def return_origin(self) -> str:
        return origins.origin_of(self.return_url) or ""


def begin(
    *,
    registration: LtiRegistration,
    claims: Mapping[str, Any],
    frame_origins: Sequence[str],
    locale: str = "",
) -> LinkChoice:
    """Begin the choice that the platform asks for. Raises LaunchDenied.

    Only for those who teach or make content in the platform's course.
    """
    roles = claims.get(words.ROLES) or []
    if not words.may_pick(roles):
        raise LaunchDenied("picking_not_allowed")
    asked = claims[words.DEEP_LINKING]
    kinds = asked.get("accept_types")
    if not isinstance(kinds, list) or ITEM not in kinds:
        raise LaunchDenied("links_not_accepted", f"accept_types: {kinds!r}")
    url = asked.get("deep_link_return_url")
    where = origins.origin_of(url) if isinstance(url, str) else None
    if where is None or len(url) > _LONGEST_URL:
        raise LaunchDenied("return_url_wrong", f"deep_link_return_url: {url!r}")
    data = asked.get("data")
    if data is not None and (not isinstance(data, str) or len(data) > _LONGEST_DATA):
        raise LaunchDenied("data_wrong", f"data is of {type(data).__name__}")
    edited = further_columns.chosen(claims=claims)
    return LinkChoice(
        registration=str(registration.uuid),
        deployment_id=claims[words.DEPLOYMENT_ID],
        return_url=url,
        origins=list(dict.fromkeys([*frame_origins, where])),
        data=data,
        # Older Moodles send the word.
        is_multiple=asked.get("accept_multiple") in (True, "true"),
        locale=locale,
        picked=_edited(claims),
        column=edited.own,
        has_further=edited.has_further,
    )


def seal(*, choice: LinkChoice) -> str:
    """Return the choice as it stands in a form, which nobody else can make or change."""
    return signing.dumps(asdict(choice), salt=_SALT, compress=True)


def unseal(*, text: str) -> LinkChoice:
    """Return the choice of a form. Raises LaunchDenied where it is not ours, or too old."""
    try:
        return LinkChoice(**signing.loads(text, salt=_SALT, max_age=LIVES_S))
    except signing.SignatureExpired as error:
        raise LaunchDenied("state_expired") from error
    except signing.BadSignature as error:
        raise LaunchDenied("state_unknown", error) from error


def registration_of(*, choice: LinkChoice) -> LtiRegistration:
    """Return the registration, if it still may. Raises LaunchDenied."""
    rows = LtiRegistration.objects.select_related("platform__client")
    row = rows.filter(
        uuid=UUID(choice.registration), is_active=True, platform__client__is_active=True
    ).first()
    if row is None:
        raise LaunchDenied("registration_unknown")
    return row


def answer(
    *,
    choice: LinkChoice,
    picked: Sequence[Pickable],
    now: datetime,
    columns: ColumnChoice = NO_COLUMNS,
) -> str:
    """Return the signed answer with a link for each; without any, nothing was chosen.

    Raises LaunchDenied, sealing.Unreadable.
    """
    registration = registration_of(choice=choice)
    kid, pem = own_keys.private_key(registration=registration)
    claims: dict[str, Any] = {
        "iss": registration.client_id,
        "aud": registration.platform.issuer,
        "iat": int(now.timestamp()),
        "exp": int((now + _ANSWER_LIVES).timestamp()),
        "nonce": get_random_string(_NONCE_LENGTH),
        words.MESSAGE_TYPE: words.DEEP_LINKING_RESPONSE,
        words.VERSION: words.VERSION_1_3,
        words.DEPLOYMENT_ID: choice.deployment_id,
        words.CONTENT_ITEMS: [_item(entry, columns, registration) for entry in picked],
    }
    if choice.data is not None:
        claims[words.DEEP_LINKING_DATA] = choice.data
    return jwt.encode(claims, pem, algorithm=own_keys.ALGORITHM, headers={"kid": kid})


def _item(entry: Pickable, columns: ColumnChoice, registration: LtiRegistration) -> dict[str, Any]:
    """Return one link. What it opens is in its address and its parameters: copies keep both.

    A quiz asks for a column of the gradebook; without one there is nowhere to send its scores.
    Where the platform opens work from its gradebook, the column offers that, at the link's address.
    """
    own = further_columns.parameters(columns) if entry.kind in ("course", "module") else {}
    named = addresses.parameters(entry.named)
    item: dict[str, Any] = {
        "type": ITEM,
        "title": entry.title,
        "url": addresses.of_target(entry.named),
        "custom": named | own | copies.ASKED,
    }
    if entry.named.quiz or columns.own:
        most = 1 if entry.named.lesson else 100
        item["lineItem"] = {
            "label": entry.title,
            "scoreMaximum": most,
            **review_offers.offered(registration=registration, named=entry.named),
        }
    return item


def _edited(claims: Mapping[str, Any]) -> list[str]:
    """Return what the link that is edited opens, where the platform says that one is."""
    try:
        named = classes.named(claims)
    except LaunchDenied:
        return []
    return [addresses.of_target(named).removeprefix(addresses.launch())]
