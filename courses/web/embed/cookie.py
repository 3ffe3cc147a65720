"""The cookie of one session: sent to its own pages only, kept apart for each platform (CHIPS)."""

from http.cookies import Morsel
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from courses.conf import settings
from courses.models import Launch

NAME = "cx_embed"


class Partitioned(Morsel[str]):
    """A cookie with the attribute that Python knows from 3.14 on, and Django not yet."""

    def OutputString(self, attrs: Any = None) -> str:  # noqa: N802 (the base class's name)
        text = super().OutputString(attrs)
        return text if "partitioned" in text.lower() else f"{text}; Partitioned"


def base_of(launch: Launch) -> str:
    """Return the address under which everything of this session lives. Not inside of `inside`."""
    return reverse("cx_courses:embed", args=[launch.uuid])


def put(response: HttpResponseBase, launch: Launch, secret: str) -> None:
    """Give the session's secret to the browser, which keeps it in a foreign page's frame, too."""
    give(response, name=NAME, value=secret, path=base_of(launch), max_age=settings.EMBED_SESSION_S)


def give(response: HttpResponseBase, *, name: str, value: str, path: str, max_age: int) -> None:
    """Set a cookie that is kept in a foreign page's frame, apart for each such page."""
    response.set_cookie(
        name, value, max_age=max_age, path=path, secure=True, httponly=True, samesite="None"
    )
    plain = response.cookies[name]
    cookie = Partitioned()
    cookie.set(plain.key, plain.value, plain.coded_value)
    cookie.update(plain)
    response.cookies[name] = cookie


def secret_of(request: HttpRequest) -> str:
    return request.COOKIES.get(NAME, "")
