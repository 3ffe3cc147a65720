"""Credentials, of a platform or a learner, and what each may do."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from django.http import HttpRequest
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from courses.domain import access, clients, learners, tokens
from courses.errors import NotFound
from courses.models import ApiClient, ApiKey, Course
from courses.models.course import CourseQuerySet

OWN = "me"
"""The `external_id` under which learners find themselves; no platform may use it."""


class Credential(Protocol):
    """What every kind of credential offers; views never ask for the kind."""

    @property
    def owner(self) -> str:
        """Stable name for throttles and idempotency keys."""

    @property
    def client(self) -> Any:
        """The platform; None for a person."""

    @property
    def key(self) -> Any:
        """The platform's key; None for a person."""

    @property
    def is_limited(self) -> bool:
        """Whether it is for some courses only."""

    @property
    def origins(self) -> Collection[str]:
        """Origins of other sites whose pages may call the API with it."""

    def has(self, scope: str) -> bool: ...
    def person(self, external_id: str, *, acts: bool = False) -> Any: ...
    def courses(self) -> CourseQuerySet: ...
    def course(self, key: str) -> Course | None: ...
    def reaches(self, course: Course) -> bool: ...
    def authored(self) -> CourseQuerySet: ...


@dataclass(frozen=True)
class KeyCredential:
    """A platform with one of its keys, or with an access token of its OAuth client."""

    key: ApiKey
    granted: Collection[str] | None = None
    """The part of the key's scopes that a token was given; None: all of them."""

    @property
    def client(self) -> ApiClient:
        return self.key.client

    @property
    def owner(self) -> str:
        return f"client:{self.client.pk}"

    @property
    def origins(self) -> Collection[str]:
        return list(self.client.origins)

    def has(self, scope: str) -> bool:
        """Return whether the scope is granted; a token never has more than its key has now."""
        if self.granted is not None and not clients.allows(scopes=self.granted, wanted=scope):
            return False
        return clients.allows(scopes=self.key.scopes, wanted=scope)

    def person(self, external_id: str, *, acts: bool = False) -> Any:
        """Return the account of one of this platform's learners. Raises NotFound.

        With `acts`, for something that the learner does: also raises Deactivated.
        """
        find = learners.find_acting if acts else learners.find
        return find(client=self.client, external_id=external_id).user

    def courses(self) -> CourseQuerySet:
        """Return the published courses that the key reaches."""
        rows = Course.objects.published()
        return rows.filter(pk__in=self._limits) if self._limits else rows

    def course(self, key: str) -> Course | None:
        """Return the one of `courses` with this key, None where there is none."""
        found = access.published_course(key=key)
        return found if found is not None and self.reaches(found) else None

    def reaches(self, course: Course) -> bool:
        """Return whether it is among `courses`, without a query."""
        is_within = not self._limits or course.pk in self._limits
        return is_within and course.state == Course.State.PUBLISHED

    def authored(self) -> CourseQuerySet:
        """Return the courses that the key reaches, in any state."""
        rows = Course.objects.all()
        return rows.filter(pk__in=self._limits) if self._limits else rows

    @property
    def is_limited(self) -> bool:
        """Whether the key is for some courses only."""
        return bool(self._limits)

    @cached_property
    def _limits(self) -> list[int]:
        if not getattr(self.key, "has_limits", True):
            return []  # the query that found the key has looked
        return list(self.key.courses.values_list("pk", flat=True))


@dataclass(frozen=True)
class PersonCredential:
    """A person, in the browser or by a token of their own: their own learning and the catalogue."""

    user: Any
    granted: Collection[str] = tokens.SCOPES
    issuer: KeyCredential | None = None
    """The platform's key that asked for the token: it cannot hand on more than it has."""
    client = key = None
    is_limited = True

    @property
    def owner(self) -> str:
        return f"user:{self.user.pk}"

    @property
    def origins(self) -> Collection[str]:
        """Those of the platform that asked for the token; a session has none."""
        return () if self.issuer is None else self.issuer.origins

    def has(self, scope: str) -> bool:
        return scope in self.granted and (self.issuer is None or self.issuer.has(scope))

    def person(self, external_id: str, *, acts: bool = False) -> Any:
        if external_id != OWN:
            raise NotFound
        return self.user

    def courses(self) -> CourseQuerySet:
        rows = Course.objects.seen_by(self.user).exclude(state=Course.State.ARCHIVED)
        return rows if self.issuer is None else rows.filter(pk__in=self.issuer.courses())

    def course(self, key: str) -> Course | None:
        return next(iter(self.courses().filter(key=key).order_by()[:1]), None)

    def reaches(self, course: Course) -> bool:
        return self.courses().filter(pk=course.pk).exists()

    def authored(self) -> CourseQuerySet:
        """Return no course: people write in the admin."""
        return Course.objects.none()


class ApiRequest(Request):
    """A request to a view of the API, behind its permissions: it has a credential."""

    auth: Credential


def credential_of(request: HttpRequest | Request) -> Credential | None:
    """Return the credential of a request, None without one."""
    found: Credential | None = getattr(request, "auth", None)
    return found


def course_of(request: ApiRequest, key: str) -> Course:
    """Return a course that this credential reaches. Raises NotFound."""
    course = request.auth.course(key)
    if course is None:
        raise NotFound
    return course


def reader_of(
    request: ApiRequest, external_id: str, course_key: str, section: str = ""
) -> access.Reader:
    """Return the learner in the course, in the class with this key, as the domain takes it.

    Raises NotFound, NotEnrolled, Deactivated.
    """
    person = request.auth.person(external_id, acts=request.method not in SAFE_METHODS)
    try:
        reader = access.learner(course_key=course_key, by=person, section=section)
    except access.NotEnrolled:
        course_of(request, course_key)  # one that the credential does not reach is not found
        raise
    if not request.auth.reaches(reader.course):
        raise NotFound
    return reader
