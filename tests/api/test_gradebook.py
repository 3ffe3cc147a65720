"""The gradebook: columns, results, overrides and what is granted."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.domain import attempts
from courses.models import Attempt, Event, Grading, LineItem, Result
from tests.api.platform import Platform, problem
from tests.factories import ESSAY, NOW, RIGHT, WRONG, add_item, make_question, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def quiz():
    return make_quiz(questions=2, time_limit_s=600)


@pytest.fixture
def platform(quiz):
    platform = Platform("gradebook:write", "learning:write")
    platform.learner("a-1", course=quiz.course)
    return platform


def begin(platform, quiz, external_id="a-1", now=NOW):
    enrolment = platform.enrolment(external_id)
    reader = reader_of(enrolment)
    return attempts.start(reader=reader, quiz_key=quiz.key, by=enrolment.user, now=now)


def finish(platform, quiz, external_id="a-1", answers=(RIGHT, WRONG)):
    attempt = begin(platform, quiz, external_id)
    by = attempt.enrolment.user
    for position, raw in enumerate(answers, start=1):
        attempts.save(attempt=attempt, position=position, raw=raw, based_on=0, by=by, now=NOW)
    return attempts.submit(attempt=attempt, by=by, now=NOW)


def test_columns_and_cells(platform, quiz):
    attempt = finish(platform, quiz)
    columns = platform.get(f"/courses/{quiz.course.key}/line-items").json()["results"]
    assert [(one["quiz"], one["score_maximum"]) for one in columns] == [(quiz.key, 100.0)]

    cells = platform.get(f"/line-items/{columns[0]['id']}/results").json()["results"]
    assert (
        cells == platform.get(f"/learners/a-1/courses/{quiz.course.key}/results").json()["results"]
    )
    cell = cells[0]
    assert (cell["external_id"], cell["attempt"]) == ("a-1", str(attempt.uuid))
    assert (cell["score_given"], cell["percent"], cell["has_passed"]) == (50.0, 50.0, False)
    assert cell["grading_progress"] == "FullyGraded"
    assert cell["submitted_at"] == "2026-03-02T09:00:00Z"
    later = "?updated_since=2026-03-02T09:00:01Z"
    assert platform.get(f"/line-items/{columns[0]['id']}/results{later}").json()["results"] == []


def test_only_ones_own_learners_and_courses(platform, quiz):
    other = Platform("gradebook:read", name="Other")
    finish(platform, quiz)
    column = LineItem.objects.get()
    limited = Platform("gradebook:read", courses=[make_quiz().course])

    assert other.get(f"/line-items/{column.uuid}/results").json()["results"] == []
    problem(limited.get(f"/line-items/{column.uuid}/results"), 404, "not_found")
    problem(other.get(f"/learners/a-1/courses/{quiz.course.key}/results"), 404, "not_found")


def test_a_person_grades_through_the_api(platform):
    quiz = make_quiz(questions=1)
    add_item(quiz, make_question(quiz.module, kind="essay", data=ESSAY), position=2)
    platform.learner("b-1", course=quiz.course)
    attempt = finish(platform, quiz, "b-1", (RIGHT, {"text": "She lived through it."}))
    path = f"/learners/b-1/attempts/{attempt.uuid}/items/2/gradings"
    assert Result.objects.get().grading_progress == "PendingManual"

    grade = {"scaled": 0.5, "feedback": "Half.", "reason": "rubric"}
    first = platform.post(path, grade, idempotency_key="g1")
    again = platform.post(path, grade, idempotency_key="g1")

    assert (first.status_code, first.json()) == (201, again.json())
    assert (first.json()["kind"], first.json()["scaled"]) == ("person", 0.5)
    assert platform.get(path).json()["results"][-1] == first.json()
    assert Grading.objects.filter(kind="person").count() == 1
    assert Result.objects.get().percent == 75
    assert Event.objects.filter(type="result.changed").count() == 2


def test_overrides_have_limits(platform, quiz):
    attempt = begin(platform, quiz)
    path = f"/learners/a-1/attempts/{attempt.uuid}/items/1/gradings"
    problem(platform.post(path, {"scaled": 1}), 409, "conflict")
    for scaled in (-1, 1.1, "x", 1e400, None, True):
        assert platform.post(path, {"scaled": scaled}).status_code == 400
    reading = Platform("gradebook:read", "learning:write")
    problem(reading.post(path, {"scaled": 1}), 403, "missing_scope")


PATHS = {
    "general": "/learners/a-1/accommodation",
    "course": "/learners/a-1/courses/{course}/accommodation",
    "quiz": "/learners/a-1/courses/{course}/quizzes/{quiz}/extension",
}
VALUES = {
    "general": {"time_factor": 1.50, "extra_attempts": 1, "closes_later_s": 60},
    "course": {"time_factor": 2.00, "extra_attempts": 0, "closes_later_s": 0},
    "quiz": {"extra_time_s": 60, "extra_attempts": 2, "closes_at": "2027-01-01T00:00:00Z"},
}


def place(kind, quiz):
    return PATHS[kind].format(course=quiz.course.key, quiz=quiz.key)


@pytest.mark.parametrize("kind", PATHS)
def test_grants_are_read_as_written(platform, quiz, kind):
    path = place(kind, quiz)
    before = platform.get(path)
    written = platform.put(path, VALUES[kind], if_match=before.headers["ETag"])

    assert (written.status_code, written.json()) == (200, VALUES[kind])
    assert platform.get(path).json() == VALUES[kind]
    late = platform.put(path, VALUES[kind], if_match=before.headers["ETag"])
    problem(late, 412, "precondition_failed")
    assert platform.put(path, {}).json() == before.json()


@pytest.mark.parametrize("kind", PATHS)
def test_grants_extend_the_open_attempt(platform, quiz, kind):
    attempt = begin(platform, quiz)
    platform.put(place(kind, quiz), VALUES[kind])
    attempt.refresh_from_db()

    assert attempt.deadline_at > NOW + dt.timedelta(seconds=600)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("general", {"time_factor": 0.5}),
        ("general", {"time_factor": 11}),
        ("general", {"extra_attempts": 2**15}),
        ("course", {"closes_later_s": 2**31}),
        ("quiz", {"extra_time_s": -1}),
        ("quiz", {"extra_time_s": 2**63}),
        ("quiz", {"closes_at": "9999-12-31T23:59:59-12:00"}),
        ("quiz", {"closes_at": "soon"}),
        ("quiz", {"reason": "ill"}),
    ],
)
def test_grants_have_limits(platform, quiz, kind, values):
    problem(platform.put(place(kind, quiz), values), 400, "invalid")


def test_grants_are_the_platforms_own_learners(platform, quiz):
    other = Platform("gradebook:write", name="Other")
    for kind in PATHS:
        problem(other.get(place(kind, quiz)), 404, "not_found")
        problem(other.put(place(kind, quiz), VALUES[kind]), 404, "not_found")
    limited = Platform("gradebook:write", courses=[quiz.course])
    problem(limited.put(place("general", quiz), VALUES["general"]), 403, "not_allowed")


def test_queries_do_not_grow(platform, quiz):
    counts = []
    for size in (1, 3):
        while Attempt.objects.count() < size:
            name = f"g-{Attempt.objects.count()}"
            platform.learner(name, course=quiz.course)
            finish(platform, quiz, name)
        path = f"/line-items/{LineItem.objects.get().uuid}/results"
        platform.get(path)
        with CaptureQueriesContext(connection) as queries:
            platform.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6
