"""A platform erases its learners, takes their data along, deactivates and activates them."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from courses import users
from courses.api.serializers_people import LearnerExportSerializer
from courses.domain import attempts, cohorts, launches, learners, tokens
from courses.domain.personal_data import erasing
from courses.models import (
    Attempt,
    Enrolment,
    Event,
    ExternalIdentity,
    IdempotencyRecord,
    Launch,
    LearnerToken,
    Response,
)
from tests.api.platform import Caller, Platform, problem
from tests.factories import RIGHT, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
ORIGIN = "https://learn.example.org"


@pytest.fixture
def platform():
    return Platform()


@pytest.fixture
def quiz():
    return make_quiz(questions=1, attempts_allowed=None)


@pytest.fixture
def attempt(platform, quiz):
    """An open attempt of the platform's learner a-1, with one response."""
    platform.put("/learners/a-1", {"first_name": "Ada", "email": "ada@example.org"})
    platform.learner("a-1", course=quiz.course)
    enrolment, now = platform.enrolment("a-1"), timezone.now()
    begun = attempts.start(
        reader=reader_of(enrolment), quiz_key=quiz.key, by=enrolment.user, now=now
    )
    attempts.save(attempt=begun, position=1, raw=RIGHT, based_on=0, by=enrolment.user, now=now)
    return begun


def known_also_to(name, user):
    """Another platform that knows the same person."""
    other = Platform(name=name)
    now = timezone.now()
    ExternalIdentity.objects.create(
        client=other.client, subject="b-1", user=user, created_at=now, updated_at=now
    )
    return other


def launched(platform, quiz):
    body = {"external_id": "a-1", "target": {"course": quiz.course.key}, "origin": ORIGIN}
    return platform.post("/launches", body)


def opened(platform, quiz):
    """A launch of the learner and its open session."""
    code = launched(platform, quiz).json()["url"].rstrip("/").rpartition("/")[2]
    return launches.open_launch(code=code, now=timezone.now())


# Erasing


def test_a_learner_of_this_platform_alone_is_erased(platform, quiz, attempt):
    user = attempt.enrolment.user
    platform.post("/learners/a-1/tokens", {}, Idempotency_Key="token-1")
    save = {"based_on": 1, "response": RIGHT}
    path = f"/learners/a-1/attempts/{attempt.uuid}/items/1/responses"
    platform.post(path, save, Idempotency_Key="save-1")
    session = opened(platform, quiz)

    assert platform.delete("/learners/a-1").status_code == 204

    assert [rows for rows in erasing._records(user) if rows.exists()] == []
    assert not Response.objects.exists()
    assert not IdempotencyRecord.objects.exists()
    erased = get_user_model()._default_manager.get(pk=user.pk)
    assert erased.get_username() == users.erased_name(user)
    with pytest.raises(launches.LaunchRefused):
        launches.session(uuid=session.launch.uuid, secret=session.secret, now=timezone.now())


def test_the_erased_learner_is_unknown_and_the_id_is_free(platform, attempt):
    platform.delete("/learners/a-1")

    problem(platform.get("/learners/a-1"), 404, "not_found")
    problem(platform.delete("/learners/a-1"), 404, "not_found")
    assert platform.put("/learners/a-1", {}).status_code == 201
    assert platform.get("/learners/a-1").json()["first_name"] == ""


def test_the_event_holds_the_external_id_and_nothing_else_personal(platform, attempt):
    identity = platform.get("/learners/a-1").json()["id"]
    platform.delete("/learners/a-1")

    (row,) = platform.get("/events?type=learner.erased").json()["results"]
    assert row["data"] == {
        "client": str(platform.client.uuid),
        "learner": {"id": identity, "external_id": "a-1"},
    }


