"""How the pages look to this browser: its choice of colours, kept in a cookie."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from courses.templatetags.courses_ui import THEME_COOKIE, THEMES

_YEAR_S = 365 * 24 * 60 * 60


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Store "light" or "dark"; anything else follows the device again."""
    response = redirect_to_next(request)
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


def redirect_to_next(request: HttpRequest) -> HttpResponseRedirect:
    """Go to the form's `next` if that is an address of this site, else to the catalogue.

    The address is used as it is: `django.shortcuts.redirect` would take such a value for the
    name of a page and fail.
    """
    target = request.POST.get("next", "")
    is_ours = target.startswith(("/", "http://", "https://")) and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if is_ours else reverse("cx_courses:catalogue"))


def supported_language(code: str) -> str:
    """Return the site's variant of a course's language, or the active language when it has none."""
    try:
        return translation.get_supported_language_variant(code)
    except LookupError:
        return translation.get_language() or "en"
