"""A host's header and footer stand around the learner pages, and stay out of frames."""

import copy
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from courses import host_checks
from courses.web import errors
from tests.embed.frame import opened
from tests.factories import make_lesson

pytestmark = pytest.mark.django_db

AROUND = """\
{% extends "cx_courses/base.html" %}
{% block head %}<link rel="stylesheet" href="/static/acme.css">{% endblock %}
{% block before %}<div class="acme-header">Acme Academy</div>{% endblock %}
{% block after %}<div class="acme-footer">Acme Ltd</div>{% endblock %}
"""
OWN = """\
<!doctype html>
<html lang="en">
<head><title>{% block title %}{% endblock %}</title>{% block styles %}{% endblock %}</head>
<body><p>A document of Acme's own</p><main id="main">{% block content %}{% endblock %}</main></body>
</html>
"""
HOSTS_PARTS = ("Acme Academy", "Acme Ltd", "/static/acme.css")


@pytest.fixture
def base(settings: Any, tmp_path: Path) -> Any:
    """Make a text the host's base template."""

    def use(text: str, name: str = "acme.html") -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        templates = copy.deepcopy(settings.TEMPLATES)
        templates[0]["DIRS"] = [tmp_path]
        settings.TEMPLATES = templates
        settings.COURSES_BASE_TEMPLATE = name

    return use


def catalogue() -> str:
    return Client().get(reverse("cx_courses:catalogue")).content.decode()


def test_header_and_footer_of_the_host_stand_around_a_page(base: Any) -> None:
    plain = catalogue()
    base(AROUND)
    page = catalogue()
    assert all(page.count(part) == 1 for part in HOSTS_PARTS)
    for part in HOSTS_PARTS:
        assert part not in plain
    for one in ('<a class="skip"', '<main class="page', 'class="site-header"', "css/site.css"):
        assert page.count(one) == plain.count(one) == 1
    assert page.index("Acme Academy") < page.index('<main class="page') < page.index("Acme Ltd")


def test_a_page_that_was_refused_has_them_too(base: Any) -> None:
    base(AROUND)
    page = Client().get(reverse("cx_courses:course", args=["nothing"]))
    assert page.status_code == 404
    assert "Acme Academy" in page.content.decode()


def test_a_fault_shows_our_own_page(base: Any) -> None:
    base("{% extends 'cx_courses/base.html' %}{% block before %}{{ broken|add }}{% endblock %}")
    request = RequestFactory().get("/")
    for status in (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE):
        page = errors.error_page(request, status)
        assert page.status_code == status
        assert str(status.value) in page.content.decode()


def test_a_host_may_bring_the_whole_document(base: Any) -> None:
    base(OWN)
    page = catalogue()
    assert page.count("<!doctype html>") == page.count("<title>") == 1
    assert "A document of Acme's own" in page
    assert "site-header" not in page
    assert "<h1" in page


def test_a_template_of_our_name_may_extend_ours(base: Any) -> None:
    base(AROUND, name="cx_courses/base.html")
    assert catalogue().count("Acme Academy") == 1


@pytest.mark.parametrize("path", ["", "lessons/{lesson}/"])
def test_frames_stay_bare(base: Any, path: str) -> None:
    lesson = make_lesson()
    frame = opened(lesson.module.course)
    base(AROUND)
    course = f"courses/{lesson.module.course.key}/"
    page = frame.get(f"{course}{path.format(lesson=lesson.key)}")
    assert page.status_code == 200
    assert not any(part in page.content.decode() for part in HOSTS_PARTS)


def test_the_card_for_everybody_stays_bare(base: Any) -> None:
    course = make_lesson().module.course
    base(AROUND)
    page = Client().get(reverse("cx_courses:preview", args=[course.key]))
    assert page.status_code == 200
    assert "Acme" not in page.content.decode()


def test_a_missing_base_is_refused_by_name(settings: Any) -> None:
    assert list(host_checks.base_template()) == []
    settings.COURSES_BASE_TEMPLATE = "acme/missing.html"
    (found,) = host_checks.base_template()
    assert found.id == "cx_courses.E015"
    assert "acme/missing.html" in found.msg
