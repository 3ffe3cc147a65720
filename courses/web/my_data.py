"""What people may demand about their data: all of it as a file, and its erasure."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from courses.conf import settings
from courses.domain import personal_data
from courses.errors import NotFound
from courses.streaming import StreamedList, download, json_parts
from courses.web import offline, recent
from courses.web.errors import handles_errors
from courses.web.forms import AgreementForm, ErasureForm, PasswordForm
from courses.web.readers import reader_of

_FORM = ["GET", "HEAD", "POST"]


@sensitive_post_parameters("password")
@login_required
@require_http_methods(_FORM)
@handles_errors
def export(request: HttpRequest) -> HttpResponseBase:
    """Return all stored data about the person as a file, after a recent sign-in.

    Where the courses own the accounts the password is asked for; a host's sign-in is the host's.
    """
    if recent.is_recent(request):
        return _file(request)
    if settings.ACCOUNTS != "own":
        return render(request, "cx_courses/account/export.html")
    form = PasswordForm(request.POST or None, user=request.user, request=request)
    if request.method == "POST" and form.is_valid():
        recent.note(request)
        return _file(request)
    return render(request, "cx_courses/account/export.html", {"form": form})


@sensitive_post_parameters("password")
@never_cache
@offline.forgets_device
@login_required
@require_http_methods(_FORM)
@handles_errors
def erase(request: HttpRequest) -> HttpResponse:
    """Erase the person, who types the user name, and the password unless they have just come."""
    form = ErasureForm(
        request.POST or None,
        user=request.user,
        request=request,
        needs_password=not recent.is_recent(request),
    )
    if request.method == "POST" and form.is_valid():
        personal_data.erase(user=request.user, now=timezone.now())
        logout(request)
        messages.success(request, _("Your personal data has been erased, and you are signed out."))
        return redirect("cx_courses:catalogue")
    return render(request, "cx_courses/account/erase.html", {"form": form})


@never_cache
@login_required
@require_safe
@handles_errors
def in_course(request: HttpRequest, course: str) -> HttpResponse:
    """Show the page to a learner from a platform's frame, who has no account page."""
    return render(request, "cx_courses/account/my_data.html", _context(request, course))


@login_required
@require_http_methods(["POST"])
@handles_errors
def export_in_course(request: HttpRequest, course: str) -> HttpResponseBase:
    """Return the export; only to a person who came from the platform, or signed in, just now."""
    context = _context(request, course)
    if not context["is_recent"]:
        return render(request, "cx_courses/account/my_data.html", context, status=403)
    return _file(request)


@offline.forgets_device
@login_required
@require_http_methods(["POST"])
@handles_errors
def erase_in_course(request: HttpRequest, course: str) -> HttpResponse:
    """Erase the learner after they ticked a box: learners in a frame do not know a user name.

    A host's own people are not in a frame; whether and how they are erased is the host's.
    """
    if not _may_erase(request):
        raise NotFound
    form = AgreementForm(request.POST)
    context = _context(request, course) | {"form": form}
    if not context["is_recent"]:
        return render(request, "cx_courses/account/my_data.html", context, status=403)
    if not form.is_valid():
        return render(request, "cx_courses/account/my_data.html", context, status=400)
    personal_data.erase(user=request.user, now=timezone.now())
    if getattr(request, "embed", None) is None:
        logout(request)
    return render(request, "cx_courses/account/erased.html", {"is_erased": True})


def _context(request: HttpRequest, course: str) -> dict[str, Any]:
    reader = reader_of(request, course)
    return {
        "course": reader.course,
        "form": AgreementForm(),
        "is_recent": recent.is_recent(request),
        "may_erase": _may_erase(request),
        "is_own": settings.ACCOUNTS == "own" and getattr(request, "embed", None) is None,
    }


def _may_erase(request: HttpRequest) -> bool:
    return settings.ACCOUNTS == "own" or getattr(request, "embed", None) is not None


def _file(request: HttpRequest) -> HttpResponseBase:
    stored = personal_data.export(user=request.user, now=timezone.now(), collect=StreamedList)
    parts = json_parts(stored, indent=2, ensure_ascii=False)
    response = download(request, parts, name="my-course-data.json", content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
