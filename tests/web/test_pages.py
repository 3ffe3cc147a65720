"""Glossary, progress, assets; and what holds for every page."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from courses.domain import attempts
from courses.models import Course, Lesson, LessonProgress
from tests.factories import (
    NOW,
    CourseFactory,
    ModuleFactory,
    UserFactory,
    make_asset,
    make_learner,
    make_lesson,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(client: Client) -> Course:
    """A course with three terms; a learner is signed in."""
    found = CourseFactory(key="cx")
    for term, definition in (
        ("outside-in", "Seen from the customer."),
        ("Channel", "A way to reach each other."),
        ("Churn", "Customers who leave."),
    ):
        found.terms.create(key=term.lower(), term=term, definition=definition)
    client.force_login(make_learner(found).user)
    return found


def glossary(client: Client, query: str = "") -> str:
    return client.get(reverse("cx_courses:glossary", args=["cx"]), {"q": query}).content.decode()


def test_glossary_stands_in_the_order_of_the_alphabet(client: Client, course: Course) -> None:
    html = glossary(client)
    assert re.findall(r'id="term-([a-z-]+)"', html) == ["channel", "churn", "outside-in"]
    assert re.findall(r'href="#letter-(.)"', html) == ["C", "O"]


def test_a_german_glossary_has_its_umlauts_in_their_places(client: Client) -> None:
    course = CourseFactory(key="cx", language="de")
    for number, term in enumerate(["Zufriedenheit", "Ärgernis", "Anliegen", "Übergabe", "Umfrage"]):
        course.terms.create(key=f"t{number}", term=term, definition="So.")
    client.force_login(make_learner(course).user)
    html = glossary(client)
    found = re.findall(r"<dt>(.+?)</dt>", html)
    assert found == ["Anliegen", "Ärgernis", "Übergabe", "Umfrage", "Zufriedenheit"]
    assert re.findall(r'href="#letter-(.)"', html) == ["A", "U", "Z"]
    assert re.findall(r"<dt>(.+?)</dt>", glossary(client, "ärger")) == ["Ärgernis"]
    assert re.findall(r"<dt>(.+?)</dt>", glossary(client, "ARGER")) == ["Ärgernis"]


def test_glossary_search_puts_the_word_itself_first(client: Client, course: Course) -> None:
    names = ("Huddle", "Inner loop", "Net promoter score", "Promoter", "Promoters’ share")
    for number, term in enumerate(names):
        course.terms.create(key=f"t{number}", term=term, definition="It has a promoter in it.")
    html = glossary(client, "promoter")
    found = re.findall(r"<dt>(.+?)</dt>", html)
    assert found[:3] == ["Promoter", "Promoters’ share", "Net promoter score"]
    assert found[3:] == ["Huddle", "Inner loop"]
    assert 'class="letter"' not in html


def test_a_term_leads_to_the_first_lesson_that_uses_it(client: Client, course: Course) -> None:
    module = ModuleFactory(course=course, key="m1", position=1)
    for position, key in enumerate(["one", "two", "three"], start=1):
        lesson = make_lesson(module=module, key=key, position=position)
        lesson.rendered["terms"] = [] if key == "one" else ["churn"]
        lesson.save()
    html = glossary(client)
    assert re.findall(r'Taught in</span> <a href="([^"]+)"', html) == [
        reverse("cx_courses:lesson", args=["cx", "two"])
    ]


def test_glossary_search_looks_into_definitions(client: Client, course: Course) -> None:
    html = glossary(client, "customer")
    assert re.findall(r'id="term-([a-z-]+)"', html) == ["churn", "outside-in"]
    assert "2 entries for" in html


def test_glossary_search_shows_what_was_typed_as_text(client: Client, course: Course) -> None:
    html = glossary(client, "<script>alert(1)</script>")
    assert "<script>alert" not in html
    assert "0 entries for" in html


def test_glossary_is_for_those_in_the_course(client: Client, course: Course) -> None:
    client.force_login(UserFactory())
    response = client.get(reverse("cx_courses:glossary", args=["cx"]))
    assert response.url == reverse("cx_courses:course", args=["cx"])


def test_progress_lists_attempts_at_quizzes_not_at_checks(client: Client) -> None:
    module = ModuleFactory(course__key="cx")
    make_lesson(module=module, key="pills")
    make_quiz(module=module, key="final", title="Closing quiz")
    enrolment = make_learner(module.course)
    attempts.start(reader=reader_of(enrolment), quiz_key="final", by=enrolment.user, now=NOW)
    client.force_login(enrolment.user)
    html = client.get(reverse("cx_courses:progress")).content.decode()
    assert "Closing quiz, attempt 1" in html
    assert "In progress" in html
    assert "0 of 1 lessons" in html


def test_pages_say_how_long_the_rest_takes(client: Client) -> None:
    module = ModuleFactory(course__key="cx")
    make_lesson(module=module, key="pills", minutes=50)
    make_lesson(module=module, key="flags", minutes=25)
    enrolment = make_learner(module.course)
    client.force_login(enrolment.user)
    course = reverse("cx_courses:course", args=["cx"])
    for url in (course, reverse("cx_courses:catalogue")):
        assert "About 1 h 15 min left" in client.get(url).text
    for lesson in ("pills", "flags"):
        LessonProgress.objects.create(
            enrolment=enrolment,
            lesson=Lesson.objects.get(key=lesson),
            started_at=NOW,
            visited_at=NOW,
            completed_at=NOW,
        )
        text = client.get(course).text
        assert ("About 25 min left" in text) == (lesson == "pills")


def test_progress_has_a_fixed_number_of_queries(client: Client, django_assert_num_queries) -> None:
    enrolment = make_learner(make_lesson().module.course)
    client.force_login(enrolment.user)
    url = reverse("cx_courses:progress")
    client.get(url)
    # Session, person, enrolments, lessons and quizzes done, results,
    # notices, attempts.
    with django_assert_num_queries(8):
        client.get(url)


def test_progress_without_a_course_shows_the_way(client: Client) -> None:
    client.force_login(UserFactory())
    html = client.get(reverse("cx_courses:progress")).content.decode()
    assert "You are not enrolled in any course yet." in html


def test_asset_is_sent_once_and_then_confirmed(client: Client, course: Course) -> None:
    url = _asset(course)
    first = client.get(url)
    assert first.content == b"<svg/>"
    assert first.headers["Content-Type"] == "image/svg+xml"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.database
def test_glossary_takes_any_letter_that_can_be_stored(client: Client, course: Course) -> None:
    url = reverse("cx_courses:glossary", args=["cx"])
    for word, status in (("a\u202eİ😀\x01", 200), ("a\0b", 400)):
        assert client.get(url, {"q": word}).status_code == status


@pytest.mark.database
@pytest.mark.parametrize(("name", "status"), [("b.svg", 404), ("a\0.svg", 400), ("%0A", 404)])
def test_there_is_no_such_asset(client: Client, course: Course, name: str, status: int) -> None:
    assert client.get(_asset(course).replace("a.svg", name)).status_code == status


def test_asset_is_for_those_in_the_course(client: Client, course: Course) -> None:
    url = _asset(course)
    client.force_login(UserFactory())
    assert client.get(url).status_code == 302
    client.logout()
    assert client.get(url).status_code == 302


@pytest.mark.parametrize(
    "name", ["catalogue", "sign-in", "sign-up", "progress", "account", "password", "erase"]
)
def test_every_page_has_one_heading_a_title_and_landmarks(client: Client, name: str) -> None:
    if name not in ("catalogue", "sign-in", "sign-up"):
        client.force_login(UserFactory())
    html = client.get(reverse(f"cx_courses:{name}")).content.decode()
    assert html.count("<h1") == 1
    assert re.search(r"<title>[^<·]+ · CX Course</title>", html)
    assert html.count("<main") == html.count("<header class=") - html.count("page-head") == 1
    assert 'href="#main"' in html


def test_pages_carry_nothing_inline_and_nothing_from_elsewhere(client: Client) -> None:
    lesson = make_lesson(module=ModuleFactory(course__key="cx"), key="pills")
    client.force_login(make_learner(lesson.module.course).user)
    html = client.get(reverse("cx_courses:lesson", args=["cx", "pills"])).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script>|javascript:", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)
    assert len(set(re.findall(r'<link rel="stylesheet"[^>]*href="([^"]+)"', html))) <= 5


def _asset(course: Course) -> str:
    module = ModuleFactory(course=course, key="m1")
    make_asset(module=module, name="a.svg", content=b"<svg/>")
    return reverse("cx_courses:asset", args=["cx", "m1", "a.svg"])
