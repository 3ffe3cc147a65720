"""The addresses of a host with Django's own admin, as it is."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("admin/", admin.site.urls), path("", include("courses.urls"))]
