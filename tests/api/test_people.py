"""A platform's learners and their enrolments."""

from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model

from courses.models import Enrolment, Event, ExternalIdentity
from tests.api.platform import Platform, problem
from tests.factories import CourseFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

ADA = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org"}


@pytest.fixture
def platform():
    return Platform()


@pytest.mark.full_accounts
def test_a_learner_is_made_once_and_then_updated(platform):
    made = platform.put("/learners/a-1", ADA)
    same = platform.put("/learners/a-1", ADA)
    renamed = platform.put("/learners/a-1", {"first_name": "Augusta"})

    assert [one.status_code for one in (made, same, renamed)] == [201, 200, 200]
    assert made.headers["Location"].endswith("/api/v1/learners/a-1")
    assert made.json() == same.json()
    assert renamed.json()["first_name"] == "Augusta"
    assert renamed.json()["email"] == ADA["email"]
    assert platform.get("/learners/a-1").json() == renamed.json()
    assert get_user_model().objects.count() == 1
    assert not get_user_model().objects.get().has_usable_password()


def test_location_header_escapes_external_ids(platform):
    course = CourseFactory()
    learner = f"/learners/{quote('a?b#c%2F;ö', safe='')}"
    first, again = (
        f"{learner}/enrolments/{course.key}",
        f"{learner}/enrolments/{course.key}/cycles/2",
    )
    for path, body in ((learner, {}), (first, {}), (again, None)):
        made = platform.put(path, body)
        place = made.headers["Location"].partition("/api/v1")[2]
        assert (made.status_code, platform.get(place).json()) == (201, made.json())


def test_a_learner_is_erased_under_the_conditions_of_the_request(platform):
    tag = platform.put("/learners/a-1", {}).headers["ETag"]
    for condition in ({"if_none_match": "*"}, {"if_match": '"another"'}):
        answer = platform.call("delete", "/learners/a-1", **condition)
        problem(answer, 412, "precondition_failed")
    assert platform.call("delete", "/learners/a-1", if_match=tag).status_code == 204


def test_enrolment_in_an_unknown_course_is_refused(platform):
    platform.put("/learners/a-1", {})
    answer = platform.post("/courses/nowhere/enrolments", {"enrolments": [{"external_id": "a-1"}]})
    problem(answer, 404, "not_found")


@pytest.mark.full_accounts
def test_learner_is_not_matched_by_email(platform):
    """An account is never handed over to who knows its e-mail address or name."""
    owner = UserFactory(username="root", email="ada@example.org", is_superuser=True)
    platform.put("/learners/root", ADA)

    assert ExternalIdentity.objects.get().user != owner


@pytest.mark.parametrize("external_id", ["ä ö+%25", "a@b.example", "x" * 255, "1"])
def test_external_ids_are_the_platforms_own(platform, external_id):
    path = f"/learners/{quote(external_id, safe='')}"
    assert platform.put(path, {}).json()["external_id"] == external_id
    assert platform.get(path).status_code == 200


@pytest.mark.parametrize("external_id", ["x" * 256, "a%00b", "a%0Ab", "a/b"])
def test_malformed_id_is_not_found(platform, external_id):
    problem(platform.put(f"/learners/{external_id}", {}), 404, "not_found")


def test_me_is_taken(platform):
    problem(platform.put("/learners/me", {}), 400, "invalid")


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"email": "nonsense"}, "/email"),
        ({"first_name": "x" * 151}, "/first_name"),
        ({"is_superuser": True}, "/is_superuser"),
        ({"first_name": ["a"]}, "/first_name"),
        ([], ""),
    ],
)
def test_wrong_values_are_pointed_at(platform, values, pointer):
    body = problem(platform.put("/learners/a-1", values), 400, "invalid")

    assert [error["pointer"] for error in body["errors"]] == [pointer]
    assert ExternalIdentity.objects.count() == 0


@pytest.mark.full_accounts
def test_if_match_detects_another_writer(platform):
    first = platform.put("/learners/a-1", ADA).headers["ETag"]
    second = platform.put("/learners/a-1", {"first_name": "B"}, if_match=first)
    late = platform.put("/learners/a-1", {"first_name": "C"}, if_match=first)
    fresh = platform.put("/learners/a-1", {"first_name": "D"}, if_none_match="*")

    assert second.status_code == 200
    problem(late, 412, "precondition_failed")
    problem(fresh, 412, "precondition_failed")
    assert platform.get("/learners/a-1").json()["first_name"] == "B"
    assert platform.put("/learners/b-1", {}, if_none_match="*").status_code == 201


