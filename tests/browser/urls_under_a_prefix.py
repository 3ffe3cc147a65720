"""The addresses of a host that has the courses under a prefix."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("admin/", admin.site.urls), path("learn/", include("courses.urls"))]
