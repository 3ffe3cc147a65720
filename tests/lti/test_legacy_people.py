"""People known by their ids of LTI 1.1 keep their account where a signature proves the id."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.lti import legacy_people
from courses.lti import vocabulary as words
from courses.lti.models import LtiRegistration
from courses.models import ApiClient, Enrolment, ExternalIdentity
from tests.factories import RIGHT, UserFactory, take_quiz
from tests.lti.school import School, follow

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
KEY, SECRET = "179248902", "my-lti11-secret"


@pytest.fixture
def school():
    made = School()
    made.row.legacy_key, made.row.legacy_sealed = KEY, SECRET
    made.row.legacy_client = ApiClient.objects.create(name="Old platform")
    made.row.save()
    return made


def old_person(school, subject="34212", **more):
    now = timezone.now()
    user = more.pop("user", None) or UserFactory()
    ExternalIdentity.objects.create(
        client=school.row.legacy_client, subject=subject, user=user,
        created_at=now, updated_at=now, **more,
    )  # fmt: skip
    return user


def enter(school, course, *, key=KEY, secret=SECRET, old="34212", changed=None, **claims):
    """Launch with a claim signed for this launch; `changed`: what is changed after the signing."""
    http = Client()
    asked = school.begin(http)
    given = school.claims(asked["nonce"], **{words.CUSTOM: {"cx_course": course.key}}, **claims)
    client_id = school.client_id
    made = legacy_people.signature(secret=secret, key=KEY, client_id=client_id, claims=given)
    claim = {"oauth_consumer_key": key, "oauth_consumer_key_sign": made, "user_id": old}
    claim |= changed or {}
    given[words.LEGACY] = {name: value for name, value in claim.items() if value is not None}
    form = {"state": asked["state"], "id_token": school.sign(given)}
    return http, http.post("/lti/launch/", form, secure=True), claim


def known_as(school, subject="7"):
    own = ExternalIdentity.objects.filter(client=school.row.platform.client, subject=subject)
    return own.select_related("user").first()


def test_the_signature_is_that_of_the_specification():
    claims = {
        "iss": "https://lmsvendor.com", "exp": 1551290856, "nonce": "172we8671fd8z",
        words.DEPLOYMENT_ID: "689302",
    }  # fmt: skip
    made = legacy_people.signature(
        secret=SECRET, key=KEY, client_id="PM48OJSfGDTAzAo", claims=claims
    )
    assert made == "lWd54kFo5qU7xshAna6v8BwoBm6tmUjc6GTax6+12ps="


def test_a_right_signature_joins_the_old_account_with_its_records(school, quiz):
    user = old_person(school)
    http, answer, _claim = enter(school, quiz.course)
    follow(http, answer)
    assert known_as(school).user == user
    take_quiz(Enrolment.objects.get(user=user), quiz, RIGHT, now=timezone.now())
    http = Client()
    follow(http, school.launch(http, quiz.course))
    assert ExternalIdentity.objects.filter(user=user).count() == 2
    assert Enrolment.objects.get().user == user


def test_an_id_that_stayed_the_same_may_be_left_out(school, quiz):
    user = old_person(school, subject="7")
    enter(school, quiz.course, old=None)
    assert known_as(school).user == user


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"oauth_consumer_key_sign": "AAAA"}, "legacy_signature_wrong"),
        ({"oauth_consumer_key_sign": ""}, "legacy_signature_wrong"),
        ({"oauth_consumer_key_sign": ["x"]}, "legacy_signature_wrong"),
        ({"oauth_consumer_key_sign": "\ud800"}, "legacy_signature_wrong"),
        ({"oauth_consumer_key_sign": None}, ""),
        ({"oauth_consumer_key": "another"}, ""),
        ({"oauth_consumer_key": None}, ""),
        ({"user_id": 34212}, ""),
        ({"user_id": ""}, ""),
        ({"user_id": "\ud800"}, ""),
        ({"user_id": "3421"}, ""),
    ],
)
def test_what_proves_nothing_joins_nobody(school, quiz, changed, reason):
    user = old_person(school)
    _http, answer, _claim = enter(school, quiz.course, changed=changed)
    assert answer.status_code == (403 if reason else 302)
    assert reason in answer.text
    assert not Enrolment.objects.filter(user=user).exists()
    assert (known_as(school) is None) == bool(reason)


def test_a_signature_by_another_secret_joins_nobody(school, quiz):
    old_person(school)
    _http, answer, _claim = enter(school, quiz.course, secret="guessed")
    assert "legacy_signature_wrong" in answer.text
    assert not Enrolment.objects.exists()


def test_a_signature_of_another_launch_or_deployment_joins_nobody(school, quiz):
    old_person(school)
    _http, _answer, claim = enter(school, quiz.course, sub="8", old="nobody")
    changed = {**claim, "user_id": "34212"}
    _http, answer, _claim = enter(school, quiz.course, changed=changed)
    assert "legacy_signature_wrong" in answer.text
    elsewhere = legacy_people.signature(
        secret=SECRET,
        key=KEY,
        client_id=school.client_id,
        claims={**school.claims("n"), words.DEPLOYMENT_ID: "d2"},
    )
    changed = {"oauth_consumer_key_sign": elsewhere}
    _http, answer, _claim = enter(school, quiz.course, changed=changed)
    assert "legacy_signature_wrong" in answer.text
    assert known_as(school) is None


def test_an_account_that_the_platform_knows_already_is_joined_to_no_second_id(school, quiz):
    user = old_person(school)
    enter(school, quiz.course, sub="7")
    enter(school, quiz.course, sub="8")
    assert known_as(school, "7").user == user
    assert known_as(school, "8").user != user


def test_somebody_whom_the_platform_knows_already_is_joined_to_nobody(school, quiz):
    school.launch(course=quiz.course)
    first, user = known_as(school).user, old_person(school)
    enter(school, quiz.course)
    assert known_as(school).user == first != user


def test_a_closed_account_and_one_of_the_site_are_not_joined(school, quiz):
    old_person(school, user=UserFactory(is_active=False))
    enter(school, quiz.course)
    assert known_as(school).user.is_active
    old_person(school, subject="staff", user=UserFactory(is_staff=True))
    _http, answer, _claim = enter(school, quiz.course, sub="9", old="staff")
    assert "account_of_site" in answer.text
    assert known_as(school, "9") is None


def test_without_a_key_the_claim_is_ignored(quiz):
    school = School()
    _http, answer, _claim = enter(school, quiz.course)
    assert answer.status_code == 302
    assert known_as(school)


def test_the_admin_keeps_the_secret_sealed_and_wants_all_three(admin_client, school):
    row = LtiRegistration.objects.get()
    url = reverse("admin:cx_courses_lti_ltiregistration_change", args=[row.pk])
    form = admin_client.get(url).context["adminform"].form
    sent = {name: value for name, value in form.initial.items() if value is not None}
    sent |= {"frame_origins": "", "legacy_key": KEY, "legacy_secret": "another secret"}
    assert admin_client.post(url, sent).status_code == 302
    row.refresh_from_db()
    assert row.legacy_sealed.startswith("sealed:")
    assert "another secret" not in admin_client.get(url).text
    assert admin_client.post(url, {**sent, "legacy_secret": ""}).status_code == 302
    before, row = row.legacy_sealed, LtiRegistration.objects.get()
    assert row.legacy_sealed == before
    assert "Choose the client" in admin_client.post(url, {**sent, "legacy_client": ""}).text
    own = {**sent, "legacy_client": row.platform.client_id}
    assert "These are the ids of LTI 1.3." in admin_client.post(url, own).text
    gone = {**sent, "legacy_key": "", "legacy_secret": ""}
    assert admin_client.post(url, gone).status_code == 302
    assert LtiRegistration.objects.get().legacy_sealed == ""
