"""How the pages look to this browser: its choice of colours, kept in a cookie."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from courses.templatetags.courses_ui import THEME_COOKIE, THEMES

_YEAR_S = 365 * 24 * 60 * 60


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember "light" or "dark"; anything else follows the device again."""
    response = redirect(safe_next(request) or "courses:catalogue")
    chosen = request.POST.get("theme")
    if chosen not in THEMES:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
        return response
    response.set_cookie(
        THEME_COOKIE,
        chosen,
        max_age=_YEAR_S,
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )
    return response


def safe_next(request: HttpRequest) -> str | None:
    """Where the form wants to go afterwards, if that is on this site."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return resolve_url(target) if target and is_ours else None
