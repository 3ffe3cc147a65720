"""Pages are the same with cold and warm caches, each learner's own, and share what is alike."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from courses.templatetags import courses_cached, courses_questions
from tests.embed.frame import opened
from tests.factories import make_learner, make_lesson, make_quiz, take_quiz

pytestmark = pytest.mark.django_db

TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=)"[^"]*"')
CACHES = (courses_cached._cache, courses_questions._cache)


@pytest.fixture
def lesson():
    found = make_lesson(checks=2, review=1, summary="What it is.")
    make_quiz(questions=1, module=found.module)
    return found


@pytest.fixture(autouse=True)
def cold():
    def clear():
        for one in CACHES:
            one.clear()

    clear()
    return clear


def place(name, lesson, *more):
    of_course = [lesson.module.course.key]
    args = {"course": of_course, "lesson": [*of_course, lesson.key]}
    return reverse(f"cx_courses:{name}", args=args.get(name, []))


class PageReader:
    """A learner's browser. `is_ahead`: they answered a check and passed the quiz."""

    def __init__(self, lesson, *, is_ahead=False, language="en"):
        course = lesson.module.course
        self.lesson, self.http = lesson, Client(headers={"accept-language": language})
        self.enrolment = make_learner(course)
        self.http.force_login(self.enrolment.user)
        if is_ahead:
            key = lesson.checks.items.first().question.key
            check = reverse("cx_courses:lesson-check", args=[course.key, lesson.key, key])
            self.http.post(check, {f"c-{key}-choice": "b", f"c-{key}-based_on": "0"})
            take_quiz(self.enrolment, course.quizzes.get(lesson=None), {"choice": "b"})

    def page(self, name):
        response = self.http.get(place(name, self.lesson))
        assert response.status_code == 200
        return without_token(response.text)


def without_token(html):
    return TOKEN.sub(r"\1", html)


def misses():
    return sum(one.misses for one in CACHES)


@pytest.mark.parametrize("name", ["catalogue", "course", "lesson", "progress"])
def test_page_is_the_learners_own_with_cold_and_warm_caches(name, lesson, cold):
    readers = [
        PageReader(lesson, is_ahead=is_ahead, language=language)
        for language in ("en", "de")
        for is_ahead in (True, False)
    ]
    first = []
    for one in readers:
        cold()
        first.append(one.page(name))
    assert len(set(first)) == 4

    cold()
    for _round in range(2):
        assert [one.page(name) for one in readers] == first


@pytest.mark.parametrize("name", ["catalogue", "course", "progress"])
def test_page_of_a_learner_who_is_equally_far_is_made_from_what_is_cached(name, lesson):
    one, other = PageReader(lesson), PageReader(lesson)
    shown, before = one.page(name), misses()

    assert other.page(name) == shown
    assert misses() == before


@pytest.mark.parametrize("name", ["course", "lesson"])
def test_frame_and_site_keep_to_their_own_addresses(name, lesson, cold):
    course = lesson.module.course
    reader, frame = PageReader(lesson), opened(course)
    path = place(name, lesson).lstrip("/")

    def both():
        return [reader.page(name), without_token(frame.get(path).text)]

    cold()
    first = both()
    cold()
    (framed, site) = both()[::-1]
    assert [site, framed] == first == both()
    addresses = re.findall(r'(?:href|action)="(/[^"]*)"', framed)
    assert addresses
    assert all(one.startswith((frame.base, "/static/")) for one in addresses)
    assert frame.base not in site


def test_change_of_the_content_is_seen_at_once(lesson):
    reader = PageReader(lesson)
    for name in ("course", "lesson", "catalogue", "progress"):
        reader.page(name)
    lesson.title = "Another title"
    lesson.save()
    lesson.module.course.title = "Another course"
    lesson.module.course.save()

    for name in ("course", "lesson", "progress"):
        assert "Another title" in reader.page(name)
    assert "Another course" in reader.page("catalogue")