def test_a_person_whom_another_platform_knows_keeps_what_is_theirs(platform, quiz, attempt):
    user = attempt.enrolment.user
    other = known_also_to("Other", user)
    cohorts.put(client=platform.client, key="spring", name="", now=timezone.now())
    platform.put("/cohorts/spring/learners/a-1")
    token = platform.post("/learners/a-1/tokens", {}).json()["token"]
    session = opened(platform, quiz)
    known = other.get("/learners/b-1").json()

    assert platform.delete("/learners/a-1").status_code == 204

    problem(platform.get("/learners/a-1"), 404, "not_found")
    assert [row["type"] for row in platform.get("/events").json()["results"]] == ["learner.erased"]
    problem(Caller(token).get("/learners/me/progress"), 401, "not_authenticated")
    with pytest.raises(launches.LaunchRefused):
        launches.session(uuid=session.launch.uuid, secret=session.secret, now=timezone.now())
    kept = other.get(f"/learners/b-1/attempts/{attempt.uuid}")
    assert kept.json()["items"][0]["revision"] == 1
    assert other.get("/events?type=learner.erased").json()["results"] == []
    assert other.get("/learners/b-1").json() == known


@pytest.mark.parametrize("how", ["password", "last_login", "is_staff"])
def test_a_person_with_an_account_of_their_own_keeps_it(platform, attempt, how):
    user = attempt.enrolment.user
    if how == "password":
        user.set_password("a long enough secret")
    elif how == "last_login":
        user.last_login = timezone.now()
    else:
        user.is_staff = True
    user.save()

    assert platform.delete("/learners/a-1").status_code == 204

    assert Attempt.objects.filter(pk=attempt.pk, enrolment__user=user).exists()
    assert not ExternalIdentity.objects.filter(user=user).exists()
    assert Event.objects.filter(type="learner.erased").count() == 1


@pytest.mark.full_accounts
def test_erasure_needs_the_current_etag(platform, attempt):
    etag = platform.get("/learners/a-1").headers["ETag"]
    platform.put("/learners/a-1", {"first_name": "Augusta"})

    problem(platform.delete("/learners/a-1", If_Match=etag), 412, "precondition_failed")
    etag = platform.get("/learners/a-1").headers["ETag"]
    assert platform.delete("/learners/a-1", If_Match=etag).status_code == 204


def test_a_foreign_learner_is_not_erased(platform, attempt):
    problem(Platform(name="Other").delete("/learners/a-1"), 404, "not_found")

    assert Attempt.objects.filter(pk=attempt.pk).exists()


# Taking the data along


@pytest.mark.full_accounts
def test_the_export_has_what_was_answered_and_the_fields_of_the_description(platform, attempt):
    body = platform.get("/learners/a-1/export").json()

    assert sorted(body) == sorted(LearnerExportSerializer.field_names())
    assert body["person"]["email"] == "ada@example.org"
    assert not {"username", "joined_at", "last_sign_in_at"} & set(body["person"])
    (enrolment,) = body["enrolments"]
    (response,) = enrolment["attempts"][0]["responses"]
    assert response["value"] == {"choice": "b"}
    assert enrolment["attempts"][0]["score"] is None


def test_the_export_leaves_out_what_belongs_to_other_platforms(platform, quiz, attempt):
    user = attempt.enrolment.user
    other = known_also_to("Other", user)
    now = timezone.now()
    opened(platform, quiz)
    tokens.create_token(user=user, issuer=platform.row, lifetime=timedelta(hours=1), now=now)
    tokens.create_token(user=user, label="mine", lifetime=timedelta(hours=1), now=now)
    beyond = make_quiz().course
    other.learner("b-1", course=beyond)
    limited = Platform("admin", name="Other", courses=[quiz.course])

    body = limited.get("/learners/b-1/export").json()

    assert [one["external_id"] for one in body["platforms"]] == ["b-1"]
    assert body["tokens"] == []
    assert [one["course"] for one in body["enrolments"]] == [quiz.course.key]
    assert body["enrolments"][0]["launches"] == []


# Deactivating


