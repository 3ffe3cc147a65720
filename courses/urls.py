"""Addresses of the app. Hosts write one line: `path("", include("courses.urls"))`."""

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path, re_path

from courses.api import try_it
from courses.api.authentication import limited
from courses.api.problems import unknown
from courses.web.urls import urlpatterns as pages

app_name = "cx_courses"


def _oauth() -> list[URLPattern]:
    """Return where platforms get and revoke access tokens, if django-oauth-toolkit is installed."""
    if not apps.is_installed("oauth2_provider"):
        return []
    from courses.api.oauth import Revocation, Token

    return [
        path("oauth/token", Token.as_view(), name="oauth-token"),
        path("oauth/revoke", Revocation.as_view(), name="oauth-revoke"),
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    *pages,
    path("api/v1/docs/try", limited(try_it.page), name="try-it"),
    path("api/v1/", include("courses.api.urls")),
    re_path(r"^api/", limited(unknown)),
    *_oauth(),
]

__all__ = ["app_name", "urlpatterns"]
