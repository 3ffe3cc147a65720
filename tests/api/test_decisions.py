"""Reopening attempts, making them void and letting them count again, over the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.domain import attempts
from courses.models import AttemptDecision, Event, Result
from tests.api.platform import Platform, problem
from tests.factories import RIGHT, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def quiz():
    return make_quiz(questions=1, attempts_allowed=1, time_limit_s=600)


@pytest.fixture
def platform(quiz):
    platform = Platform("gradebook:write")
    for name in ("a-1", "b-1"):
        platform.learner(name, course=quiz.course)
    return platform


def take(platform, quiz, who="a-1", *, hours_ago=2, is_submitted=True):
    """An attempt that its learner handed in, or that time closed."""
    enrolment = platform.enrolment(who)
    by, then = enrolment.user, timezone.now() - timedelta(hours=hours_ago)
    one = attempts.start(reader=reader_of(enrolment), quiz_key=quiz.key, by=by, now=then)
    attempts.save(attempt=one, position=1, raw=RIGHT, based_on=0, by=by, now=then)
    when = then if is_submitted else timezone.now()
    return attempts.submit(attempt=one, by=by, now=when)


def path(attempt, who="a-1"):
    return f"/learners/{who}/attempts/{attempt.uuid}/decisions"


def test_an_attempt_is_void_counts_again_and_is_reopened(platform, quiz):
    attempt = take(platform, quiz)
    for _time in range(2):
        answer = platform.post(path(attempt), {"kind": "voided", "reason": "Copied"})
        assert (answer.status_code, answer.json()["is_void"]) == (200, True)
    assert Result.objects.get().percent is None
    reopening = {"kind": "reopened", "deadline_at": None, "reason": "x"}
    problem(platform.post(path(attempt), reopening), 409, "conflict")
    answer = platform.post(path(attempt), {"kind": "restored", "reason": "Hers"})
    assert answer.json()["is_void"] is False
    assert Result.objects.get().percent == 100

    past = reopening | {"deadline_at": "2020-01-01T00:00:00Z"}
    found = problem(platform.post(path(attempt), past), 400, "invalid")
    assert "deadline_at" in str(found)
    until = reopening | {"deadline_at": "2040-01-01T00:00:00Z"}
    answer = platform.post(path(attempt), until, idempotency_key="r1")
    assert (answer.json()["state"], answer.json()["deadline_at"]) == ("open", until["deadline_at"])
    assert platform.post(path(attempt), until, idempotency_key="r1").json() == answer.json()
    problem(platform.post(path(attempt), until), 409, "conflict")
    rows = platform.get(path(attempt)).json()["results"]
    assert [(row["sequence"], row["kind"], row["reason"]) for row in rows] == [
        (1, "voided", "Copied"),
        (2, "restored", "Hers"),
        (3, "reopened", "x"),
    ]
    assert Event.objects.filter(type="attempt.reopened").count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "voided"},
        {"kind": "other", "reason": "x"},
        {"kind": "voided", "reason": " "},
        {"kind": "voided", "reason": "x" * 301},
        {"kind": "reopened", "reason": "x", "deadline_at": "soon"},
        {"kind": "voided", "reason": "x", "by": 1},
    ],
)
def test_decisions_have_limits(platform, quiz, body):
    attempt = take(platform, quiz)
    problem(platform.post(path(attempt), body), 400, "invalid")
    assert not AttemptDecision.objects.exists()


def test_what_time_closed_is_listed_and_reopened_after_an_extension(platform, quiz):
    course = f"/courses/{quiz.course.key}/closed-by-time"
    attempt = take(platform, quiz, is_submitted=False)
    other = take(platform, quiz, "b-1", is_submitted=False)
    assert platform.get(course).json() == {"results": []}
    extension = f"/learners/a-1/courses/{quiz.course.key}/quizzes/{quiz.key}/extension"
    platform.put(extension, {"extra_time_s": 86_400})
    (row,) = platform.get(course).json()["results"]
    assert (row["id"], row["external_id"], row["quiz"]) == (str(attempt.uuid), "a-1", quiz.key)
    for query, count in ((f"quiz={quiz.key}", 1), ("quiz=other", 0), ("section=default", 1)):
        assert len(platform.get(f"{course}?{query}").json()["results"]) == count
    foreign = Platform("gradebook:write", name="Other")
    assert foreign.get(course).json() == {"results": []}

    both = {"attempts": [str(attempt.uuid), str(other.uuid)], "reason": "Ill"}
    assert foreign.post(course, both).json() == {"reopened": []}
    for wrong in ({"reason": " "}, {"attempts": []}, {"attempts": ["x"]}):
        problem(platform.post(course, both | wrong), 400, "invalid")
    (opened,) = platform.post(course, both).json()["reopened"]
    assert (opened["id"], opened["state"]) == (row["id"], "open")
    assert opened["deadline_at"] == row["deadline_at"]
    assert platform.post(course, both).json() == {"reopened": []}
    assert platform.get(course).json() == {"results": []}
