"""Options and cards are rendered once, and stand where each learner has them."""

import re
from decimal import Decimal
from functools import partial
from itertools import islice, permutations
from random import Random

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from courses.domain.item_views import preview_item, sample_item
from courses.models import Attempt
from courses.questions import registry
from courses.questions.base import Reveal
from courses.templatetags import courses_items, courses_questions, courses_rows
from tests.factories import (
    add_checks,
    add_item,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
)
from tests.questions.cases import EXAMPLES

pytestmark = pytest.mark.django_db

PAGE = Template("{% load courses_questions %}{% question view legend='One' %}")
TYPES = [key for key in EXAMPLES if registry.get(key).free_rows]
SHOWN = (Reveal.nothing(), Reveal.everything())
CACHES = (courses_items._cache, courses_questions._cache)
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=)"[^"]*"')


@pytest.fixture(autouse=True)
def empty():
    for one in (*CACHES, courses_rows._without_marks):
        one.clear()
    yield
    courses_rows._without_marks.clear()


@pytest.fixture
def lesson():
    """A lesson with a check of each type whose rows are in an order of the learner's own."""
    lesson = make_lesson(checks=1)
    made = [make_question(lesson.module, kind=key, data=EXAMPLES[key][0]) for key in TYPES]
    add_checks(lesson, lesson.checks, made)
    return lesson


def page(lesson, user=None):
    """The lesson as somebody new in the course sees it, and who that is."""
    user = user or make_learner(lesson.module.course).user
    http = Client()
    http.force_login(user)
    address = reverse("cx_courses:lesson", args=[lesson.module.course.key, lesson.key])
    response = http.get(address)
    assert response.status_code == 200
    return TOKEN.sub(r"\1", response.text), user


def views(key):
    """A question of the type in several orders, open and answered with all revealed."""
    version = make_question(make_lesson().module, kind=key, data=EXAMPLES[key][0]).ready_version
    kind, data = version.question_type, version.parsed
    keys = kind.prepare(data, Random(1))["order"]
    for order in islice(permutations(keys), 0, None, 5):
        params = {"order": list(order)}
        given = {"version": version, "params": params}
        yield preview_item(**given, points=Decimal(1), name="i1-", is_live=True)
        right = kind.solution(data, params)
        for reveal in SHOWN:
            yield sample_item(**given, response=right, reveal=reveal)


@pytest.mark.parametrize("key", TYPES)
def test_rows_stand_in_the_learners_order_as_if_they_had_been_rendered_so(key, settings):
    shown = list(views(key))
    made = [PAGE.render(Context({"view": one})) for one in shown]

    assert len(courses_questions._cache) == 1 + len(SHOWN)  # one for each state, not for each order
    settings.DEBUG = True  # renders anew
    assert made == [PAGE.render(Context({"view": one})) for one in shown]
    assert len(set(made)) == len(made)


def test_every_type_whose_rows_are_shuffled_below_each_other_names_them():
    assert set(TYPES) == {"single_choice", "multiple_response", "categorise"}


def test_second_learner_finds_every_check_of_a_lesson_in_the_cache(lesson, settings):
    first, ada = page(lesson)
    before = [(one.hits, one.misses) for one in CACHES]
    others = [page(lesson) for _learner in range(4)]

    parts, questions = ((one.hits, one.misses) for one in CACHES)
    assert parts == (before[0][0] + 4 * (1 + len(TYPES) + 1), before[0][1])  # and the lesson's end
    assert questions == before[1]
    assert len({html for html, _user in (*others, (first, ada))}) > 1
    settings.DEBUG = True  # renders anew
    for html, user in (*others, (first, ada)):
        assert page(lesson, user)[0] == html


def test_template_of_a_host_without_the_marks_is_rendered_for_each_order(
    lesson, settings, tmp_path
):
    folder = tmp_path / "cx_courses/questions/parts"
    folder.mkdir(parents=True)
    text = "{% for option in q.options %}<i>{{ forloop.counter }}{{ option.key }}</i>{% endfor %}"
    (folder / "options.html").write_text(text)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    found = [page(lesson) for _learner in range(3)]

    for html, user in found:
        assert not re.search(r"rows?[0-9a-f]{16}", html)
        assert "<i>1" in html
        settings.DEBUG = True
        assert page(lesson, user)[0] == html
        settings.DEBUG = False


@pytest.fixture
def quiz():
    """A quiz with a question of each of these types."""
    quiz = make_quiz(questions=0)
    for position, key in enumerate(TYPES, 1):
        made = make_question(quiz.module, kind=key, data=EXAMPLES[key][0])
        add_item(quiz, made, position=position)
    return quiz


def articles(http, name, attempt):
    """The questions on a page of the attempt."""
    html = http.get(reverse(f"cx_courses:{name}", args=[attempt.uuid])).text
    found = re.findall(r"<article.*?</article>", TOKEN.sub(r"\1", html), re.DOTALL)
    assert len(found) == len(TYPES)
    return found


def pages_of_attempt(quiz, settings):
    """Somebody new at an attempt that is new, answered and handed in; and the drawn orders."""
    http = Client()
    http.force_login(make_learner(quiz.course).user)
    http.post(reverse("cx_courses:quiz-start", args=[quiz.course.key, quiz.key]))
    attempt = Attempt.objects.latest("pk")
    answer = partial(give_solutions, attempt)
    hand_in = partial(http.post, reverse("cx_courses:attempt-submit", args=[attempt.uuid]))
    for name, then in (("attempt", answer), ("attempt", hand_in), ("review", list)):
        found = articles(http, name, attempt)
        settings.DEBUG = True  # renders anew
        assert articles(http, name, attempt) == found
        settings.DEBUG = False
        then()
    return [tuple(item.params["order"]) for item in attempt.items.order_by("position")]


def give_solutions(attempt):
    for item in attempt.items.all():
        item.value = item.version.question_type.solution(item.version.parsed, item.params)
        item.save()


def test_items_of_an_attempt_are_rendered_once_for_all_orders(quiz, settings):
    orders = [pages_of_attempt(quiz, settings)]
    before = [(one.misses, len(one)) for one in CACHES]
    orders += [pages_of_attempt(quiz, settings) for _learner in range(5)]

    assert [(one.misses, len(one)) for one in CACHES] == before
    for drawn in zip(*orders, strict=True):
        assert len(set(drawn)) > 1


def test_order_without_its_rows_is_rendered_as_it_is():
    (view, *_others) = views("single_choice")
    keys = [row["key"] for row in view.q["options"]]
    assert courses_rows.sorted_as(view, keys).q["options"][0]["mark"]
    assert courses_rows.sorted_as(view, keys[:-1]) is view
    assert courses_rows.places(keys[:1], view.template) is None


def test_item_in_a_template_without_the_marks_is_rendered_for_each_order(quiz, settings, tmp_path):
    folder = tmp_path / "cx_courses/questions/parts"
    folder.mkdir(parents=True)
    text = "{% for option in q.options %}<i>{{ forloop.counter }}{{ option.key }}</i>{% endfor %}"
    (folder / "options.html").write_text(text)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    for _learner in range(3):
        pages_of_attempt(quiz, settings)
