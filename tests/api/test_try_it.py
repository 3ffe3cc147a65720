"""The page that calls the API is there for whom the setting names, with a strict policy."""

import os
import subprocess
import sys

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.shortcuts import resolve_url
from django.test import override_settings
from django.utils.html import escape

from courses import host_checks
from cxcourse import try_it
from tests.api.platform import problem
from tests.factories import UserFactory

PATH = "/api/v1/docs/try"
APP = "drf_spectacular_sidecar"

pytestmark = pytest.mark.django_db


def policy(response):
    parts = response.headers["Content-Security-Policy"].split("; ")
    return {
        name: values.split() for name, _space, values in (part.partition(" ") for part in parts)
    }


@override_settings(COURSES_API_TRY_IT=None)
def test_without_the_setting_there_is_no_page(client):
    problem(client.get(PATH), 404, "not_found")


def test_without_the_app_there_is_no_page_and_the_check_says_why(client, settings):
    assert list(host_checks.try_it()) == []
    settings.INSTALLED_APPS = [name for name in settings.INSTALLED_APPS if name != APP]

    problem(client.get(PATH), 404, "not_found")
    assert [error.id for error in host_checks.try_it()] == ["cx_courses.E016"]
    settings.COURSES_API_TRY_IT = None
    assert list(host_checks.try_it()) == []
    settings.COURSES_API_TRY_IT = "all"
    assert [error.id for error in host_checks.try_it()] == ["cx_courses.E016"]


def test_anonymous_visitors_are_sent_to_sign_in_unless_public(client, settings):
    sent = client.get(PATH)
    assert (sent.status_code, sent.url) == (302, f"{resolve_url(settings.LOGIN_URL)}?next={PATH}")
    with override_settings(COURSES_API_TRY_IT="everybody"):
        page = client.get(PATH)
    assert page.status_code == 200
    assert "data-csrf" not in page.text
    client.force_login(UserFactory())
    assert "data-csrf" in client.get(PATH).text


@pytest.mark.parametrize("address", ["/api/v1/schema", "/learn/api/v1/schema"])
def test_the_page_names_the_description_and_files_of_this_site(address, client, settings):
    if address.startswith("/learn"):
        settings.ROOT_URLCONF = "tests.api.urls_under_learn"
    client.force_login(UserFactory())
    page = client.get(address.replace("schema", "docs/try"))

    assert f'data-schema="{address}"' in page.text
    assert page.headers["Cache-Control"].startswith("max-age=0")
    for name in ("swagger-ui-bundle.js", "swagger-ui.css"):
        path = f"{APP}/swagger-ui-dist/{name}"
        assert f"{escape(settings.STATIC_URL)}{path}" in page.text
        assert finders.find(path)


def test_the_policy_allows_no_inline_script_nor_style(client, settings):
    settings.COURSES_API_TRY_IT = "everybody"
    of_the_site = policy(client.get(PATH))
    assert of_the_site == {**settings.SECURE_CSP, "img-src": ["'self'", "data:"]}
    settings.SECURE_CSP = None
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    for address, files in (
        ("/static/", ["'self'"]),
        ("https://files.example.org/s/", ["'self'", "https://files.example.org"]),
    ):
        settings.STATIC_URL = address
        found = policy(client.get(PATH))
        assert found["default-src"] == found["frame-ancestors"] == ["'none'"]
        assert found["script-src"] == found["style-src"] == files


WITHOUT = """
import os, sys
os.environ["CXCOURSE_PROFILE"] = "test"
os.environ.pop("API_TRY_IT", None)
os.environ["DATABASE_URL"] = "sqlite://"
sys.modules["drf_spectacular_sidecar"] = None
os.environ["DJANGO_SETTINGS_MODULE"] = "cxcourse.settings"
import django
django.setup()
from django.test import Client
print(Client(SERVER_NAME="localhost").get("/api/v1/docs/try").status_code)
"""


@pytest.mark.slow
def test_try_it_imports_nothing_without_the_package():
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT],
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == "404\n", ran.stderr


def test_the_site_says_what_is_missing(monkeypatch):
    assert try_it.installed_apps(is_wanted=True) == [APP]
    monkeypatch.setattr(try_it, "APP", "no_such_package")
    assert try_it.installed_apps(is_wanted=False) == []
    with pytest.raises(ImproperlyConfigured, match="pip install"):
        try_it.installed_apps(is_wanted=True)
