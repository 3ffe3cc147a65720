"""Authentication, permission and rate of requests."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from courses.addresses import client_address
from courses.api import cors, rate_headers
from courses.api.credentials import (
    Credential,
    KeyCredential,
    PersonCredential,
    credential_of,
)
from courses.api.problems import REALM, Refusal, too_many
from courses.conf import settings
from courses.domain import bearer, clients, oauth, tokens
from courses.storable import judges_requests


class Throttle(SimpleRateThrottle):
    """A rate that also applies outside the framework's views."""

    def allow_request(self, request: Any, view: Any = None) -> bool:
        return bool(super().allow_request(request, view))


class FailedKeys(Throttle):
    """Limit wrong credentials from one address; a right one is never refused for them."""

    scope = "failed_keys"

    def get_rate(self) -> str:
        return str(settings.API_RATES["failed_keys"])

    def get_cache_key(self, request: Request, view: Any) -> str:
        return f"courses.api.failed.{client_address(request)}"


class BearerAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer …`: a key, an access token or a learner's token, by its prefix.

    The person for whom a platform acts is chosen by the address.
    """

    def authenticate_header(self, request: Request) -> str:
        return REALM

    def authenticate(self, request: Request) -> tuple[Any, Credential] | None:
        kind, _separator, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not kind:
            return None
        if kind.lower() != "bearer":
            self._count_failure(request)
            raise exceptions.AuthenticationFailed
        try:
            credential = recognised(text.strip(), now=timezone.now())
        except bearer.InvalidCredentials:
            self._count_failure(request)
            raise exceptions.AuthenticationFailed from None
        return getattr(credential, "user", Platform()), credential

    def _count_failure(self, request: Request) -> None:
        throttle = FailedKeys()
        if not throttle.allow_request(request):
            raise exceptions.Throttled(throttle.wait())


def recognised(text: str, *, now: datetime) -> Credential:
    """Return the credential for this text. Raises bearer.Refused, the same for every reason."""
    prefix = text.partition("_")[0]
    if prefix == oauth.MARK:
        token = oauth.recognise(text=text, now=now)
        return KeyCredential(token.key, granted=token.scopes)
    if prefix == tokens.MARK:
        row = tokens.recognise(text=text, now=now)
        issuer = KeyCredential(row.issuer) if row.issuer else None
        return PersonCredential(row.user, row.scopes, issuer)
    return KeyCredential(clients.recognise(text=text, now=now))


class SessionAuthentication(authentication.SessionAuthentication):
    """Django's session, with its CSRF token for everything that changes something."""

    def authenticate(self, request: Request) -> tuple[Any, Credential] | None:
        found = super().authenticate(request)
        return None if found is None else (found[0], PersonCredential(found[0]))


class Platform:
    """`request.user` of a key: no person, and without any of a person's permissions."""

    pk = None
    is_authenticated = True
    is_active = True
    is_staff = is_superuser = False

    def __str__(self) -> str:
        return "platform"


class HasScope(BasePermission):
    """Require the scope that the view names for this method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        credential = credential_of(request)
        if credential is None:
            return False
        scope = view.scope_for(request.method)
        if scope is not None and not credential.has(scope):
            raise Refusal("missing_scope", scope=scope)
        return True


class ClientThrottle(Throttle):
    """Limit the requests of each credential; without one, of each address."""

    def __init__(self) -> None:
        """Read no rate yet: it depends on the request."""

    def allow_request(self, request: Any, view: Any = None) -> bool:
        credential = credential_of(request)
        kind = "anonymous" if credential is None else credential.owner.partition(":")[0]
        if cors.is_preflight(request):
            kind = (
                "client"  # browsers ask before most calls, and many learners may share an address
            )
        self.rate = settings.API_RATES[kind]
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return super().allow_request(request, view)

    def get_cache_key(self, request: Request, view: Any) -> str:
        credential = credential_of(request)
        owner = credential.owner if credential else f"address:{client_address(request)}"
        return f"courses.api.rate.{'preflight.' if cors.is_preflight(request) else ''}{owner}"


def limited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Apply the rate of requests without a credential to a plain view under the API's address.

    A host's LoginRequiredMiddleware lets it through: programs are not redirected to a sign-in page.
    """

    @login_not_required
    @judges_requests
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        throttle = ClientThrottle()
        cors.note_reader(request)
        if not throttle.allow_request(request):
            response: HttpResponse = too_many(request, wait=throttle.wait())
        elif cors.is_preflight(request):
            response = HttpResponse(status=204)
        else:
            response = view(request, *args, **kwargs)
        rate_headers.add(response, [throttle])
        cors.add_headers(request, response)
        return response

    return inner
