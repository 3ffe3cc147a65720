"""The learner pages once more, for the session of a frame: same views, other address, other person.

A page asks for `request.user`, for messages and for a CSRF token. Elsewhere they come from cookies
that a frame does not get; here all of them come from the session that its one cookie opens.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CSRF_SESSION_KEY, CsrfViewMiddleware
from django.urls import ResolverMatch, reverse
from django.utils import translation
from django.utils.crypto import salted_hmac

from courses.domain import launches
from courses.domain.rights import looks_after_class, reads_drafts
from courses.models import Enrolment, Launch, Trial
from courses.storable import require_storable
from courses.web import errors
from courses.web.below import answer, inside

_CSRF_LENGTH = 32
_UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
_OURS = "same-origin"


@dataclass(frozen=True)
class Embed:
    """What a page needs to know of the frame it stands in: `request.embed`."""

    launch: Launch
    base: str
    state: str = ""
    """Why there is no session, for the page that explains it."""

    @property
    def origin(self) -> str:
        return self.launch.origin

    @property
    def theme(self) -> str:
        return self.launch.theme

    @property
    def enrolment(self) -> Enrolment:
        return launches.enrolment_of(launch=self.launch)

    @property
    def is_guest(self) -> bool:
        """Whether the platform does not say who the person is, so that nothing is kept."""
        row = self.launch.enrolment
        return row is not None and row.is_trial

    @property
    def trial(self) -> Trial | None:
        """The trial in which a guest learns; None for everybody else."""
        return self.enrolment.trial if self.is_guest else None

    @property
    def course_key(self) -> str:
        return self.enrolment.course.key

    @property
    def looks_after_class(self) -> bool:
        """Whether the person teaches or marks in the class of this frame."""
        row = self.launch.enrolment
        return not self.state and row is not None and looks_after_class(row)

    @property
    def may_try(self) -> bool:
        """Whether the person may see the course as a learner of this class does."""
        row = self.launch.enrolment
        return self.looks_after_class and row is not None and reads_drafts(row)

    @property
    def platform(self) -> str:
        return self.launch.client.name

    @property
    def return_url(self) -> str:
        """Where the platform wants its learner back, if that is on its own origin."""
        url = self.launch.return_url
        return url if url and launches.is_on(url, origin=self.origin) else ""

    @property
    def standing_url(self) -> str:
        return f"{self.base}standing/"

    @property
    def display_url(self) -> str:
        return f"{self.base}display/"


class Store(SessionBase):
    """`request.session`, kept with the launch instead of behind the site's own cookie."""

    def __init__(self, launch: Launch, *, csrf_token: str) -> None:
        super().__init__(str(launch.uuid))
        self.launch = launch
        self.csrf_token = csrf_token

    def load(self) -> dict[str, Any]:
        return {**self.launch.data, CSRF_SESSION_KEY: self.csrf_token}

    def save(self, must_create: bool = False) -> None:  # noqa: ARG002
        launches.store_session(launch=self.launch, data=dict(self.items()))

    def exists(self, session_key: str) -> bool:
        return session_key == self.session_key

    def create(self) -> None:
        """Do nothing: the session exists as long as its launch."""

    def delete(self, session_key: str | None = None) -> None:  # noqa: ARG002
        launches.store_session(launch=self.launch, data={})

    @classmethod
    def clear_expired(cls) -> None:
        """Do nothing: the relay deletes old launches."""


@contextmanager
def in_language(launch: Launch) -> Iterator[None]:
    """Activate the launch's language; without one, that of the browser."""
    if not launch.locale:
        yield
        return
    with translation.override(launch.locale):
        yield


def serve(
    request: HttpRequest, embed: Embed, match: ResolverMatch, path: str = "/"
) -> HttpResponse:
    """Return what the view of `match` answers to the learner of this session."""
    inner = for_learner(request, embed, match, path)
    with in_language(embed.launch), inside(embed.base):
        response = _checked(inner, match)
        if not getattr(response, "is_rendered", True):
            response.render()  # type: ignore[attr-defined]
        inner._messages.update(response)  # type: ignore[attr-defined]
        if inner.session.modified:
            inner.session.save()
        response.headers["Content-Language"] = translation.get_language()
    return response


def for_learner(request: HttpRequest, embed: Embed, match: ResolverMatch, path: str) -> HttpRequest:
    """Return the request as the learner pages expect it, without the site's cookies."""
    inner = _without_cookies(request, embed)
    inner.path_info = path
    inner.resolver_match = match
    inner.user = launches.enrolment_of(launch=embed.launch).user
    token = _csrf_secret(embed.launch)
    inner.session = Store(embed.launch, csrf_token=token)
    inner._messages = SessionStorage(inner)  # type: ignore[attr-defined]
    inner.COOKIES = {settings.CSRF_COOKIE_NAME: token}
    return inner


def for_anonymous(request: HttpRequest, embed: Embed | None) -> HttpRequest:
    """Return the request for a page without a user."""
    inner = _without_cookies(request, embed)
    inner.user = AnonymousUser()
    return inner


def target_url(launch: Launch) -> str:
    """Return where the session begins. To be called inside of `inside`."""
    course = launches.enrolment_of(launch=launch).course.key
    if launch.target == Launch.Target.COURSE:
        return reverse("cx_courses:course", args=[course])
    if launch.target == Launch.Target.MODULE:
        return f"{reverse('cx_courses:course', args=[course])}#module-{launch.target_key}"
    return reverse(f"cx_courses:{launch.target}", args=[course, launch.target_key])


def _without_cookies(request: HttpRequest, embed: Embed | None) -> HttpRequest:
    inner = copy.copy(request)
    inner.META = {
        name: value
        for name, value in request.META.items()
        if not name.startswith("CSRF_COOKIE") and name != "HTTP_COOKIE"
    }
    inner.COOKIES = {}
    inner.embed = embed  # type: ignore[attr-defined]
    return inner


def _csrf_secret(launch: Launch) -> str:
    """Return a secret of this session alone: only its own pages can make a token of it."""
    made = salted_hmac("courses.web.embed.csrf", launch.secret_hash, algorithm="sha256")
    return made.hexdigest()[:_CSRF_LENGTH]


def _checked(inner: HttpRequest, match: ResolverMatch) -> HttpResponse:
    """Run Django's own check of where a form comes from, then the view."""
    site = inner.headers.get("Sec-Fetch-Site", _OURS)
    if inner.method in _UNSAFE and site != _OURS:
        return errors.csrf_failure(inner)
    check = CsrfViewMiddleware(_nothing)
    check.process_request(inner)
    refused = check.process_view(inner, match.func, match.args, match.kwargs)
    if refused is not None:
        return refused
    require_storable(inner, match.func)
    return answer(inner, match)


def _nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()