@pytest.mark.full_accounts
def test_bulk_reports_each_row(platform):
    rows = [
        {"external_id": "a-1", **ADA},
        {"external_id": "a-2", "email": "nonsense"},
        {"email": "x@example.org"},
        "nonsense",
        {"external_id": "a-1"},
        {"external_id": "me"},
    ]
    report = platform.post("/learners", {"learners": rows}).json()["results"]

    assert [row["status"] for row in report] == [201, 400, 400, 400, 200, 400]
    assert [row["index"] for row in report] == list(range(6))
    sent = ["a-1", "a-2", None, None, "a-1", "me"]
    assert [row.get("external_id") for row in report] == sent
    assert report[0]["learner"]["external_id"] == "a-1"
    assert report[1]["errors"][0]["pointer"] == "/learners/1/email"
    assert report[2]["errors"][0]["pointer"] == "/learners/2/external_id"
    assert ExternalIdentity.objects.count() == 1


def test_bulk_has_a_limit(platform):
    rows = [{"external_id": str(number)} for number in range(201)]
    problem(platform.post("/learners", {"learners": rows}), 400, "invalid")


def test_a_platform_sees_only_its_own(platform):
    course = CourseFactory()
    other = Platform(name="Other")
    other.learner("secret", course=course)
    platform.learner("mine", course=course)

    def answer_to(method, path):
        body = problem(getattr(platform, method)(path), 404, "not_found")
        return str(body | {"instance": ""})

    listed = platform.get("/learners").json()["results"]
    assert [row["external_id"] for row in listed] == ["mine"]
    for method, path in (
        ("get", "/learners/{}"),
        ("get", "/learners/{}/enrolments"),
        ("get", f"/learners/{{}}/enrolments/{course.key}"),
        ("put", f"/learners/{{}}/enrolments/{course.key}"),
        ("delete", f"/learners/{{}}/enrolments/{course.key}"),
    ):
        assert answer_to(method, path.format("secret")) == answer_to(method, path.format("nobody"))
    assert platform.put("/learners/secret", {}).status_code == 201


def test_enrol_withdraw_and_come_back(platform):
    course = CourseFactory()
    platform.learner("a-1")
    path = f"/learners/a-1/enrolments/{course.key}"
    problem(platform.get(path), 404, "not_found")

    answers = [platform.put(path), platform.put(path), platform.delete(path), platform.delete(path)]
    back = platform.put(path)

    assert [one.status_code for one in answers] == [201, 200, 200, 200]
    assert [one.json()["state"] for one in answers] == ["active", "active", *["withdrawn"] * 2]
    assert back.json()["state"] == platform.get(path).json()["state"] == "active"
    assert Enrolment.objects.count() == 1
    assert list(Event.objects.order_by("pk").values_list("type", flat=True)) == [
        "enrolment.created",
        "enrolment.withdrawn",
        "enrolment.changed",
    ]
    listed = platform.get("/learners/a-1/enrolments").json()["results"]
    assert listed == [back.json()]


def test_an_instructor_takes_more_than_a_platforms_scope(platform):
    course = CourseFactory()
    platform.learner("a-1")
    path = f"/learners/a-1/enrolments/{course.key}"

    problem(platform.put(path, {"role": "instructor"}), 403, "missing_scope")
    root = Platform("admin")
    assert root.put(path, {"role": "instructor"}).status_code == 201
    problem(platform.put(path, {"role": "learner"}), 403, "missing_scope")
    problem(platform.delete(path), 403, "not_allowed")


def test_a_key_reaches_only_its_courses(platform):
    course, other = CourseFactory(), CourseFactory()
    limited = Platform("learners:write", courses=[course])
    platform.learner("a-1", course=other)

    problem(limited.put(f"/learners/a-1/enrolments/{other.key}"), 404, "not_found")
    assert limited.get("/learners/a-1/enrolments").json()["results"] == []
    assert limited.put(f"/learners/a-1/enrolments/{course.key}").status_code == 201


@pytest.mark.full_accounts
def test_a_closed_account_is_gone(platform):
    user = platform.learner("a-1")
    user.is_active = False
    user.save()

    problem(platform.get("/learners/a-1"), 404, "not_found")
    problem(platform.put("/learners/a-1", {}), 403, "not_allowed")
    assert platform.get("/learners").json()["results"] == []


def test_queries_do_not_grow(platform, django_assert_max_num_queries):
    for number in range(3):
        platform.learner(f"a-{number}", course=CourseFactory())
    with django_assert_max_num_queries(3):
        platform.get("/learners")
    with django_assert_max_num_queries(4):
        platform.get("/learners/a-1/enrolments")
