"""Addresses of a host that puts a tenant before everything."""

from django.urls import include, path

_INNER = [path("learn/", include("courses.urls"))]
urlpatterns = [path("t/<slug:tenant>/", include(_INNER))]
