"""What hosts have beside the courses: settings, files and addresses for `quick_host`."""

from tests.hosts import nonsense

OWN_COURSES = {
    "apps/__init__.py": "",
    "apps/courses/__init__.py": "",
    "apps/courses/models.py": '''
from django.db import models


class Course(models.Model):
    """A course of the host's own, without any relation to ours."""

    title = models.CharField(max_length=80)

    class Meta:
        permissions = [("publish_course", "Can publish a course")]
''',
    "apps/courses/admin.py": """
from django.contrib import admin

from apps.courses.models import Course

admin.site.register(Course)
""",
    "apps/courses/urls.py": """
from django.shortcuts import render
from django.urls import path

from apps.courses.models import Course

app_name = "courses"


def catalogue(request):
    found = [Course.objects.get_or_create(title="Knitting")[0]]
    return render(request, "courses/catalogue.html", {"courses": found})


urlpatterns = [path("", catalogue, name="catalogue")]
""",
    "apps/courses/templates/courses/base.html": (
        "<p>A page of the host</p>{% block content %}{% endblock %}"
    ),
    "apps/courses/templates/courses/catalogue.html": (
        '{% extends "courses/base.html" %}{% load static %}{% block content %}'
        '<a href="{% url "courses:catalogue" %}">{{ courses.0.title }}</a>'
        '<link href="{% static "courses/site.css" %}">{% endblock %}'
    ),
    "apps/courses/static/courses/site.css": "p { color: teal }",
}
"""An app of the host that is called `courses` in every way that Django knows."""
OWN_COURSES_SETTINGS = '\nINSTALLED_APPS += ["apps.courses"]\n'
OWN_COURSES_URL = 'urlpatterns += [path("courses/", include("apps.courses.urls"))]\n'

LOGIN_REQUIRED = """
MIDDLEWARE += ["django.contrib.auth.middleware.LoginRequiredMiddleware"]
LOGIN_URL = "/admin/login/"
"""

SECOND_ALIAS = """
DATABASES["archive"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "a.sqlite3"}
DATABASE_ROUTERS = ["host.routers.ArchiveRouter"]
"""
SECOND_ALIAS_FILES = {
    "host/routers.py": '''
class ArchiveRouter:
    """Keeps an app of the host in a database of its own."""

    def db_for_read(self, model, **hints):
        return "archive" if model._meta.app_label == "archive" else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **hints):
        return (db == "archive") == (app_label == "archive")
'''
}

FRAMEWORKS = {"": ("", {}), "nonsense": (nonsense.SETTINGS, nonsense.FILES)}
"""What the host sets for its own API."""


def users(name: str) -> str:
    """Settings for one of the user models in this folder; the first is Django's own."""
    if name == "auth":
        return ""
    app = f"models_{name}"
    return f'\nINSTALLED_APPS += ["tests.hosts.{app}"]\nAUTH_USER_MODEL = "{app}.Person"\n'


def prefix(path: str) -> str:
    return f'urlpatterns += [path("{path}", include("courses.urls"))]\n'


def postgresql(url: str) -> str:
    """Settings for a database of this address, with the connections of `django-environ`."""
    return f'\nimport environ\nDATABASES = {{"default": environ.Env.db_url_config("{url}")}}\n'
