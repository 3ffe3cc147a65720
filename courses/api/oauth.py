"""The endpoints of OAuth 2 for client credentials (RFC 6749, 4.4): for a token, and to revoke one
(RFC 7009). Nothing else of it.

They answer as these standards ask and not with `problem+json`, so they are not under `/api/`.
Imported only where django-oauth-toolkit is installed; a host's own settings of it do not change
them.
"""

import hashlib
import math
import secrets
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.views import RevokeTokenView, TokenView
from oauthlib.oauth2 import BackendApplicationServer
from oauthlib.oauth2.rfc6749.errors import CustomOAuth2Error

from courses.api.authentication import FailedKeys
from courses.conf import settings
from courses.domain import clients, oauth
from courses.models.client import SCOPES

_BAD = 400


class Validator(OAuth2Validator):
    """Accept only clients with a usable ApiKey, and only that key's scopes."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        is_right = super().authenticate_client(request, *args, **kwargs)
        return bool(is_right and self._key(request) is not None)

    def _load_application(self, client_id: Any, request: Any) -> Any:
        """Spend as much time on an unknown client as on a wrong secret."""
        found = super()._load_application(client_id, request) if _is_storable(client_id) else None
        if found is None and client_id:
            check_password("", _unknown_secret())
        return found

    def authenticate_client_id(self, *args: Any, **kwargs: Any) -> bool:
        """Refuse clients without a secret."""
        return False

    def validate_scopes(
        self, client_id: str, scopes: Any, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        key = self._key(request)
        return key is not None and all(
            scope in SCOPES and clients.allows(scopes=key.scopes, wanted=scope) for scope in scopes
        )

    def get_default_scopes(
        self, client_id: str, request: Any, *args: Any, **kwargs: Any
    ) -> list[str]:
        """Return all scopes of the client, for a request that names none."""
        key = self._key(request)
        return [] if key is None else list(key.scopes)

    def _check_and_set_request_resource(self, request: Any) -> None:
        """Refuse to make a token for another resource (RFC 8707)."""
        super()._check_and_set_request_resource(request)
        if request.resource:
            raise CustomOAuth2Error(error="invalid_target", request=request)

    def _set_token_value(self, token: Any, raw: str) -> None:
        """Store the hash alone, whatever the host's settings of the toolkit."""
        token.token = ""
        token._raw_token = raw
        token.token_checksum = hashlib.sha256(raw.encode()).hexdigest()

    def revoke_token(
        self, token: str, token_type_hint: str, request: Any, *args: Any, **kwargs: Any
    ) -> None:
        """Revoke a token of this client; one of another client is unknown."""
        oauth.revoke(text=token, client_id=request.client.client_id)

    def _key(self, request: Any) -> Any:
        now = timezone.now()
        return request.client and oauth.client(client_id=request.client.client_id, now=now)


def _is_storable(client_id: Any) -> bool:
    """Return whether it is missing, or a text that a database can look for."""
    return "\0" not in str(client_id or "")


@cache
def _unknown_secret() -> str:
    """Return the hash of a secret that nobody has."""
    return make_password(secrets.token_urlsafe())


class Server(BackendApplicationServer):
    """Client credentials and bearer tokens; a refresh token makes no sense with them."""

    def __init__(self, validator: Any, **_host: Any) -> None:
        super().__init__(
            validator,
            token_generator=lambda _request: oauth.draw_token(),
            token_expires_in=lambda _request: int(settings.OAUTH_TOKEN_S),
        )


class Endpoint:
    """What both endpoints share: which clients they accept, and how they answer."""

    http_method_names = ["post"]
    server_class = Server
    validator_class = Validator
    oauthlib_backend_class = OAuthLibCore

    def answer(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Add the headers; limit wrong secrets as the API limits wrong keys, in one count."""
        if response.status_code >= _BAD:
            throttle = FailedKeys()
            if not throttle.allow_request(request):
                return _slow_down(throttle.wait())
        response.headers["Content-Type"] = "application/json"
        response.headers["Cache-Control"] = "no-store"
        return response


@method_decorator([csrf_exempt, login_not_required], name="dispatch")
class Token(Endpoint, TokenView):
    """`POST`: a client's id and secret for an access token."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer(request, self.authorization_flow_token_response(request))


@method_decorator([csrf_exempt, login_not_required], name="dispatch")
class Revocation(Endpoint, RevokeTokenView):
    """`POST`: a client's id and secret, and the access token that shall end."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Revoke the token; 200 also for a text that is no token of this client (RFC 7009)."""
        return self.answer(request, super().post(request, *args, **kwargs))


def _slow_down(wait: float | None) -> HttpResponse:
    headers = {"Retry-After": str(max(1, math.ceil(wait or 0))), "Cache-Control": "no-store"}
    body = {"error": "temporarily_unavailable", "error_description": "Too many wrong requests."}
    return JsonResponse(body, status=429, headers=headers)
