"""A part of a page is cached by all that decides its HTML, without what is the request's own."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.urls import set_script_prefix
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.safestring import mark_safe

from courses.templatetags import courses_cached

ENROL = "cx_courses/course/enrol.html"
NOTICE = "cx_courses/parts/notice.html"
METER = "cx_courses/parts/meter.html"


@dataclass(frozen=True)
class KeyedValue:
    key: str
    cache_key: str


@pytest.fixture(autouse=True)
def empty_cache():
    courses_cached._cache.clear()
    yield
    set_script_prefix("/")


def draw(name, context=None, **values):
    said = " ".join(f"{key}={key}" for key in values)
    page = Template(f'{{% load courses_cached %}}{{% cached "{name}" {said} %}}')
    return page.render(Context({**values, **(context or {})}))


def test_the_same_values_are_rendered_once():
    hits = courses_cached._cache.hits
    first = draw(NOTICE, kind="info", text="One")

    assert draw(NOTICE, kind="info", text="One") == first
    assert "<p>One</p>" in first
    assert (courses_cached._cache.hits, len(courses_cached._cache)) == (hits + 1, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (Decimal("1.0"), Decimal("1.00")),
        ("<b>", mark_safe("<b>")),
        (None, ""),
        ((1, 2), (1, True)),
        (KeyedValue("a", "rev-1"), KeyedValue("a", "rev-2")),
    ],
)
def test_values_that_look_different_are_rendered_apart(one, other):
    shown = [draw(NOTICE, kind="info", text=value) for value in (one, other)]

    assert len(courses_cached._cache) == 2
    assert shown == [draw(NOTICE, kind="info", text=value) for value in (one, other)]


def test_language_and_time_zone_are_part_of_the_key():
    for language in ("en", "de"):
        for zone in ("UTC", "Asia/Tokyo"):
            with translation.override(language), timezone.override(zone):
                assert ("erledigt" in draw(METER, percent=30)) == (language == "de")
    assert len(courses_cached._cache) == 4


def test_value_without_a_key_is_refused():
    with pytest.raises(AttributeError):
        draw(NOTICE, kind="info", text=object())


def test_template_sees_nothing_of_the_page():
    html = draw(NOTICE, context={"title": "of somebody else", "user": "Ada"}, kind="info", text="T")

    assert "somebody" not in html


def test_addresses_and_token_are_those_of_the_request():
    values = {"kind": "button", "course": KeyedValue("cx", "rev-1")}
    for prefix, token in (("/", "one"), ("/school/", "two"), ("/a b/", "three")):
        set_script_prefix(prefix)
        html = draw(ENROL, context={"csrf_token": token}, **values)
        assert f'action="{prefix.replace(" ", "%20")}courses/cx/enrol/"' in html
        assert f'value="{token}"' in html
    assert len(courses_cached._cache) == 1


def test_text_of_a_slot_is_put_in_afterwards_and_escaped():
    for address in ("/one/", '/two/?q="<b>'):
        html = draw("cx_courses/parts/nav_list.html", here="", slot_sign_in=address)
        assert f'href="{escape(address)}"' in html
    assert len(courses_cached._cache) == 1


def test_nothing_is_cached_while_templates_are_worked_on(settings):
    settings.DEBUG = True

    assert "<p>One</p>" in draw(NOTICE, kind="info", text="One")
    assert len(courses_cached._cache) == 0
