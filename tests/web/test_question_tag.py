"""A question's HTML is kept by everything it depends on, and by nothing that one person typed."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.template import Context, Node, Template, Variable
from django.template.base import FilterExpression
from django.template.defaulttags import TemplateLiteral
from django.template.loader import get_template
from django.template.smartif import TokenBase as Operator
from django.utils import translation

import courses
from courses.domain.item_views import preview_item
from courses.models import Course
from courses.templatetags import courses_questions
from tests.factories import ModuleFactory, make_question

pytestmark = pytest.mark.django_db

PAGE = "{% load courses_questions %}{% question view legend=legend %}"


@pytest.fixture(autouse=True)
def empty_cache():
    courses_questions._cache.clear()


def view(order="abc", **extra):
    version = make_question(ModuleFactory(), **extra).ready_version
    params = {"order": list(order)}
    return preview_item(version=version, params=params, points=Decimal(1), name="i1-", is_live=True)


def draw(shown, legend="One"):
    return Template(PAGE).render(Context({"view": shown, "legend": legend}))


def test_the_same_question_is_drawn_once():
    shown = view()

    assert draw(shown) == draw(shown)
    assert len(courses_questions._cache) == 1


def test_question_is_drawn_once_wherever_a_shuffled_quiz_puts_it(settings):
    first = replace(view(), position=1)
    seventh = replace(first, name="i7-", position=7)
    page = Template(PAGE.replace("legend=legend", ""))
    pages = [Context({"view": one, "target": aim}) for aim in (0, 7) for one in (first, seventh)]
    drawn = [page.render(context) for context in pages]

    assert len(courses_questions._cache) == 2  # not the target, and the target
    settings.DEBUG = True  # renders anew
    assert drawn == [page.render(context) for context in pages]
    assert 'id="i7-stem"' in drawn[1]
    assert "Question 7" in drawn[1]


def test_second_copy_of_a_question_has_ids_of_its_own():
    shown = replace(view(), name="i7-", position=7)
    copy = Template(PAGE.replace("legend=legend", "prefix='stored-i7-' is_readonly=True"))
    html = copy.render(Context({"view": shown}))

    assert 'id="stored-i7-stem"' in html
    assert "name0" not in re.sub(r"[0-9a-f]{16}", "0", html)


def test_whatever_it_shows_makes_another_drawing():
    shown = view()
    drawings = {draw(shown), draw(shown, legend="Two"), draw(view("cba"))}
    with translation.override("de"):
        drawings.add(draw(shown, legend="Eins"))

    assert len(drawings) == 4


def test_cache_stays_within_its_size(monkeypatch):
    monkeypatch.setattr(courses_questions._cache, "max_size", 2)
    shown = view()
    for number in range(5):
        draw(shown, legend=str(number))

    assert len(courses_questions._cache) == 2


def test_texts_of_the_course_say_their_language_where_the_page_speaks_another():
    shown = view()
    page = Context({"view": shown, "legend": "Eins", "course": Course(language="en")})

    assert 'lang="en"' not in Template(PAGE).render(page)
    with translation.override("de"):
        html = Template(PAGE).render(page)
    assert html.count('<span class="option-text" lang="en" dir="ltr">') == 3
    assert '<div class="question-stem prose" id="i1-stem" lang="en" dir="ltr">' in html


def names(part, seen):
    """The names that a part of a template reads, and those that it makes itself."""
    if id(part) in seen:
        return set(), set()
    seen.add(id(part))
    if isinstance(part, Variable):
        return set(part.lookups[:1] if part.lookups else ()), set()
    read, made = set(), set()
    inner = part if isinstance(part, list | tuple) else ()
    inner = part.values() if isinstance(part, dict) else inner
    if isinstance(part, FilterExpression):
        inner = (part.var, part.filters)
    elif isinstance(part, Node | TemplateLiteral | Operator):
        inner = vars(part).values()
        made |= {*getattr(part, "loopvars", ()), *(getattr(part, "extra_context", None) or ())}
        kept_as = (getattr(part, name, None) for name in ("asvar", "target_var", "variable_name"))
        made |= {name for name in kept_as if name}
    for one in inner:
        found = names(one, seen)
        read, made = read | found[0], made | found[1]
    return read, made


def test_a_question_reads_nothing_that_is_not_handed_over():
    """What is missing is empty without a word: a picture without its address."""
    folder = Path(courses.__file__).parent / "templates/cx_courses/questions"
    files = [str(path.relative_to(folder.parents[1])) for path in sorted(folder.rglob("*.html"))]
    read, made = set(), set()
    for file in files:
        found = names(list(get_template(file).template.nodelist), set())
        read, made = read | found[0], made | found[1]
    given = {*courses_questions.NAMES, "view", "target", "lang", "dir", "forloop", "block"}

    assert len(files) > 15
    assert "links" in read
    assert "q" in made
    assert read - made - given - {"True", "False", "None"} == set()


def test_refused_typed_response_is_not_cached():
    accept = [{"text": "goal", "feedback": "So."}]
    data = {"stem": "Say it.", "accept": accept, "otherwise": "No."}
    shown = view(kind="short_text", data=data).refilled({"text": ["my secret"]})
    page = PAGE.replace("legend=legend", "error='Too long.'")
    html = Template(page).render(Context({"view": shown}))

    assert 'value="my secret"' in html
    assert len(courses_questions._cache) == 0
