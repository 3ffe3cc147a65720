"""The learner pages below another address: that of a frame's session, or that of a trial."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import (
    Resolver404,
    ResolverMatch,
    get_script_prefix,
    resolve,
    set_script_prefix,
)

from courses.web import errors


@contextmanager
def inside(base: str) -> Iterator[None]:
    """Put every address that is made in the block under the session's own."""
    # Django puts the prefix of the first request that asks into a relative STATIC_URL, for good.
    _known = settings.STATIC_URL, settings.MEDIA_URL
    outside = get_script_prefix()
    set_script_prefix(base)
    try:
        yield
    finally:
        set_script_prefix(outside)


def page_at(request: HttpRequest, path: str, names: frozenset[str]) -> ResolverMatch | None:
    """Return the learner page at this path of the site, wherever the host has put the app."""
    try:
        match = resolve(path, getattr(request, "urlconf", None))
    except Resolver404:
        return None
    here = request.resolver_match
    is_ours = here is not None and match.namespace == here.namespace
    return match if is_ours and match.url_name in names else None


def answer(inner: HttpRequest, match: ResolverMatch) -> HttpResponse:
    """Return what the view answers; what it refuses has its page below the same address."""
    view: Callable[..., HttpResponse] = match.func
    try:
        return view(inner, *match.args, **match.kwargs)
    except Http404 as missing:
        return errors.page_not_found(inner, missing)
    except PermissionDenied as denied:
        return errors.permission_denied(inner, denied)
