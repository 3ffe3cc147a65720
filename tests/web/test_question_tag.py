"""A question's HTML is kept by everything it depends on, and by nothing that one person typed."""

from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from courses.domain.presenting import preview_item
from courses.models import Course
from courses.templatetags import courses_questions
from tests.factories import ModuleFactory, make_question

pytestmark = pytest.mark.django_db

PAGE = "{% load courses_questions %}{% question view legend=legend %}"


@pytest.fixture(autouse=True)
def nothing_kept():
    courses_questions._kept.clear()


def view(order="abc", **extra):
    version = make_question(ModuleFactory(), **extra).ready_version
    params = {"order": list(order)}
    return preview_item(version=version, params=params, points=Decimal(1), name="i1-", is_live=True)


def draw(shown, legend="One"):
    return Template(PAGE).render(Context({"view": shown, "legend": legend}))


def test_the_same_question_is_drawn_once():
    shown = view()

    assert draw(shown) == draw(shown)
    assert len(courses_questions._kept) == 1


def test_whatever_it_shows_makes_another_drawing():
    shown = view()
    drawings = {draw(shown), draw(shown, legend="Two"), draw(view("cba"))}
    with translation.override("de"):
        drawings.add(draw(shown, legend="Eins"))

    assert len(drawings) == 4


def test_few_are_kept(monkeypatch):
    monkeypatch.setattr(courses_questions._kept, "most", 2)
    shown = view()
    for number in range(5):
        draw(shown, legend=str(number))

    assert len(courses_questions._kept) == 2


def test_texts_of_the_course_say_their_language_where_the_page_speaks_another():
    shown = view()
    page = Context({"view": shown, "legend": "Eins", "course": Course(language="en")})

    assert 'lang="en"' not in Template(PAGE).render(page)
    with translation.override("de"):
        html = Template(PAGE).render(page)
    assert html.count('<span class="option-text" lang="en">') == 3
    assert '<div class="question-stem prose" id="i1-stem" lang="en">' in html
