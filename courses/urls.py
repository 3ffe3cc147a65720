"""Addresses of the app. Hosts write one line: `path("", include("courses.urls"))`."""

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path, re_path

from courses.conf import has_api
from courses.web.urls import urlpatterns as pages

app_name = "cx_courses"


def _api() -> list[URLPattern | URLResolver]:
    """The API, for a host that has what it needs: `pip install cx-course[api]`."""
    if not has_api():
        return []
    from courses.api.authentication import limited
    from courses.api.problems import unknown

    return [path("api/v1/", include("courses.api.urls")), re_path(r"^api/", limited(unknown))]


def _oauth() -> list[URLPattern | URLResolver]:
    """Where platforms get and revoke access tokens, for a host that has `cx-course[oauth]`."""
    if not (has_api() and apps.is_installed("oauth2_provider")):
        return []
    from courses.api.oauth import Revocation, Token

    return [
        path("oauth/token", Token.as_view(), name="oauth-token"),
        path("oauth/revoke", Revocation.as_view(), name="oauth-revoke"),
    ]


urlpatterns = [*pages, *_api(), *_oauth()]

__all__ = ["app_name", "urlpatterns"]