def test_a_deactivated_learner_cannot_learn_and_can_be_read(platform, quiz, attempt):
    course = quiz.course.key
    answer = platform.post("/learners/a-1/deactivate")
    again = platform.post("/learners/a-1/deactivate")

    assert answer.json()["is_active"] is False
    assert (answer.json(), answer.headers["ETag"]) == (again.json(), again.headers["ETag"])
    item = f"/learners/a-1/attempts/{attempt.uuid}/items/1"
    for refused in (
        platform.post(f"/learners/a-1/courses/{course}/quizzes/{quiz.key}/attempts"),
        platform.post(f"{item}/responses", {"based_on": 1, "response": RIGHT}),
        platform.put(f"{item}/flag", {"is_flagged": True}),
        platform.post(f"/learners/a-1/attempts/{attempt.uuid}/submit"),
        platform.post(f"/learners/a-1/courses/{course}/daily-review/next"),
        platform.post("/learners/a-1/tokens", {}),
        launched(platform, quiz),
    ):
        problem(refused, 403, "learner_deactivated")
    assert platform.get(f"/learners/a-1/attempts/{attempt.uuid}").status_code == 200
    assert platform.get("/learners/a-1/export").status_code == 200
    assert Response.objects.count() == 1


def test_launches_and_tokens_end_at_once_and_stay_ended(platform, quiz, attempt):
    session = opened(platform, quiz)
    waiting = launched(platform, quiz).json()["url"].rstrip("/").rpartition("/")[2]
    token = platform.post("/learners/a-1/tokens", {}).json()["token"]
    assert Caller(token).get("/learners/me/progress").status_code == 200

    platform.post("/learners/a-1/deactivate")

    for _round in range(2):
        problem(Caller(token).get("/learners/me/progress"), 401, "not_authenticated")
        with pytest.raises(launches.LaunchRefused):
            launches.session(uuid=session.launch.uuid, secret=session.secret, now=timezone.now())
        with pytest.raises(launches.LaunchRefused):
            launches.open_launch(code=waiting, now=timezone.now())
        platform.post("/learners/a-1/activate")


def test_an_activated_learner_goes_on(platform, quiz, attempt):
    platform.post("/learners/a-1/deactivate")
    answer = platform.post("/learners/a-1/activate")

    assert answer.json()["is_active"] is True
    assert platform.post("/learners/a-1/activate").json() == answer.json()
    path = f"/learners/a-1/attempts/{attempt.uuid}/items/1/responses"
    assert platform.post(path, {"based_on": 1, "response": RIGHT}).status_code in {200, 201}
    assert launched(platform, quiz).status_code == 201


def test_deactivation_does_not_reach_other_platforms(platform, quiz, attempt):
    user = attempt.enrolment.user
    other = known_also_to("Other", user)
    mine = tokens.create_token(user=user, lifetime=timedelta(hours=1), now=timezone.now()).text
    theirs = other.post("/learners/b-1/tokens", {}).json()["token"]

    platform.post("/learners/a-1/deactivate")

    assert other.get("/learners/b-1").json()["is_active"] is True
    assert Caller(mine).get("/learners/me/progress").status_code == 200
    assert Caller(theirs).get("/learners/me/progress").status_code == 200


def test_a_new_state_shows_in_what_was_updated(platform, attempt):
    since = timezone.now().isoformat().replace("+00:00", "Z")
    platform.post("/learners/a-1/deactivate")

    found = platform.get(f"/learners?updated_since={since}").json()["results"]
    assert [one["is_active"] for one in found] == [False]


@pytest.mark.full_accounts
def test_updating_a_deactivated_learner_activates_nothing(platform, attempt):
    platform.post("/learners/a-1/deactivate")

    assert platform.put("/learners/a-1", {"first_name": "Augusta"}).json()["is_active"] is False
    assert Enrolment.objects.get().state == "active"
    assert not Launch.objects.filter(ended_at=None).exists()
    assert not LearnerToken.objects.filter(revoked_at=None).exists()
    with pytest.raises(learners.Deactivated):
        learners.find_acting(client=platform.client, external_id="a-1")
