"""Who asks: a platform by its key, or a learner by the session of her browser."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from courses.api.problems import Refusal
from courses.conf import settings
from courses.domain import access, clients, learners
from courses.errors import NotFound
from courses.models import ApiClient, ApiKey, Course
from courses.models.course import CourseQuerySet

OWN = "me"
"""The `external_id` under which a signed-in learner finds herself; no platform may use it."""


class Credential(Protocol):
    """What every kind of credential knows; views ask this and never what kind it is."""

    owner: str
    """Stable name for throttles and idempotency keys."""
    client: ApiClient | None

    def has(self, scope: str) -> bool: ...
    def person(self, external_id: str) -> Any: ...
    def courses(self) -> CourseQuerySet: ...


@dataclass(frozen=True)
class KeyCredential:
    """A platform with one of its keys."""

    key: ApiKey
    client: ApiClient = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "client", self.key.client)

    @property
    def owner(self) -> str:
        return f"client:{self.client.pk}"

    def has(self, scope: str) -> bool:
        """`gradebook:write` is good for `gradebook:read`, `admin` for everything."""
        wider = scope.replace(":read", ":write")
        return bool({scope, wider, "admin"} & set(self.key.scopes))

    def person(self, external_id: str) -> Any:
        """The account of one of this platform's learners. Raises NotFound."""
        return learners.find(client=self.client, external_id=external_id).user

    def courses(self) -> CourseQuerySet:
        """What is published, as far as the key reaches."""
        rows = Course.objects.published()
        return rows.filter(pk__in=self._limits) if self._limits else rows

    @property
    def is_limited(self) -> bool:
        """Is the key for some courses only?"""
        return bool(self._limits)

    @cached_property
    def _limits(self) -> list[int]:
        return list(self.key.courses.values_list("pk", flat=True))


@dataclass(frozen=True)
class SessionCredential:
    """A person in the browser: her own learning, the catalogue, and nothing of a platform's."""

    user: Any
    client = None
    scopes = frozenset({"catalogue:read", "learning:write"})

    @property
    def owner(self) -> str:
        return f"user:{self.user.pk}"

    def has(self, scope: str) -> bool:
        return scope in self.scopes

    def person(self, external_id: str) -> Any:
        if external_id != OWN:
            raise NotFound
        return self.user

    def courses(self) -> CourseQuerySet:
        return Course.objects.seen_by(self.user).exclude(state=Course.State.ARCHIVED)


class FailedKeys(SimpleRateThrottle):
    """Wrong keys from one address; a right key is never refused for them."""

    scope = "failed_keys"

    def get_rate(self) -> str:
        return str(settings.API_RATES["failed_keys"])

    def get_cache_key(self, request: Request, view: Any) -> str:
        return f"courses.api.failed.{self.get_ident(request)}"


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer cxk_…`. The person behind it is chosen by the address."""

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="courses"'

    def authenticate(self, request: Request) -> tuple[Any, Credential] | None:
        kind, _separator, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not kind:
            return None
        if kind.lower() != "bearer":
            raise exceptions.AuthenticationFailed
        try:
            key = clients.recognise(text=text.strip(), now=timezone.now())
        except clients.KeyRefused:
            self._count_failure(request)
            raise exceptions.AuthenticationFailed from None
        return Platform(), KeyCredential(key)

    def _count_failure(self, request: Request) -> None:
        throttle = FailedKeys()
        if not throttle.allow_request(request, None):
            raise exceptions.Throttled(throttle.wait())


class SessionAuthentication(authentication.SessionAuthentication):
    """Django's session, with its CSRF token for everything that changes something."""

    def authenticate(self, request: Request) -> tuple[Any, Credential] | None:
        found = super().authenticate(request)
        return None if found is None else (found[0], SessionCredential(found[0]))


class Platform:
    """`request.user` of a key: nobody in particular, and surely not a person with rights."""

    pk = None
    is_authenticated = True
    is_active = True
    is_staff = is_superuser = False

    def __str__(self) -> str:
        return "platform"


class HasScope(BasePermission):
    """The credential has the scope that the view names for this method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.auth is None:
            return False
        scope = view.scope_for(request.method)
        if scope is not None and not request.auth.has(scope):
            raise Refusal("missing_scope", scope=scope)
        return True


def course_of(request: Request, key: str) -> Course:
    """A course this credential reaches. Raises NotFound."""
    course = request.auth.courses().filter(key=key).first()
    if course is None:
        raise NotFound
    return course


def reader_of(request: Request, external_id: str, course_key: str) -> access.Reader:
    """The learner in the course, as the domain wants her. Raises NotFound, NotEnrolled."""
    person = request.auth.person(external_id)
    course = course_of(request, course_key)
    return access.reader(course_key=course.key, by=person)


class ClientThrottle(SimpleRateThrottle):
    """So many requests per credential; strangers by their address."""

    def __init__(self) -> None:
        """The rate depends on who asks, and is read then."""

    def allow_request(self, request: Request, view: Any) -> bool:
        kind = "anonymous" if request.auth is None else request.auth.owner.partition(":")[0]
        self.rate = settings.API_RATES[kind]
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return bool(super().allow_request(request, view))

    def get_cache_key(self, request: Request, view: Any) -> str:
        who = request.auth.owner if request.auth else f"address:{self.get_ident(request)}"
        return f"courses.api.rate.{who}"
