"""Classes over the API: made, renamed, archived, dated; learners moved between them."""

import datetime as dt

import pytest

from courses.domain import attempts, sections
from courses.models import Attempt, Enrolment, Event, Section, SectionQuiz
from tests.api.platform import Platform, problem
from tests.factories import NOW, CourseFactory, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def quiz():
    return make_quiz(questions=1, time_limit_s=600)


@pytest.fixture
def course(quiz):
    return quiz.course


@pytest.fixture
def acme(course):
    platform = Platform("learners:write", "gradebook:read", "gradebook:write")
    platform.learner(course=course)
    return platform


def keys(answer):
    return [one["key"] for one in answer.json()["results"]]


def test_a_class_is_made_renamed_archived_and_brought_back(acme, course):
    base = f"/courses/{course.key}/sections"
    made = acme.put(f"{base}/evening", {"title": "Evening"})
    assert (made.status_code, made.json()["title"]) == (201, "Evening")
    assert made.headers["Location"].endswith(f"{base}/evening")
    again = acme.put(f"{base}/evening", {"title": "Evening"})
    assert (again.status_code, again.json()) == (200, made.json())
    assert keys(acme.get(base)) == ["default", "evening"]
    assert acme.get(f"{base}/evening").headers["ETag"] == made.headers["ETag"]

    problem(acme.put(f"{base}/evening", {}, if_match='"old"'), 412, "precondition_failed")
    problem(acme.put(f"{base}/free", {}, if_match="*"), 412, "precondition_failed")
    archived = acme.put(f"{base}/evening", {"title": "Late", "is_archived": True})
    assert archived.json()["is_archived"]
    refused = acme.put(f"/learners/a-1/enrolments/{course.key}?section=evening", {})
    problem(refused, 400, "invalid")
    assert acme.put(f"{base}/evening", {"title": "Late"}).json()["is_archived"] is False
    problem(acme.put(f"{base}/evening", {"name": "?"}), 400, "invalid")
    problem(acme.put(f"{base}/evening", {"title": "x" * 201}), 400, "invalid")
    problem(acme.get(f"{base}/nowhere"), 404, "not_found")


def test_a_class_of_another_platform_is_unknown_and_the_courses_own_takes_admin(acme, course):
    base = f"/courses/{course.key}/sections"
    other = Platform("admin", name="Other")
    other.put(f"{base}/theirs", {"title": "Theirs"})
    Section.objects.create(course=course, key="ours", title="Of the school", created_at=NOW)

    assert keys(acme.get(base)) == ["default", "ours"]
    problem(acme.get(f"{base}/theirs"), 404, "not_found")
    problem(acme.put(f"{base}/theirs", {}), 409, "conflict")
    for key in ("default", "ours"):
        problem(acme.put(f"{base}/{key}", {"title": "Mine"}), 403, "missing_scope")
    assert other.put(f"{base}/ours", {"title": "New"}).status_code == 200
    problem(other.put(f"{base}/default", {"is_archived": True}), 409, "conflict")
    assert Section.objects.get(course=course, key="theirs").title == "Theirs"


def test_a_class_has_dates_of_its_own_and_open_attempts_get_the_time(acme, course, quiz):
    quiz.closes_at = NOW + dt.timedelta(minutes=5)
    quiz.save()
    base = f"/courses/{course.key}/sections"
    acme.put(f"{base}/evening", {})
    dates = f"{base}/evening/dates"
    moved = acme.put(f"/learners/a-1/enrolments/{course.key}/section", {"section": "evening"})
    assert moved.json()["section"] == "evening"
    learner = Enrolment.objects.get(role="learner")
    attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=learner.user, now=NOW)

    unset = {"quiz": quiz.key, "opens_at": None, "closes_at": None}
    assert acme.get(f"{dates}/{quiz.key}").json() == unset
    assert acme.get(dates).json()["results"] == []
    body = {"closes_at": "2026-03-02T12:00:00Z"}
    put = acme.put(f"{dates}/{quiz.key}", body)
    assert put.json() == {"quiz": quiz.key, "opens_at": None, "closes_at": "2026-03-02T12:00:00Z"}
    assert acme.put(f"{dates}/{quiz.key}", body).json() == put.json()
    assert Attempt.objects.get().deadline_at == NOW + dt.timedelta(minutes=10)
    assert len(acme.get(dates).json()["results"]) == 1

    wrong = {"opens_at": "2026-03-03T00:00:00Z", "closes_at": "2026-03-02T00:00:00Z"}
    problem(acme.put(f"{dates}/{quiz.key}", wrong), 400, "invalid")
    problem(acme.put(f"{dates}/nothing", body), 404, "not_found")
    foreign = make_quiz(questions=1)
    problem(acme.put(f"{dates}/{foreign.key}", body), 404, "not_found")
    problem(acme.put(f"{base}/default/dates/{quiz.key}", body), 403, "missing_scope")
    stale = acme.put(f"{dates}/{quiz.key}", body, if_match='"old"')
    problem(stale, 412, "precondition_failed")
    assert SectionQuiz.objects.count() == 1


def test_a_learner_moves_with_all_they_did(acme, course):
    for key in ("evening", "morning"):
        sections.create(course=course, key=key, title="", now=NOW)
    address = f"/learners/a-1/enrolments/{course.key}"
    before = acme.get(address).json()

    moved = acme.put(f"{address}/section", {"section": "evening"}).json()
    assert moved == {**before, "section": "evening"}
    count = Event.objects.count()
    assert acme.put(f"{address}/section", {"section": "evening"}).json() == moved
    assert Event.objects.count() == count
    acme.put(f"{address}?section=morning", {})
    problem(acme.put(f"{address}/section?section=evening", {"section": "morning"}), 409, "conflict")
    problem(acme.put(f"{address}/section", {"section": "nowhere"}), 400, "invalid")
    problem(acme.put(f"{address}/section", {"section": ""}), 400, "invalid")
    problem(acme.put(f"{address}/section", {}), 400, "invalid")
    problem(
        acme.put(f"/learners/a-1/enrolments/{CourseFactory().key}/section", {"section": "x"}),
        400,
        "invalid",
    )
    acme.learner("t-1", course=course)
    Enrolment.objects.filter(user__course_identities__subject="t-1").update(role="instructor")
    place = f"/learners/t-1/enrolments/{course.key}/section"
    assert acme.put(place, {"section": "evening"}).status_code == 403
