"""What a browser may keep for reading without a network, and for whom: headers and the worker."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.domain import trials
from courses.web.offline import KEEP, NOBODY, READER
from tests.embed.frame import opened
from tests.factories import ModuleFactory, UserFactory, make_learner, make_lesson, make_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson():
    return make_lesson(key="pills", module=ModuleFactory(course__key="cx"))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def reader(client: Client, url: str = "/") -> str:
    return str(client.get(url).headers[READER])


def url_of(lesson) -> str:
    return reverse("cx_courses:lesson", args=[lesson.module.course.key, lesson.key])


def test_lesson_of_a_learner_may_be_kept(lesson) -> None:
    enrolment = make_learner(lesson.module.course)
    response = signed_in(enrolment.user).get(url_of(lesson))
    assert response.headers[KEEP] == "lesson"
    assert "data-keeps" in response.text
    assert "no-store" not in response.headers.get("Cache-Control", "")


@pytest.mark.parametrize("name", ["catalogue", "course", "progress", "account", "quiz", "glossary"])
def test_no_other_page_may_be_kept(lesson, name) -> None:
    client = signed_in(make_learner(lesson.module.course).user)
    quiz = make_quiz(module=lesson.module, key="quiz")
    args = {"course": ["cx"], "glossary": ["cx"], "quiz": ["cx", quiz.key]}.get(name, [])
    response = client.get(reverse(f"cx_courses:{name}", args=args))
    assert response.status_code == 200
    assert KEEP not in response.headers


def test_preview_draft_and_refused_response_may_not_be_kept(lesson) -> None:
    preview = signed_in(UserFactory(is_superuser=True)).get(url_of(lesson))
    assert preview.status_code == 200
    teacher = make_learner(lesson.module.course, role="instructor")
    draft = signed_in(teacher.user).get(url_of(lesson))
    client = signed_in(make_learner(lesson.module.course).user)
    key = lesson.checks.items.first().question.key
    refused = client.post(reverse("cx_courses:lesson-check", args=["cx", "pills", key]), {})
    assert refused.status_code == 400
    for response in (preview, draft, refused):
        assert KEEP not in response.headers
        assert "data-keeps" not in response.text


def test_frames_and_trials_name_no_reader_and_keep_nothing(lesson) -> None:
    course = lesson.module.course
    framed = opened(course).get("courses/cx/lessons/pills/")
    assert framed.status_code == 200
    staff = UserFactory(is_superuser=True, is_staff=True)
    trial = trials.begin(course=course, place="", back="/", by=staff, now=timezone.now())
    tried = signed_in(staff).get(f"/trials/{trial.uuid}/courses/cx/lessons/pills/")
    assert tried.status_code == 200
    for response in (framed, tried):
        assert KEEP not in response.headers
        assert "data-keeps" not in response.text
        assert "data-worker" not in response.text
    assert READER not in framed.headers


def test_reader_is_a_name_that_says_nothing_and_changes_with_the_password() -> None:
    user = UserFactory(username="ada")
    first = reader(signed_in(user))
    assert re.fullmatch("[0-9a-f]{40}", first)
    assert reader(signed_in(user)) == first
    assert reader(signed_in(UserFactory())) != first
    assert reader(Client()) == NOBODY
    user.set_password("another horse battery")
    user.save()
    assert reader(signed_in(user)) not in (first, NOBODY)


def test_people_without_a_password_have_names_of_their_own() -> None:
    one, other = (UserFactory(password="") for _ in range(2))
    assert reader(signed_in(one)) != reader(signed_in(other))


def worker(client: Client) -> tuple[dict, list[str]]:
    response = client.get("/service-worker.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Cache-Control"] == "no-cache"
    given, imported = response.text.splitlines()
    found = json.loads(given.removeprefix("self.COURSES = ").removesuffix(";"))
    return found, json.loads(imported.removeprefix("importScripts(...").removesuffix(");"))


def test_worker_knows_the_addresses_of_this_site(client: Client, settings) -> None:
    given, scripts = worker(client)
    assert (given["page"], given["signOut"]) == ("/offline/", "/account/sign-out/")
    assert given["seconds"] == settings.SESSION_COOKIE_AGE
    assert scripts == [f"/static/cx_courses/js/offline/{name}.js" for name in ("keeping", "worker")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COURSES_OFFLINE", False),
        ("SESSION_EXPIRE_AT_BROWSER_CLOSE", True),
        ("STATIC_URL", "https://files.example.org/"),
    ],
)
def test_worker_goes_where_it_is_not_wanted(lesson, settings, name, value) -> None:
    setattr(settings, name, value)
    client = signed_in(make_learner(lesson.module.course).user)
    _given, scripts = worker(client)
    assert [one.rpartition("/")[2] for one in scripts] == ["retired.js"]
    response = client.get(url_of(lesson))
    assert not {KEEP, READER} & set(response.headers)
    assert "data-keeps" not in response.text


def test_offline_page_names_nobody_and_has_no_form(client: Client) -> None:
    client.force_login(UserFactory(username="ada-lovelace"))
    response = client.get("/offline/")
    assert "ada-lovelace" not in response.text
    assert "<form" not in response.text
    assert response.headers[READER] != NOBODY


def test_erasure_empties_the_device(client: Client) -> None:
    client.force_login(UserFactory(username="grace"))
    assert "Clear-Site-Data" not in client.get("/account/erase/").headers
    sent = {"user_name": "grace", "password": "correct horse battery"}
    response = client.post("/account/erase/", sent)
    assert response.status_code == 302
    assert response.headers["Clear-Site-Data"] == '"storage"'


def test_attempt_that_shuts_the_course_lets_lessons_go(lesson) -> None:
    enrolment = make_learner(lesson.module.course)
    client = signed_in(enrolment.user)
    for shuts in (False, True):
        quiz = make_quiz(module=lesson.module, kind="graded", shuts_course=shuts)
        start = reverse("cx_courses:quiz-start", args=["cx", quiz.key])
        response = client.post(start, follow=True)
        assert response.status_code == 200
        assert (response.headers[READER] == NOBODY) == shuts
