"""OAuth 2 for platforms, where the environment has `API_OAUTH=1`: the toolkit and its settings."""

from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured

APP = "oauth2_provider"

# The strict reading of RFC 9700 that the toolkit makes its default in 4.0. The course's token
# endpoint keeps to it anyway; this is for whatever else a site adds.
PROVIDER: dict[str, Any] = {
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    **{
        f"COMPLIANT_BCP_RFC9700_{name}": True
        for name in (
            "ACCESS_TOKEN_TRANSPORT",
            "AUTHZ_RESPONSE_ISS",
            "IMPLICIT_GRANT",
            "PASSWORD_GRANT",
            "PKCE_METHOD",
            "PKCE_REQUIRED",
            "REDIRECT_URI_MATCHING",
            "REDIRECT_URI_SCHEME",
            "REFRESH_TOKEN",
            "TOKEN_STORAGE",
        )
    },
}


def installed_apps(*, is_wanted: bool) -> list[str]:
    """Return the apps to install for OAuth. Raises ImproperlyConfigured without the package."""
    if is_wanted and find_spec(APP) is None:
        raise ImproperlyConfigured(
            "API_OAUTH is set, but django-oauth-toolkit is not installed: "
            "pip install 'cx-course[oauth]', or take API_OAUTH away."
        )
    return [APP] if is_wanted else []


def hide_from_admin() -> None:
    """Hide the toolkit's pages: a client is made at its API key, tokens are edited by nobody."""
    if apps.is_installed(APP):
        for model in apps.get_app_config(APP).get_models():
            if admin.site.is_registered(model):
                admin.site.unregister(model)
