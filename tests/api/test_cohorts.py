"""Cohorts, cycles, enrolments of many, and the lists that they narrow down."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.domain import attempts, enrolments, personal_data
from courses.models import Cohort, Enrolment, Event
from tests.api.platform import Platform, problem
from tests.factories import NOW, CourseFactory, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def course():
    return CourseFactory(key="cx")


@pytest.fixture
def acme(course):
    platform = Platform("learners:write", "gradebook:read")
    for name in ("a-1", "b-2", "c-3"):
        platform.learner(name, course=course)
    return platform


def names(answer):
    return [one["external_id"] for one in answer.json()["results"]]


# --- cohorts


def test_a_cohort_is_made_filled_narrows_lists_and_goes(acme, course):
    made = acme.put("/cohorts/spring", {"name": "Spring"})
    again = acme.put("/cohorts/spring", {"name": "Spring 2026"})
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.headers["Location"].endswith("/api/v1/cohorts/spring")
    body = {"learners": [{"external_id": one} for one in ("a-1", "b-2", "nobody")] + [7]}
    rows = acme.post("/cohorts/spring/learners", body).json()["results"]

    assert [one["status"] for one in rows] == [201, 201, 404, 400]
    assert rows[2]["errors"][0]["pointer"] == "/learners/2"
    assert acme.put("/cohorts/spring/learners/a-1").status_code == 204
    assert acme.delete("/cohorts/spring/learners/b-2").status_code == 204
    assert acme.delete("/cohorts/spring/learners/b-2").status_code == 204
    assert names(acme.get("/cohorts/spring/learners")) == ["a-1"]
    for path in ("/learners", "/courses/cx/progress", "/courses/cx/gradebook"):
        assert names(acme.get(f"{path}?cohort=spring")) == ["a-1"], path
        rows = problem(acme.get(f"{path}?cohort=autumn"), 400, "invalid")
        assert rows["errors"][0]["pointer"] == "/cohort"
    assert acme.get("/cohorts").json()["results"][0]["name"] == "Spring 2026"

    assert acme.delete("/cohorts/spring").status_code == 204
    problem(acme.get("/cohorts/spring"), 404, "not_found")
    assert Enrolment.objects.count() == 3


def test_a_cohort_that_was_renamed_meanwhile_is_left_alone(acme):
    etag = acme.put("/cohorts/spring", {"name": "A"}).headers["ETag"]
    acme.put("/cohorts/spring", {"name": "B"})

    refused = acme.put("/cohorts/spring", {"name": "C"}, if_match=etag)
    problem(refused, 412, "precondition_failed")
    problem(acme.delete("/cohorts/spring", if_match=etag), 412, "precondition_failed")
    assert acme.get("/cohorts/spring").json()["name"] == "B"


def test_lists_run_backwards_when_they_are_asked_to(acme):
    first = acme.get("/learners?order=-created&limit=2")
    assert names(first) == ["c-3", "b-2"]
    assert names(acme.get(first.json()["next"])) == ["a-1"]
    assert names(acme.get("/courses/cx/progress?order=created")) == ["a-1", "b-2", "c-3"]
    refusal = problem(acme.get("/learners?order=name"), 400, "invalid")
    assert refusal["errors"][0]["pointer"] == "/order"


def test_export_names_platforms_and_cohorts(acme):
    acme.put("/cohorts/spring")
    acme.put("/cohorts/spring/learners/a-1")
    (row,) = personal_data.export(user=acme.enrolment("a-1").user, now=NOW)["platforms"]

    assert (row["name"], row["external_id"], row["cohorts"]) == ("Acme", "a-1", ["spring"])


def test_a_cohort_is_a_platforms_own(acme):
    acme.put("/cohorts/spring")
    other = Platform(name="Other")

    problem(other.get("/cohorts/spring"), 404, "not_found")
    problem(other.get("/learners?cohort=spring"), 400, "invalid")
    assert other.put("/cohorts/spring").status_code == 201
    problem(other.put("/cohorts/spring/learners/a-1"), 404, "not_found")
    assert Cohort.objects.count() == 2


def test_an_erasure_takes_her_out_of_cohorts(acme):
    acme.put("/cohorts/spring")
    acme.put("/cohorts/spring/learners/a-1")
    personal_data.erase(user=acme.enrolment("a-1").user, now=NOW)

    assert names(acme.get("/cohorts/spring/learners")) == []


# --- enrolments of many


def test_many_are_enrolled_with_a_report_for_each(acme):
    CourseFactory(key="other")
    rows = [
        {"external_id": "a-1"},
        {"external_id": "a-1"},
        {"external_id": "nobody"},
        {"external_id": "b-2", "role": "instructor"},
        {"role": "learner"},
    ]
    results = acme.post("/courses/other/enrolments", {"enrolments": rows}).json()["results"]

    assert [one["status"] for one in results] == [201, 200, 404, 403, 400]
    assert results[0]["enrolment"] == results[1]["enrolment"]
    assert [one.get("external_id") for one in results] == ["a-1", "a-1", "nobody", "b-2", None]
    assert results[4]["errors"][0]["pointer"] == "/enrolments/4/external_id"
    assert Enrolment.objects.filter(course__key="other").count() == 1


@pytest.mark.parametrize("body", [{}, {"enrolments": []}, {"enrolments": [{}] * 201}])
def test_so_many_and_no_more(acme, body):
    problem(acme.post("/courses/cx/enrolments", body), 400, "invalid")


# --- cycles

CYCLES = "/learners/a-1/enrolments/cx/cycles"


def test_new_cycle_starts_empty_and_keeps_the_old(acme, course):
    quiz = make_quiz(module=course.modules.first() or _module(course))
    old = acme.enrolment("a-1")
    attempt = attempts.start(reader=reader_of(old), quiz_key=quiz.key, by=old.user, now=NOW)
    problem(acme.put(f"{CYCLES}/2"), 409, "conflict")
    attempts.submit(attempt=attempt, by=old.user, now=NOW)

    made, again = acme.put(f"{CYCLES}/2"), acme.put(f"{CYCLES}/2")
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json() == again.json() == acme.get(f"{CYCLES}/2").json()
    assert acme.get(f"{CYCLES}/1").json()["id"] == str(old.uuid)
    new = acme.enrolment("a-1")
    assert (new.cycle, new.attempts.count(), old.attempts.count()) == (2, 0, 1)
    event = Event.objects.latest("pk")
    assert (event.type, event.data["cycle"]) == ("enrolment.created", 2)
    everything, latest = (
        acme.get(f"/courses/cx/progress{query}").json()["results"]
        for query in ("", "?cycle=latest")
    )
    assert [one["cycle"] for one in everything] == [1, 1, 1, 2]
    assert sorted(one["cycle"] for one in latest) == [1, 1, 2]
    sheet = acme.get("/courses/cx/gradebook?cycle=latest").json()["results"]
    assert sorted((one["external_id"], one["cycle"]) for one in sheet) == [
        ("a-1", 2),
        ("b-2", 1),
        ("c-3", 1),
    ]


def _module(course):
    from tests.factories import ModuleFactory

    return ModuleFactory(course=course)


def test_only_the_next_cycle_of_an_active_enrolment_can_begin(acme):
    for cycle in (3, 0):
        problem(acme.put(f"{CYCLES}/{cycle}"), 409, "conflict")
    assert acme.put(f"{CYCLES}/1").status_code == 200
    problem(acme.get(f"{CYCLES}/2"), 404, "not_found")
    acme.delete("/learners/a-1/enrolments/cx")
    problem(acme.put(f"{CYCLES}/2"), 409, "conflict")
    problem(acme.put("/learners/nobody/enrolments/cx/cycles/2"), 404, "not_found")


def test_leaving_the_second_cycle_does_not_lead_back_to_the_first(acme, course):
    acme.put(f"{CYCLES}/2")
    acme.delete("/learners/a-1/enrolments/cx")
    states = [one.state for one in Enrolment.objects.filter(user__course_identities__subject="a-1")]
    assert states == ["withdrawn", "withdrawn"]

    acme.put("/learners/a-1/enrolments/cx")
    row = acme.enrolment("a-1")
    assert (row.cycle, row.state) == (2, "active")
    assert enrolments.enrol(course=course, user=row.user, now=NOW) == row


def test_an_instructors_cycle_needs_the_scope_admin(acme, course):
    row = acme.enrolment("a-1")
    enrolments.enrol(course=course, user=row.user, role="instructor", now=NOW)

    problem(acme.put(f"{CYCLES}/2"), 403, "not_allowed")


def test_enabling_in_the_admin_restarts_deliveries(admin_client, acme):
    row = acme.enrolment("a-1")
    data = {"action": "start_cycle", "_selected_action": [row.pk]}
    admin_client.post("/admin/cx_courses/enrolment/", data)
    admin_client.post("/admin/cx_courses/enrolment/", data)

    assert Enrolment.objects.filter(user=row.user).count() == 2


@pytest.mark.parametrize("path", ["/cohorts/spring/learners", "/courses/cx/gradebook"])
def test_lists_ask_the_database_as_often_for_three(acme, path):
    acme.put("/cohorts/spring")
    counts = []
    for name in ("a-1", "b-2"):
        acme.put(f"/cohorts/spring/learners/{name}")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            acme.get(f"{path}?cohort=spring")
        counts.append(len(asked))

    assert counts[0] == counts[1]
