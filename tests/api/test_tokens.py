"""Learner tokens: what a session may do, for one person, until they end."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain import bearer, clients, enrolments, personal_data, tokens
from courses.errors import Conflict, Invalid, NotFound
from courses.models import LearnerToken
from tests.api.platform import Caller, Platform, by_session, by_token, problem
from tests.factories import NOW, UserFactory, make_learner, make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

DAY = dt.timedelta(days=1)


def made(user=None, **more):
    values = {"user": user or UserFactory(), "lifetime": DAY, "now": NOW} | more
    return tokens.create_token(**values)


def refused(text, now=NOW):
    with pytest.raises(bearer.InvalidCredentials) as caught:
        tokens.recognise(text=text, now=now)
    return str(caught.value.message)


def test_only_the_hash_is_kept():
    new = made()
    secret = new.text.split("_", 2)[2]

    assert secret not in str(LearnerToken.objects.values())
    assert tokens.recognise(text=new.text, now=NOW) == new.row


def test_ended_credentials_get_the_same_refusal():
    ended, revoked = made(), made()
    tokens.revoke_token(tokens=LearnerToken.objects, uuid=revoked.row.uuid, now=NOW)
    texts = {refused(ended.text, NOW + DAY), refused(revoked.text)}

    assert len(texts | {refused("cxl_0_0"), refused(ended.text + "x")}) == 1
    with pytest.raises(NotFound):
        tokens.revoke_token(
            tokens=tokens.usable(user=ended.row.user, now=NOW), uuid=revoked.row.uuid, now=NOW
        )


@pytest.mark.full_accounts
def test_a_deactivated_account_gets_the_same_refusal():
    gone = made(UserFactory(is_active=False))

    assert refused(gone.text) == refused("cxl_0_0")


@pytest.mark.parametrize("lifetime", [dt.timedelta(0), -DAY, dt.timedelta(days=367)])
def test_a_lifetime_is_within_a_year(lifetime):
    with pytest.raises(Invalid):
        made(lifetime=lifetime)


def test_token_count_is_limited_to_twenty():
    user = UserFactory()
    for _one in range(tokens.MOST):
        made(user)
    with pytest.raises(Conflict):
        made(user)
    assert made(user, now=NOW + DAY)


def test_a_token_does_what_her_session_does():
    quiz = make_quiz()
    user = make_learner(quiz.course).user
    path = f"/learners/me/courses/{quiz.course.key}"
    for caller in (by_token(user), by_session(user)):
        assert caller.get(f"{path}/progress").json()["course"] == quiz.course.key
        assert caller.post(f"{path}/quizzes/{quiz.key}/attempts").status_code in {200, 201}
        problem(caller.get(f"/courses/{quiz.course.key}/progress"), 403, "missing_scope")


def test_a_platform_gets_a_token_for_its_learner():
    acme, quiz = Platform(), make_quiz()
    acme.learner(course=quiz.course)
    answer = acme.post("/learners/a-1/tokens", {"expires_in": 600, "label": "app"})
    body = answer.json()
    ada = Caller(body.pop("token"))

    assert answer.status_code == 201
    assert acme.get("/learners/a-1/tokens").json()["results"] == [body]
    assert body["scopes"] == ["catalogue:read", "learning:write"]
    assert ada.get("/courses").status_code == 200
    assert ada.get(f"/learners/me/courses/{quiz.course.key}/progress").status_code == 200
    problem(Platform(name="Other").get("/learners/a-1/tokens"), 404, "not_found")
    assert acme.delete(f"/learners/a-1/tokens/{body['id']}").status_code == 204
    problem(ada.get("/courses"), 401, "not_authenticated")
    assert acme.get("/learners/a-1/tokens").json()["results"] == []
    problem(acme.delete(f"/learners/a-1/tokens/{body['id']}"), 404, "not_found")


@pytest.mark.parametrize("seconds", [0, 59, 24 * 3600 + 1, "x"])
def test_a_platforms_token_ends_within_a_day(seconds):
    acme = Platform()
    acme.learner()

    refusal = problem(acme.post("/learners/a-1/tokens", {"expires_in": seconds}), 400, "invalid")
    assert refusal["errors"][0]["pointer"] == "/expires_in"


def test_a_platform_hands_on_no_more_than_it_has():
    near, far = make_quiz().course, make_quiz().course
    acme = Platform("learners:write", "learning:write", courses=[near])
    user = acme.learner(course=near)
    enrolments.enrol(course=far, user=user, now=NOW)
    ada = Caller(acme.post("/learners/a-1/tokens").json()["token"])

    problem(ada.get("/courses"), 403, "missing_scope")
    assert ada.get(f"/learners/me/courses/{near.key}/progress").status_code == 200
    problem(ada.get(f"/learners/me/courses/{far.key}/progress"), 404, "not_found")
    own = by_token(user).get(f"/learners/me/courses/{far.key}/progress")
    assert own.status_code == 200


def test_it_ends_with_the_key_that_asked_for_it():
    acme = Platform()
    acme.learner()
    ada = Caller(acme.post("/learners/a-1/tokens").json()["token"])
    assert ada.get("/courses").status_code == 200

    clients.revoke_key(key=acme.row, now=timezone.now())
    problem(ada.get("/courses"), 401, "not_authenticated")


def test_a_narrow_access_token_cannot_widen_itself():
    acme = Platform("learners:write", "learning:write", kind="oauth")
    acme.learner()
    narrow = Caller(acme.access_token(scope="learners:write"))
    made = narrow.post("/learners/a-1/tokens").json()

    assert made["scopes"] == []
    problem(Caller(made["token"]).get("/learners/me/progress"), 403, "missing_scope")


def test_the_account_page_shows_a_new_token_once(client):
    user = UserFactory()
    client.force_login(user)
    address = reverse("cx_courses:tokens")
    page = client.post(address, {"label": "My app", "days": "30"})
    text = page.text.split("<code>")[1].split("</code>")[0]

    assert page.headers["Cache-Control"] == "no-store"
    assert Caller(text).get("/courses").status_code == 200
    again = client.get(address).text
    assert text not in again
    assert "My app" in again
    row = LearnerToken.objects.get()
    client.post(reverse("cx_courses:token-revoke", args=[row.uuid]))
    problem(Caller(text).get("/courses"), 401, "not_authenticated")
    assert "My app" not in client.get(address).text


@pytest.mark.parametrize("data", [{}, {"label": "x", "days": "9999"}, {"label": "x" * 121}])
def test_the_account_page_refuses_what_is_not_offered(client, data):
    client.force_login(UserFactory())

    page = client.post(reverse("cx_courses:tokens"), data)
    assert "data-focus-first" in page.text
    assert not LearnerToken.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_database_as_often_for_three(client, count, django_assert_num_queries):
    user = UserFactory()
    client.force_login(user)
    for _one in range(count):
        made(user, now=timezone.now())
    # The session, the user, the zone and language, the tokens.
    with django_assert_num_queries(4):
        client.get(reverse("cx_courses:tokens"))


def test_export_contains_tokens_and_erasure_deletes_them():
    user = UserFactory()
    new = made(user, label="My app")
    exported = personal_data.export(user=user, now=NOW)["tokens"]

    assert [one["label"] for one in exported] == ["My app"]
    assert new.row.secret_hash not in str(exported)
    personal_data.erase(user=user, now=NOW)
    assert not LearnerToken.objects.exists()
    refused(new.text)


def test_old_tokens_are_deleted():
    made()
    assert tokens.purge(now=NOW + 30 * DAY) == 0
    assert tokens.purge(now=NOW + 31 * DAY) == 1


def test_the_admin_lists_and_revokes(admin_client):
    row = made(now=timezone.now()).row
    address = reverse("admin:cx_courses_learnertoken_changelist")
    assert row.prefix in admin_client.get(address).text
    admin_client.post(address, {"action": "revoke", "_selected_action": [row.pk]})

    row.refresh_from_db()
    assert row.revoked_at
