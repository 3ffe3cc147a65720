"""The page on which people call the API from their browser: Swagger UI, served by this site.

It is there where the host installs `drf_spectacular_sidecar` and sets `COURSES_API_TRY_IT`.
"""

from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.api.problems import unknown
from courses.conf import settings
from courses.middleware import set_policy

PACKAGE = "drf_spectacular_sidecar"
EVERYBODY = "everybody"
SIGNED_IN = "signed_in"
_FILES = f"{PACKAGE}/swagger-ui-dist/swagger-ui"


def is_offered() -> bool:
    """Return whether this site has the page at all."""
    return settings.API_TRY_IT is not None and apps.is_installed(PACKAGE)


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show Swagger UI with the site's own document; 404 where the site does not offer it."""
    if not is_offered():
        return unknown(request)
    if settings.API_TRY_IT != EVERYBODY and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    files = {"script": static(f"{_FILES}-bundle.js"), "style": static(f"{_FILES}.css")}
    response = render(request, "cx_courses/api/try_it.html", files)
    return set_policy(request, response, _policy(files["script"]))


def _policy(address: str) -> dict[str, list[str]]:
    """Return what the page needs beyond the site's policy, or a strict policy where it has none.

    The library's stylesheet draws its arrows with `data:` images.
    """
    images = {"img-src": ["'self'", "data:"]}
    if getattr(django_settings, "SECURE_CSP", None):
        return images
    parts = urlsplit(address)
    files = ["'self'", *([f"{parts.scheme or 'https'}://{parts.netloc}"] if parts.netloc else [])]
    return {
        "default-src": ["'none'"],
        "script-src": files,
        "style-src": files,
        "connect-src": ["'self'"],
        "form-action": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        **images,
    }
