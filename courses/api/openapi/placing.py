"""Put a site's own addresses and cookie into the OpenAPI document."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import reverse

_SCHEMA = "/api/v1/schema"


@dataclass(frozen=True)
class Place:
    """Where a site serves the API; by default, as in the committed document, at a host's root."""

    server: str = "/"
    token: str = "/oauth/token"  # noqa: S105 (an address)
    cookie: str = "sessionid"


def current() -> Place:
    """Return the place of the request that is being answered, under any URL prefix."""
    root = reverse("cx_courses:api:schema").removesuffix(_SCHEMA)
    is_oauth = apps.is_installed("oauth2_provider")
    token = reverse("cx_courses:oauth-token") if is_oauth else f"{root}{Place.token}"
    return Place(root or "/", token, settings.SESSION_COOKIE_NAME)


def placed(document: dict[str, Any], place: Place) -> dict[str, Any]:
    """Return the document as it holds at this place; `document` stays as it is."""
    schemes = dict(document["components"]["securitySchemes"])
    schemes["session"] = {**schemes["session"], "name": place.cookie}
    flow = {**schemes["oauth2"]["flows"]["clientCredentials"], "tokenUrl": place.token}
    schemes["oauth2"] = {**schemes["oauth2"], "flows": {"clientCredentials": flow}}
    return {
        **document,
        "servers": [{**document["servers"][0], "url": place.server}],
        "components": {**document["components"], "securitySchemes": schemes},
    }
