"""Addresses of the app. Hosts write one line: `path("", include("courses.urls"))`."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path, re_path

from courses.web.urls import urlpatterns as pages

app_name = "courses"


def _api() -> list[URLPattern | URLResolver]:
    """The API, for a host that has what it needs: `pip install cx-course[api]`."""
    if not (find_spec("rest_framework") and find_spec("drf_spectacular")):
        return []
    from courses.api.problems import unknown

    return [path("api/v1/", include("courses.api.urls")), re_path(r"^api/", unknown)]


urlpatterns = [*pages, *_api()]

__all__ = ["app_name", "urlpatterns"]
