"""Launches through the API: what a platform asks for, and what it gets."""

import datetime as dt

import pytest

from courses.models import Enrolment, IdempotencyRecord, Launch
from tests.api.platform import Platform, problem
from tests.embed.frame import HOST, Frame, ask, opened
from tests.factories import make_lesson, make_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz():
    return make_quiz(questions=1)


@pytest.fixture
def acme(quiz):
    platform = Platform()
    platform.learner(course=quiz.course)
    return platform


def test_it_gives_an_address_that_opens_once(acme, quiz):
    answer = ask(
        acme, quiz.course, quiz=quiz.key, return_url=f"{HOST}/x", theme="dark", locale="de"
    )
    body = answer.json()

    assert answer.status_code == 201
    assert set(body) == {"id", "url", "expires_at"}
    assert body["url"].startswith("http://testserver/launch/")
    lives = dt.datetime.fromisoformat(body["expires_at"]) - Launch.objects.get().created_at
    assert lives == dt.timedelta(seconds=60)
    assert answer.headers["Cache-Control"] == "no-store"
    frame = Frame()
    assert quiz.title in frame.open(body["url"]).text
    assert Frame().open(body["url"]).status_code == 403


def test_the_same_key_gives_the_same_address(acme, quiz):
    first, again = (ask(acme, quiz.course, headers={"idempotency_key": "k"}) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Launch.objects.count() == 1
    problem(
        ask(acme, quiz.course, theme="dark", headers={"idempotency_key": "k"}),
        422,
        "idempotency_key_reused",
    )


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"origin": "http://learn.example.org"}, "/origin"),
        ({"origin": ""}, "/origin"),
        ({"return_url": "https://evil.example/"}, "/return_url"),
        ({"theme": "pink"}, "/theme"),
        ({"locale": "xx"}, "/locale"),
        ({"lesson": "a", "quiz": "b"}, "/target/quiz"),
        ({"target": {}}, "/target/course"),
        ({"target": {"course": "x", "module": "y"}}, "/target/module"),
        ({"user": 1}, "/user"),
    ],
    ids=str,
)
def test_unusable_values_are_refused_with_a_pointer(acme, quiz, more, pointer):
    body = problem(ask(acme, quiz.course, **more), 400, "invalid")
    assert [one["pointer"] for one in body["errors"]] == [pointer]
    assert not Launch.objects.exists()


def test_unknown_foreign_and_out_of_reach_look_the_same(acme, quiz):
    other = Platform(name="Other")
    other.learner("foreign", course=quiz.course)
    hidden = make_quiz().course
    hidden.state = "draft"
    hidden.save()
    limited = Platform(courses=[make_quiz().course])
    found = [
        ask(acme, quiz.course, "nobody"),
        ask(acme, quiz.course, "foreign"),
        ask(acme, hidden),
        ask(acme, quiz.course, lesson="no-such-lesson"),
        ask(acme, quiz.course, quiz=make_quiz().key),
        ask(limited, quiz.course),
    ]
    bodies = [problem(answer, 404, "not_found") for answer in found]
    assert all(body == bodies[0] for body in bodies)


def test_a_course_within_the_keys_reach(acme, quiz):
    limited = Platform(courses=[quiz.course])
    assert ask(limited, quiz.course).status_code == 201


def test_enrolment_by_the_rules_that_exist(quiz):
    platform = Platform()
    platform.learner()
    quiz.course.is_open = False
    quiz.course.save()
    problem(ask(platform, quiz.course), 403, "not_enrolled")
    assert not Enrolment.objects.exists()
    quiz.course.is_open = True
    quiz.course.save()
    assert ask(platform, quiz.course).status_code == 201
    assert Enrolment.objects.get().state == "active"


def test_launch_ends_on_request_of_the_platform(acme, quiz):
    frame = opened(quiz.course)
    path = f"/launches/{frame.launch['id']}"
    other = Platform(name="Other")
    problem(other.delete(path), 404, "not_found")
    assert frame.get(f"courses/{quiz.course.key}/").status_code == 200
    assert [acme.delete(path).status_code for _ in range(2)] == [204, 204]
    assert frame.get(f"courses/{quiz.course.key}/").status_code == 403


def test_launch_code_is_stored_only_for_repeats_and_for_a_minute(acme, quiz):
    """What is stored for a repeat is the answer; nothing else holds what opens the launch."""
    url = ask(acme, quiz.course, headers={"idempotency_key": "k"}).json()["url"]
    code = url.rstrip("/").rpartition("/")[2]
    assert code in IdempotencyRecord.objects.get().body
    assert code not in repr(Launch.objects.values())


def test_targets_open_where_they_say(acme, quiz):
    lesson = make_lesson(module=quiz.module)
    frame = Frame()
    page = frame.open(ask(acme, quiz.course, lesson=lesson.key).json()["url"])
    assert lesson.title in page.text
