"""Addresses of the app. Hosts write one line: `path("", include("courses.urls"))`."""

from courses.web.urls import urlpatterns

app_name = "courses"

__all__ = ["app_name", "urlpatterns"]
