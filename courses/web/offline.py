"""Reading opened lessons without a network: the service worker, and what it may keep for whom.

The worker keeps a page only if the server says so in a header of that page (`KEEP`), in a cache
named after its reader (`READER`); when another page names another reader, or none, it empties the
caches of all others. See decision 48.
"""

import json
from collections.abc import Callable
from functools import cache, wraps
from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_safe

from courses.conf import settings
from courses.domain import access
from courses.templatetags.courses_ui import sign_out_url

READER = "X-Courses-Reader"
KEEP = "X-Courses-Keep"
NOBODY = "none"

DAYS = 30
"""For which a page is kept at most; where sessions are shorter, only as long as they are."""

_DAY = 24 * 60 * 60
_SALT = "courses.offline"

View = Callable[..., HttpResponse]


def is_offered() -> bool:
    """Return whether this site lets browsers keep lessons.

    Not where closing the browser is to sign people out, as at shared desks, and not where style
    sheets and scripts come from another site, which a worker of this one cannot keep.
    """
    is_kept_here = not django_settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    return settings.OFFLINE and is_kept_here and not _is_elsewhere(django_settings.STATIC_URL)


@cache
def _is_elsewhere(address: str | None) -> bool:
    return bool(urlsplit(address or "").netloc)


def name_reader(request: HttpRequest, response: HttpResponseBase) -> None:
    """Say in a header for whom the page is; a frame's or trial's person is another matter."""
    if READER not in response.headers and is_offered() and not _is_framed(request):
        response.headers[READER] = _reader(request)


def may_keep(request: HttpRequest, reader: access.Reader) -> bool:
    """Return whether the lesson may be kept: a learner's own, neither a draft nor a preview."""
    is_learner = reader.enrolment is not None and not reader.is_author
    return is_learner and is_offered() and not _is_framed(request)


def forget(response: HttpResponseBase) -> None:
    """Let the browser empty what it keeps when it gets this page."""
    response.headers[READER] = NOBODY


def forgets_device(view: View) -> View:
    """Let a browser forget all it stores of this site, where the view has signed a person out."""

    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        was_somebody = request.user.is_authenticated
        response = view(request, *args, **kwargs)
        if was_somebody and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"storage"'
        return response

    return inner


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Return the service worker. Its address is at the prefix of the courses, and so its scope.

    Where it is switched off, one that empties its caches and removes itself.
    """
    names = ["keeping", "worker"] if is_offered() else ["retired"]
    given = {
        "version": getattr(staticfiles_storage, "manifest_hash", ""),
        "page": reverse("cx_courses:offline"),
        "files": django_settings.STATIC_URL,
        "signOut": sign_out_url(),
        "seconds": min(DAYS * _DAY, django_settings.SESSION_COOKIE_AGE),
    }
    sources = [static(f"cx_courses/js/offline/{name}.js") for name in names]
    text = f"self.COURSES = {json.dumps(given)};\nimportScripts(...{json.dumps(sources)});\n"
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers=headers)


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show what can be read without a network. The page is kept, so nobody is named on it."""
    return render(request, "cx_courses/offline/page.html", {"user": AnonymousUser()})


def _reader(request: HttpRequest) -> str:
    """Return a name for person and password that nobody can guess or trace back."""
    if not request.user.is_authenticated:
        return NOBODY
    credential = request.session.get(HASH_SESSION_KEY, "")
    return salted_hmac(_SALT, f"{request.user.pk} {credential}").hexdigest()


def _is_framed(request: HttpRequest) -> bool:
    here = getattr(request, "embed", None), getattr(request, "trial", None)
    return here != (None, None)
