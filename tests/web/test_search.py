"""The page of a search, and its field in the header of every page."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from courses.domain import search
from courses.domain.authoring import refresh_lessons
from courses.models import Course, Term
from tests import factories as f

pytestmark = pytest.mark.django_db

BODY = "## Gifts\n\nComplaints are gifts & <b>`<i>tags</i>`</b>."


@pytest.fixture
def course() -> Course:
    found = f.CourseFactory(key="cx", title="Customer experience")
    module = f.ModuleFactory(course=found)
    f.LessonFactory(module=module, key="gifts", title="What to do", body=BODY, rendered={})
    Term.objects.create(course=found, key="gift", term="Gift", definition="Something given.")
    refresh_lessons(course=found)
    return found


@pytest.fixture
def reading(client: Client, course: Course) -> Client:
    client.force_login(f.make_learner(course).user)
    return client


def page(client: Client, query: str, *, name: str = "search", **more: str) -> str:
    address = reverse(f"cx_courses:{name}", args=["cx"] if name == "course-search" else [])
    response = client.get(address, {"q": query, **more})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", ["search", "course-search"])
def test_passage_is_linked_at_its_paragraph_with_the_words_marked(reading: Client, name) -> None:
    html = page(reading, "gifts", name=name)
    address = "/courses/cx/lessons/gifts/#p-[0-9a-f]{8}"
    assert re.search(rf'href="{address}"><mark>Gifts</mark>\s*</a>', html)
    assert "Complaints are <mark>gifts</mark>" in html


def test_term_is_linked_in_the_glossary(reading: Client) -> None:
    assert 'href="/courses/cx/glossary/#term-gift"' in page(reading, "given")


def test_texts_and_the_query_are_escaped(reading: Client) -> None:
    html = page(reading, "tags <script>alert(1)</script>")
    assert "<script>alert(1)" not in html
    assert "&lt;i&gt;<mark>tags</mark>&lt;/i&gt;" in page(reading, "tags")


def test_question_leads_to_the_review_and_a_check_to_its_lesson(reading: Client, course) -> None:
    learner = course.enrolments.get()
    quiz = f.make_quiz(module=course.modules.get(), questions=1)
    refresh_lessons(course=course)
    attempt = f.take_quiz(learner, quiz, f.RIGHT)
    html = page(reading, "outside")
    assert f'href="/attempts/{attempt.uuid}/review/#item-1"' in html
    assert "solved" not in html


def test_nothing_found_offers_other_ways(reading: Client) -> None:
    html = page(reading, "gfits", name="course-search")
    assert re.search(r'href="/courses/cx/search/\?q=gifts"[^>]*>gifts</a>', html)
    assert 'href="/search/?q=gfits"' in html
    assert 'href="/courses/cx/glossary/"' in html


def test_pages_lead_on_and_back(reading: Client, course) -> None:
    for _ in range(11):
        f.LessonFactory(module=course.modules.get(), body="Zebra.", rendered={})
    refresh_lessons(course=course)
    assert "q=zebra&amp;page=2" in page(reading, "zebra")
    last = page(reading, "zebra", page="2")
    assert "q=zebra&amp;page=1" in last
    assert "page=3" not in last
    assert "Page 2 of 2" in page(reading, "zebra", page="9999")
    assert "Page 1 of 2" in page(reading, "zebra", page="x")


def test_every_page_has_the_field_once_and_the_page_of_the_search_its_own(reading: Client) -> None:
    for address in ("/", "/courses/cx/", "/courses/cx/lessons/gifts/", "/account/"):
        html = reading.get(address).content.decode()
        assert html.count('role="search"') == 1, address
        assert 'action="/search/"' in html
    assert page(reading, "gifts").count('role="search"') == 1


def test_visitors_search_what_is_open(client: Client, course) -> None:
    assert "Nothing was found" in page(client, "gifts")
    assert 'href="/courses/cx/"' in page(client, "customer")


def test_course_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get("/courses/nothing/search/?q=x").status_code == 404


def test_search_says_which_course_an_attempt_shuts(reading: Client, course) -> None:
    quiz = f.make_quiz(module=course.modules.get(), questions=1, kind="exam", shuts_course=True)
    learner = course.enrolments.get()
    f.attempts.start(reader=f.reader_of(learner), quiz_key=quiz.key, by=learner.user, now=f.NOW)
    html = page(reading, "gifts")
    assert "nothing of “Customer experience” is shown here" in html
    assert "<mark>" not in html


def test_query_without_words_finds_nothing(reading: Client) -> None:
    assert "signs alone are not searched" in page(reading, "&%")
    assert search.LONGEST_QUERY == 120
