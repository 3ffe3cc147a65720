"""The page on which people try the API, where the environment has `API_TRY_IT`."""

from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured

APP = "drf_spectacular_sidecar"


def installed_apps(*, is_wanted: bool) -> list[str]:
    """Return what the site installs for it. Raises ImproperlyConfigured without the package."""
    if is_wanted and find_spec(APP) is None:
        raise ImproperlyConfigured(
            "API_TRY_IT is set, but drf-spectacular-sidecar is not installed: "
            "pip install 'cx-course[docs]', or take API_TRY_IT away."
        )
    return [APP] if is_wanted else []
