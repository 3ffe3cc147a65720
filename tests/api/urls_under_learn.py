"""The addresses of a host that serves the courses under a prefix."""

from django.urls import include, path

urlpatterns = [path("learn/", include("courses.urls"))]
