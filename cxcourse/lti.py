"""LTI 1.3 for learning platforms, where the environment has `LTI_URL`."""

from importlib.util import find_spec
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLResolver, include, path

from courses.conf import settings

APP = "courses.lti"


def installed_apps(*, url: str | None) -> list[str]:
    """Return the apps to install for LTI. Raises ImproperlyConfigured without what they need."""
    if url is None:
        return []
    if find_spec("jwt") is None:
        raise ImproperlyConfigured(
            "LTI_URL is set, but PyJWT is not installed: pip install 'cx-course[lti]', or take "
            "LTI_URL away."
        )
    return [APP]


def urls() -> list[URLResolver]:
    """Return the addresses for platforms, at the path that `LTI_URL` names."""
    if not settings.LTI_URL:
        return []
    place = urlsplit(settings.LTI_URL).path.strip("/")
    return [path(f"{place}/", include("courses.lti.urls"))]
