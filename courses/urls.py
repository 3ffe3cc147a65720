"""Addresses of the app. Hosts write one line: `path("", include("courses.urls"))`."""

from django.urls import URLPattern, URLResolver

app_name = "courses"
urlpatterns: list[URLPattern | URLResolver] = []
