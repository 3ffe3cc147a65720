"""A host that puts the app below a path of its own."""

from django.urls import include, path

urlpatterns = [path("learn/cx/", include("courses.urls"))]
