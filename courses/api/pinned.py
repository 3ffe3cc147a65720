"""What a host sets for its own API in `REST_FRAMEWORK` and `SPECTACULAR_SETTINGS`, pinned for ours.

What `courses.api` takes in and answers, and how it is described, stays the same in every host.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.settings import SPECTACULAR_DEFAULTS, patched_settings
from rest_framework import renderers, request
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.settings import DEFAULTS, IMPORT_STRINGS, APISettings

from courses.api.credentials import ApiRequest
from courses.api.parameters import refused

# Not empty: without any value of its own it would read the host's.
SETTINGS = APISettings({"UNAUTHENTICATED_TOKEN": None}, DEFAULTS, IMPORT_STRINGS)

is_describing: ContextVar[bool] = ContextVar("is_describing", default=False)
"""Whether the schema that is being made is this API's, and not one of the host's views."""
_NOT_PATCHED = "DEFAULT_GENERATOR_CLASS"


@contextmanager
def describing(settings: Mapping[str, Any]) -> Iterator[None]:
    """Make this API's schema inside: with these settings and the library's defaults."""
    defaults = {
        name: value
        for name, value in SPECTACULAR_DEFAULTS.items()
        if not name.startswith("SERVE_") and name != _NOT_PATCHED
    }
    token = is_describing.set(True)
    try:
        with patched_settings({**defaults, "GET_MOCK_REQUEST": _imagined, **settings}):
            yield
    finally:
        is_describing.reset(token)


def _imagined(method: str, path: str, view: Any, _given: Any) -> request.Request:
    """Return the request for which a view is described."""
    made = HttpRequest()
    made.method, made.path = method, path
    found: request.Request = view.initialize_request(made)
    return found


class RenderedJSON(bytes):
    """The data of an answer as JSON already, as `JSONRenderer` writes it."""


class JSONRenderer(renderers.JSONRenderer):
    """JSON without spaces, with letters as they are, and without values that JSON does not have."""

    ensure_ascii = False
    compact = True
    strict = True

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        if isinstance(data, RenderedJSON):
            if self.get_indent(str(accepted_media_type), renderer_context or {}) is None:
                return data
            data = json.loads(data)  # asked for with indents
        return bytes(super().render(data, accepted_media_type, renderer_context))


class ContentNegotiation(DefaultContentNegotiation):
    """Choose a renderer by `Accept` and `?format=`. Raises Invalid for an unknown format."""

    settings: Any = SETTINGS

    def filter_renderers(self, renderers: Any, wanted: str) -> Any:
        found = [one for one in renderers if one.format == wanted]
        if not found:
            known = ", ".join(one.format for one in renderers)
            raise refused("format", _("One of these is expected: %(known)s.") % {"known": known})
        return found


class Request(ApiRequest):
    """A request that is anonymous until a credential is recognised."""

    def _default_negotiator(self) -> Any:
        return ContentNegotiation()

    def _not_authenticated(self) -> None:
        self._authenticator = None
        self.user = AnonymousUser()
        self.auth = None  # type: ignore[assignment]
