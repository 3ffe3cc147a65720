"""Pages in the reader's own time zone and language."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone, translation

from courses.domain import preferences
from courses.web import offline

View = Callable[..., HttpResponse]


def on_own_clock(pattern: URLPattern) -> URLPattern:
    """Wrap the page of a pattern in its reader's preferences. One query a page."""
    pattern.callback = _preferred(pattern.callback)
    return pattern


def _preferred(view: View) -> View:
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with _preferences(request):
            response = view(request, *args, **kwargs)
            if not getattr(response, "is_rendered", True):
                response.render()  # type: ignore[attr-defined]
            response.headers.setdefault("Content-Language", translation.get_language())
        offline.name_reader(request, response)
        return response

    return inner


@contextmanager
def _preferences(request: HttpRequest) -> Iterator[None]:
    """Activate the person's preferences; in a frame the platform's language goes first."""
    row = preferences.of(user=request.user)
    embed = getattr(request, "embed", None)
    is_named = embed is not None and bool(embed.launch.locale)
    language = "" if is_named else row.language
    with timezone.override(preferences.zone(user=request.user)):
        if not language:
            yield
            return
        with translation.override(language):
            yield
