"""Progress of one learner and of many."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.domain import attempts, lessons
from courses.models import Enrolment, Event, LessonProgress
from tests.api.platform import Platform, problem
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    ObjectiveFactory,
    make_learner,
    make_lesson,
    make_quiz,
    reader_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def platform():
    return Platform("gradebook:read")


@pytest.fixture
def course():
    quiz = make_quiz(questions=2, key="quiz")
    make_lesson(module=quiz.module, key="lesson", checks=0, completion="confirm")
    objective = ObjectiveFactory(module=quiz.module, key="OBJ")
    for place in quiz.items.all():
        place.question.objective = objective
        place.question.save()
    return quiz.course


def work(platform, external_id="a-1", answers=(RIGHT, WRONG)):
    enrolment = platform.enrolment(external_id)
    by, reader = enrolment.user, reader_of(enrolment)
    lessons.confirm(reader=reader, lesson_key="lesson", by=by, now=NOW)
    attempt = attempts.start(reader=reader, quiz_key="quiz", by=by, now=NOW)
    for position, raw in enumerate(answers, start=1):
        attempts.save(attempt=attempt, position=position, raw=raw, based_on=0, by=by, now=NOW)
    return attempts.submit(attempt=attempt, by=by, now=NOW)


def test_one_learner_in_detail(platform, course):
    platform.learner("a-1", course=course)
    path = f"/learners/a-1/courses/{course.key}/progress"
    before = platform.get(path).json()
    work(platform)
    after = platform.get(path).json()

    assert (before["percent"], before["objectives"][0]["share"]) == (0, None)
    assert (after["percent"], after["lessons_completed"], after["lessons_total"]) == (50, 1, 1)
    assert after["next_step"] == "quiz"
    assert [step["state"] for step in after["modules"][0]["steps"]] == ["completed", "started"]
    assert after["objectives"] == [{"objective": "OBJ", "count": 2, "share": 0.5, "is_met": False}]
    summary = platform.get("/learners/a-1/progress").json()["results"]
    assert [(one["course"], one["percent"]) for one in summary] == [(course.key, 50)]


def test_hidden_exam_result_is_hidden_in_progress(platform, course):
    course.quizzes.update(kind="exam", review={"just_after": [], "later": [], "after_close": []})
    platform.learner("a-1", course=course)
    work(platform, answers=(RIGHT, RIGHT))

    body = platform.get(f"/learners/a-1/courses/{course.key}/progress").json()
    assert (body["percent"], body["objectives"][0]["count"]) == (50, 0)


def test_a_cohort_holds_this_platforms_people_only(platform, course):
    make_learner(course)
    Platform(name="Other").learner("b-1", course=course)
    for number in range(3):
        platform.learner(f"a-{number}", course=course)
    work(platform, "a-1", (RIGHT, RIGHT))
    path = f"/courses/{course.key}/progress"

    def listed(query=""):
        rows = platform.get(path + query).json()["results"]
        return [(row["external_id"], row["percent"]) for row in rows]

    assert listed() == [("a-0", 0), ("a-1", 100), ("a-2", 0)]
    assert listed("?completed=true") == [("a-1", 100)]
    assert listed("?completed=false&limit=1") == [("a-0", 0)]
    assert listed("?role=instructor") == listed("?state=withdrawn") == []
    problem(platform.get(f"{path}?state=gone"), 400, "invalid")


def test_changed_since(platform, course):
    platform.learner("a-1", course=course)
    platform.learner("a-2", course=course)
    Event.objects.update(occurred_at=NOW)
    later = NOW + dt.timedelta(minutes=1)
    path = f"/courses/{course.key}/progress?updated_since="

    def changed():
        body = platform.get(path + later.isoformat().replace("+00:00", "Z")).json()
        return [row["external_id"] for row in body["results"]]

    assert changed() == []
    lesson = course.modules.get().lessons.get()
    LessonProgress.objects.create(
        enrolment=platform.enrolment("a-2"), lesson=lesson, started_at=NOW, visited_at=later
    )
    assert changed() == ["a-2"]
    Event.objects.filter(enrolment=platform.enrolment("a-1")).update(occurred_at=later)
    assert changed() == ["a-1", "a-2"]


def test_a_cohort_comes_in_pages(platform, course):
    for number in range(5):
        platform.learner(f"a-{number}", course=course)
    found, address = [], f"/courses/{course.key}/progress?limit=2"
    while address:
        body = platform.get(address).json()
        found += [row["external_id"] for row in body["results"]]
        address = body["next"]
    assert found == [f"a-{number}" for number in range(5)]


def test_queries_do_not_grow(platform, course):
    counts = []
    for size in (1, 3):
        while Enrolment.objects.count() < size:
            name = f"a-{Enrolment.objects.count()}"
            platform.learner(name, course=course)
            work(platform, name)
        for path in (
            f"/courses/{course.key}/progress",
            f"/learners/a-0/courses/{course.key}/progress",
            "/learners/a-0/progress",
        ):
            platform.get(path)
            with CaptureQueriesContext(connection) as queries:
                platform.get(path)
            counts.append(len(queries))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 9
