"""Whole addresses of the site's pages where no request says them: in mails and calendars."""

from django.conf import settings as django_settings
from django.urls import get_script_prefix, reverse

from courses.conf import settings


def is_known() -> bool:
    """Return whether COURSES_PUBLIC_URL says where the site is."""
    return bool(settings.PUBLIC_URL)


def absolute(name: str, *args: object) -> str:
    """Return the address of a page of the courses below COURSES_PUBLIC_URL."""
    # Within a frame's request `reverse` gives addresses of the frame, which end with it.
    path = reverse(f"cx_courses:{name}", args=args).removeprefix(get_script_prefix())
    root = (django_settings.FORCE_SCRIPT_NAME or "").rstrip("/")
    return f"{str(settings.PUBLIC_URL).rstrip('/')}{root}/{path}"
