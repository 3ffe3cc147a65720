"""OAuth 2 client credentials, where django-oauth-toolkit is installed (`cx-course[oauth]`).

The toolkit keeps a client's secret and its tokens. What they may do, in which courses and until
when, is stored in the ApiKey with the client's id as its prefix: a token never has more.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from courses.domain import bearer
from courses.errors import Invalid, Problem
from courses.models import ApiKey

MARK = "cxo"
"""What every access token begins with."""
APP = "oauth2_provider"


@dataclass(frozen=True)
class IssuedToken:
    """An access token: the rights of its client, and the part of them that it was given."""

    key: ApiKey
    scopes: tuple[str, ...]


def is_offered() -> bool:
    """Return whether the toolkit is installed."""
    return apps.is_installed(APP)


def register(*, key: ApiKey, secret: str) -> None:
    """Let the toolkit know this client. Raises Invalid where the site has no toolkit."""
    if not is_offered():
        text = _("This site does not offer OAuth because django-oauth-toolkit is not installed.")
        raise Invalid(problems=[Problem("kind", text)])
    model = _model("Application")
    model.objects.create(
        name=str(key)[:255],
        client_id=key.prefix,
        client_secret=secret,
        client_type=model.CLIENT_CONFIDENTIAL,
        authorization_grant_type=model.GRANT_CLIENT_CREDENTIALS,
    )


def client(*, client_id: str, now: datetime) -> ApiKey | None:
    """Return the rights of the OAuth client with this id, while they are valid."""
    rows = ApiKey.objects.filter(kind=ApiKey.Kind.OAUTH, prefix=client_id)
    row = rows.select_related("client").first()
    return row if row is not None and row.is_usable(now=now) else None


def draw_token() -> str:
    return bearer.draw(MARK).text


def recognise(*, text: str, now: datetime) -> IssuedToken:
    """Return what this access token allows; note its use. Raises bearer.InvalidCredentials.

    Two queries, rarely three. A token that the toolkit issued for something else is nothing here.
    """
    token = _token(text) if is_offered() else None
    if token is None or token.user_id is not None or token.application is None:
        raise bearer.InvalidCredentials
    if token.resource or now >= token.expires:
        raise bearer.InvalidCredentials
    key = client(client_id=token.application.client_id, now=now)
    if key is None:
        raise bearer.InvalidCredentials
    bearer.note_use(key, now=now)
    return IssuedToken(key, tuple(token.scope.split()))


def revoke(*, text: str, client_id: str) -> None:
    """Revoke the access token, if it is one of this client's. Idempotent.

    Its others, and the client, stay as they are. Like the rest of the toolkit: no row, no token.
    """
    _tokens(text).filter(application__client_id=client_id).delete()


def _token(text: str) -> Any:
    return _tokens(text).select_related("application").first()


def _tokens(text: str) -> Any:
    """Return tokens by hash, as the toolkit does: the duration reveals nothing."""
    checksum = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return _model("AccessToken").objects.filter(token_checksum=checksum)


def _model(name: str) -> Any:
    """Return the toolkit's table, also where the host has swapped it for its own."""
    from oauth2_provider import models

    found = {
        "Application": models.get_application_model,
        "AccessToken": models.get_access_token_model,
    }
    return found[name]()
