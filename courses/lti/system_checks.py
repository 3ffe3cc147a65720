"""System checks of the settings that LTI needs."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, register

from courses.conf import settings
from courses.domain.origins import origin_of


@register("cx_courses")
def public_address(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that platforms have one address to come to, whatever host a request names."""
    url = settings.LTI_URL
    if not url or origin_of(url) is None or not url.endswith("/") or "?" in url or "#" in url:
        yield Error(
            f"COURSES_LTI_URL is {url!r}.",
            hint=(
                "Name the public address under which courses.lti.urls is included, for example "
                "https://learn.example.org/lti/."
            ),
            id="cx_courses.E040",
        )
