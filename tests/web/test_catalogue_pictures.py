"""Pictures of courses and modules: seen by all who see the course, other files are not."""

import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from courses.domain.authoring import refresh_lessons
from courses.models import (
    Attempt,
    Course,
    Enrolment,
    Event,
    Lesson,
    LessonProgress,
    Module,
    Question,
    Quiz,
)
from tests.factories import (
    ModuleFactory,
    add_checks,
    make_asset,
    make_learner,
    make_lesson,
    make_question,
)
from tests.questions.cases.categorise import EXAMPLES

pytestmark = pytest.mark.django_db

SHOWN_AND_OTHER = ("secret.svg", "m.svg")
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 5"><path d="M0 0h8v5z"/></svg>'


@pytest.fixture
def module() -> Module:
    module = ModuleFactory(key="m1", picture="m.svg", course__key="cx", course__cover="m1/c.svg")
    for name in ("m.svg", "c.svg", "secret.svg"):
        make_asset(module=module, name=name, content=DRAWING)
    return module


def cover(client: Client) -> int:
    return client.get(reverse("cx_courses:cover", args=["cx"])).status_code


def picture(client: Client, module: str = "m1") -> int:
    return client.get(reverse("cx_courses:picture", args=["cx", module])).status_code


def test_pictures_of_a_published_course_need_no_account(client: Client, module: Module) -> None:
    assert cover(client) == picture(client) == 200
    html = client.get(reverse("cx_courses:catalogue")).content.decode()
    assert reverse("cx_courses:cover", args=["cx"]) in html
    assert reverse("cx_courses:picture", args=["cx", "m1"]) in html


def test_course_page_shows_the_cover_to_visitors_and_the_module_to_its_learners(
    client: Client, module: Module
) -> None:
    make_lesson(module=module)
    shown = [
        reverse("cx_courses:cover", args=["cx"]),
        reverse("cx_courses:picture", args=["cx", "m1"]),
    ]
    page = reverse("cx_courses:course", args=["cx"])
    for user, large in ((None, shown[0]), (make_learner(module.course).user, shown[1])):
        if user:
            client.force_login(user)
        html = client.get(page).content.decode()
        assert f'class="hero-picture" src="{large}"' in html
        assert f'class="module-picture" src="{shown[1]}"' in html


def test_other_files_of_the_module_stay_with_its_readers(client: Client, module: Module) -> None:
    for name in ("m.svg", "secret.svg"):
        address = reverse("cx_courses:asset", args=["cx", "m1", name])
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("state", [Course.State.DRAFT, Course.State.ARCHIVED])
def test_pictures_of_a_course_that_is_not_offered_are_not_found(
    client: Client, module: Module, state: str
) -> None:
    Course.objects.update(state=state)
    assert cover(client) == picture(client) == 404


def test_picture_of_a_module_in_draft_is_not_found(client: Client, module: Module) -> None:
    Module.objects.update(is_draft=True)
    assert cover(client) == picture(client) == 404


def test_what_is_no_picture_is_not_sent(client: Client, module: Module) -> None:
    make_asset(module=module, name="list.csv", content=b"a,b\n1,2\n")
    Module.objects.update(picture="list.csv")
    Course.objects.update(cover="m1/list.csv")
    assert cover(client) == picture(client) == 404


def test_course_without_pictures_has_its_place_in_the_catalogue(client: Client) -> None:
    ModuleFactory(key="m1", course__key="plain", course__title="A plain course")
    html = client.get(reverse("cx_courses:catalogue")).content.decode()
    assert "A plain course" in html
    assert "<img" not in html


@pytest.fixture
def sample(module: Module) -> Lesson:
    lesson = make_lesson(module=module, key="first", position=1, checks=1)
    check = Question.objects.get().key
    lesson.body = f"![A plan](asset:secret.svg)\n\n[[check:{check}]]\n"
    lesson.save()
    refresh_lessons(course=module.course)
    make_lesson(module=module, key="second", position=2)
    Course.objects.update(sample="first", revision=uuid4())
    return lesson


def lesson_page(client: Client, key: str = "first") -> HttpResponse:
    return client.get(reverse("cx_courses:lesson", args=["cx", key]))


def test_sample_lesson_is_read_without_an_account_and_stores_nothing(
    client: Client, sample: Lesson
) -> None:
    kept = (Enrolment, Attempt, LessonProgress, Event, Session)
    before = [model.objects.count() for model in kept]
    page = lesson_page(client)
    assert page.status_code == 200
    html = page.content.decode()
    assert "This lesson is a sample" in html
    assert "data-visit" not in html
    assert 'href="/courses/cx/lessons/second/"' not in html  # it is closed to them
    assert 'class="pager"' not in html
    assert re.search(r'button-primary" href="/courses/cx/">View the course and begin', html)
    assert [model.objects.count() for model in kept] == before
    assert settings.SESSION_COOKIE_NAME not in page.cookies


def test_sample_lesson_shows_no_solution_and_takes_no_response(
    client: Client, sample: Lesson
) -> None:
    html = lesson_page(client).content.decode()
    assert 'class="check"' in html
    assert "Check my response" not in html
    assert "is-right" not in html
    question = Question.objects.earliest("pk").key
    address = reverse("cx_courses:lesson-check", args=["cx", "first", question])
    assert client.post(address).status_code == 302
    assert Attempt.objects.count() == 0


def test_sample_lesson_shows_its_checks_as_they_are_asked_and_ends_with_the_way_in(
    client: Client, sample: Lesson
) -> None:
    sort = make_question(sample.module, kind="categorise", data=EXAMPLES[0])
    add_checks(sample, Quiz.objects.get(lesson=sample), [sort])
    Course.objects.update(revision=uuid4())
    html = lesson_page(client).content.decode()
    assert "Nothing chosen" not in html
    assert "<fieldset disabled>" in html
    assert "View the course and begin" in html.rpartition('class="lesson-end"')[2]


def test_course_page_leads_a_visitor_to_the_sample_lesson(client: Client, sample: Lesson) -> None:
    address = reverse("cx_courses:course", args=["cx"])
    link = reverse("cx_courses:lesson", args=["cx", "first"])
    assert f'href="{link}"' in client.get(address).content.decode()
    Course.objects.update(sample="", revision=uuid4())
    assert f'href="{link}"' not in client.get(address).content.decode()


def test_only_the_sample_lesson_and_its_files_are_open(client: Client, sample: Lesson) -> None:
    assert lesson_page(client, "second").status_code == 302
    shown, other = (reverse("cx_courses:asset", args=["cx", "m1", n]) for n in SHOWN_AND_OTHER)
    assert client.get(shown).status_code == 200
    assert client.get(other).status_code == 302


def test_sample_lesson_of_a_draft_course_is_not_found(client: Client, sample: Lesson) -> None:
    Course.objects.update(state=Course.State.DRAFT)
    assert lesson_page(client).status_code == 404


def test_lesson_is_closed_again_when_it_is_no_sample_any_more(
    client: Client, sample: Lesson
) -> None:
    assert lesson_page(client).status_code == 200
    Course.objects.update(sample="", revision=uuid4())
    assert lesson_page(client).status_code == 302
