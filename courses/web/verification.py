"""Verifying a certificate by its number, for people and programs, without an account.

Every page here answers everybody alike, shows nothing but what `certificates.verify` found, and is
counted per address, so that nobody tries numbers.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses import addresses, rates
from courses.certificate_links import VerificationLinks
from courses.conf import settings
from courses.domain import certificates
from courses.domain.certificates import credentials, numbers
from courses.domain.certificates.credentials import DATA_INTEGRITY, JWT, Form
from courses.domain.certificates.proofs import Json
from courses.errors import NotFound
from courses.models import Course
from courses.web.errors import error_page, handles_errors

_LD = "application/ld+json"
_JWT = "application/jwt"
_FOR_A_MINUTE = f"public, max-age={credentials.TTL_S}"

View = Callable[..., HttpResponse]


def _throttled(view: View) -> View:
    """Limit each address to COURSES_VERIFY_RATE, and let programs of any origin read."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = f"verify.{addresses.client_address(request)}"
        if not rates.spend(name, settings.VERIFY_RATE):
            return error_page(request, HTTPStatus.TOO_MANY_REQUESTS)
        response = view(request, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return inner


def _for_everybody(view: View) -> View:
    return login_not_required(_throttled(require_safe(handles_errors(view))))


@_for_everybody
def page(request: HttpRequest, number: str = "") -> HttpResponse:
    """Say whether a certificate is valid, has run out, was revoked, or is not known."""
    asked = request.GET.get("number", "").strip()
    if asked and not number:
        return redirect("cx_courses:certificate-verify", numbers.normalise(asked) or asked[:40])
    now = timezone.now()
    found = certificates.verify(number=number, now=now)
    row = found.certificate
    context = {
        "number": number,
        "state": found.state if number else "",
        "certificate": row,
        "seconds": row.minutes * 60 if row is not None else 0,
        "issuer": settings.BRAND_NAME,
        "is_course_public": row is not None and row.course.state == Course.State.PUBLISHED,
        "now": now,
    }
    is_unknown = found.state == certificates.UNKNOWN
    status = 404 if number and is_unknown else 200
    response = render(request, "cx_courses/certificate/verify.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@_for_everybody
def badge(request: HttpRequest, number: str) -> HttpResponse:
    """Return the credential with an embedded proof."""
    return _credential(request, number, DATA_INTEGRITY)


@_for_everybody
def badge_jwt(request: HttpRequest, number: str) -> HttpResponse:
    """Return the credential as a JWT."""
    return _credential(request, number, JWT)


@_for_everybody
def status(request: HttpRequest, number: int) -> HttpResponse:
    return _status(request, number, DATA_INTEGRITY)


@_for_everybody
def status_jwt(request: HttpRequest, number: int) -> HttpResponse:
    return _status(request, number, JWT)


@_for_everybody
def did(request: HttpRequest) -> HttpResponse:
    return _document(
        credentials.did_document(links=VerificationLinks(request)), "application/did+json"
    )


@_for_everybody
def jwks(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return _document(credentials.jwks(), "application/json")


@_for_everybody
def issuer(request: HttpRequest) -> HttpResponse:
    return _document(credentials.profile(links=VerificationLinks(request)), _LD)


@_for_everybody
def achievement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    links = VerificationLinks(request)
    return _document(credentials.achievement_document(uuid=uuid, links=links), _LD)


def _credential(request: HttpRequest, number: str, form: Form) -> HttpResponse:
    now = timezone.now()
    found = certificates.verify(number=number, now=now).certificate
    if found is None:
        raise NotFound
    links = VerificationLinks(request)
    content = credentials.signed(certificate=found, links=links, form=form, now=now)
    response = _document(content, "application/vc+ld+json")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _status(request: HttpRequest, number: int, form: Form) -> HttpResponse:
    links, now = VerificationLinks(request), timezone.now()
    content = credentials.status_list(number=number, links=links, form=form, now=now)
    return _document(content, "application/vc+ld+json")


def _document(content: str | Json, kind: str) -> HttpResponse:
    if isinstance(content, str):
        response = HttpResponse(content, content_type=_JWT)
    else:
        response = JsonResponse(content, content_type=kind)
    response.headers["Cache-Control"] = _FOR_A_MINUTE
    return response
