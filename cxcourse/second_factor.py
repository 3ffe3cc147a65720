"""A second factor for staff, where the environment has `STAFF_SECOND_FACTOR=1`: django-otp.

The admin then opens only for who gave a code of an authenticator app, or one of the recovery codes,
beside the password. `manage.py addstatictoken NAME` prints a code for the first sign-in.
"""

from importlib.util import find_spec

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured

APP = "django_otp"
PLUGINS = ("django_otp.plugins.otp_totp", "django_otp.plugins.otp_static")
MIDDLEWARE = "django_otp.middleware.OTPMiddleware"
AFTER = "django.contrib.auth.middleware.AuthenticationMiddleware"


def installed_apps(*, is_wanted: bool) -> list[str]:
    """Return the apps to install for the second factor.

    Raises ImproperlyConfigured without the package.
    """
    if is_wanted and find_spec(APP) is None:
        raise ImproperlyConfigured(
            "STAFF_SECOND_FACTOR is set, but django-otp is not installed: "
            "pip install 'cx-course[site]', or take STAFF_SECOND_FACTOR away."
        )
    return [APP, *PLUGINS] if is_wanted else []


def middleware(names: list[str], *, is_wanted: bool) -> list[str]:
    """Return the list with django-otp's middleware after that of sign-ins."""
    if not is_wanted:
        return names
    place = names.index(AFTER) + 1
    return [*names[:place], MIDDLEWARE, *names[place:]]


def require() -> None:
    """Open the admin only to staff who gave their second factor in this session."""
    if not apps.is_installed(APP):
        return
    from django_otp.admin import OTPAdminAuthenticationForm, OTPAdminSite

    from courses.web.names import AnyCase

    class StaffSignIn(AnyCase, OTPAdminAuthenticationForm):  # type: ignore[misc]
        """User names in any case, the password, and a code."""

    # As django-otp's documentation does it: the site keeps its name and what is registered.
    admin.site.__class__ = OTPAdminSite
    admin.site.login_form = StaffSignIn
