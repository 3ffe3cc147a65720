"""Classes over the API: a learner in two of them has two records."""

import pytest

from courses.domain import sections
from courses.models import Enrolment
from tests.api.platform import Platform, problem
from tests.embed.frame import ask
from tests.factories import NOW, make_lesson, make_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz():
    return make_quiz(questions=1)


@pytest.fixture
def course(quiz):
    return quiz.course


@pytest.fixture
def evening(course):
    return sections.create(course=course, key="evening", title="Evening", now=NOW)


@pytest.fixture
def platform(course, evening):
    """It has enrolled its learner into the default class and into the evening class."""
    acme = Platform()
    acme.learner(course=course)
    made = acme.put(f"/learners/a-1/enrolments/{course.key}?section=evening", {})
    assert (made.status_code, made.json()["section"]) == (201, "evening")
    assert made.headers["Location"].endswith(f"/enrolments/{course.key}?section=evening")
    return acme


def test_each_class_has_its_own_enrolment_and_the_default_one_needs_no_name(platform, course):
    address = f"/learners/a-1/enrolments/{course.key}"
    default, evening = platform.get(address).json(), platform.get(f"{address}?section=evening")

    assert default["section"] == "default"
    assert default["id"] != evening.json()["id"]
    again = platform.put(f"{address}?section=evening", {})
    assert (again.status_code, again.json()["id"]) == (200, evening.json()["id"])
    assert len(platform.get("/learners/a-1/enrolments").json()["results"]) == 2
    only = platform.get("/learners/a-1/enrolments?section=evening").json()["results"]
    assert [row["section"] for row in only] == ["evening"]
    assert platform.delete(f"{address}?section=evening").json()["state"] == "withdrawn"
    assert platform.get(address).json()["state"] == "active"
    problem(platform.put(f"{address}?section=nowhere", {}), 400, "invalid")


def test_cycles_are_those_of_the_class(platform, course):
    address = f"/learners/a-1/enrolments/{course.key}/cycles"

    assert platform.put(f"{address}/2?section=evening").json()["cycle"] == 2
    assert platform.get(f"{address}/2?section=evening").json()["section"] == "evening"
    problem(platform.get(f"{address}/2"), 404, "not_found")


def test_work_goes_to_the_class_that_is_named(platform, course, quiz):
    lesson = make_lesson(module=quiz.module)
    own = {row.section.key: row for row in Enrolment.objects.select_related("section")}
    base = f"/learners/a-1/courses/{course.key}"

    started = platform.post(f"{base}/quizzes/{quiz.key}/attempts?section=evening", {})
    assert started.status_code == 201
    platform.post(f"{base}/lessons/{lesson.key}/visit?section=evening", {})

    assert own["evening"].attempts.count() == own["evening"].lesson_progress.count() == 1
    assert not own["default"].attempts.exists()
    lists = [
        platform.get(f"{base}/quizzes/{quiz.key}/attempts{q}") for q in ("", "?section=evening")
    ]
    assert [len(one.json()["results"]) for one in lists] == [0, 1]
    assert platform.get(f"{base}/progress?section=evening").json()["section"] == "evening"
    problem(platform.get(f"{base}/progress?section=nowhere"), 403, "not_enrolled")


def test_lists_name_the_class_and_can_be_limited_to_one(platform, course, quiz):
    platform.learner("a-2", course=course)
    for path in ("progress", "gradebook"):
        rows = platform.get(f"/courses/{course.key}/{path}").json()["results"]
        assert sorted(row["section"] for row in rows) == ["default", "default", "evening"]
        rows = platform.get(f"/courses/{course.key}/{path}?section=evening").json()["results"]
        assert [row["external_id"] for row in rows] == ["a-1"]


def test_events_name_the_class(platform, course):
    found = platform.get("/events").json()["results"]
    classes = [one["data"]["section"] for one in found if "learner" in one["data"]]
    assert classes == ["default", "evening"]


def test_many_are_enrolled_into_their_classes_at_once(platform, course):
    platform.learner("a-3")
    rows = [{"external_id": "a-3", "section": "evening"}, {"external_id": "a-3", "section": "x"}]

    report = platform.post(f"/courses/{course.key}/enrolments", {"enrolments": rows}).json()

    assert [row["status"] for row in report["results"]] == [201, 400]
    assert report["results"][0]["enrolment"]["section"] == "evening"


def test_launch_works_in_the_class_it_names(platform, course):
    launch = ask(platform, course, section="evening")
    assert launch.status_code == 201, launch.content
    assert Enrolment.objects.get(launches__uuid=launch.json()["id"]).section.key == "evening"

    default = ask(platform, course)
    assert Enrolment.objects.get(launches__uuid=default.json()["id"]).section.is_default
    problem(ask(platform, course, section="nowhere"), 403, "not_enrolled")


def test_other_roles_than_learner_need_the_scope_admin(platform, course):
    limited = Platform("learners:write")
    address = f"/learners/a-1/enrolments/{course.key}"
    for role in ("instructor", "author", "marker", "observer"):
        problem(limited.put(address, {"role": role}), 403, "missing_scope")
    everything = Platform("admin")
    problem(everything.put(f"{address}?section=evening", {"role": "author"}), 409, "conflict")
    assert everything.put(f"{address}?section=evening", {"role": "marker"}).status_code == 200
