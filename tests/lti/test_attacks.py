"""Launches that must not pass: each is refused with its own reason, and opens nothing."""

import base64
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.utils import timezone

from courses.lti import addresses, states
from courses.lti import vocabulary as words
from courses.lti.models import LtiDeployment, LtiLaunchRecord
from courses.models import Enrolment, ExternalIdentity, Launch
from tests.factories import make_quiz
from tests.lti.school import GONE, KEY, OTHER_KEY, School, follow, jwk, post

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def now() -> int:
    return int(timezone.now().timestamp())


def claim(name: str, value: Any) -> Callable[[School], dict[str, Any]]:
    return lambda _school: {name: value}


BY_CLAIMS: dict[str, tuple[str, Callable[[School], dict[str, Any]]]] = {
    "another issuer": ("issuer_wrong", claim("iss", "https://evil.example")),
    "no issuer": ("issuer_wrong", claim("iss", GONE)),
    "another audience": ("audience_wrong", claim("aud", "tool-2")),
    "no audience": ("audience_wrong", claim("aud", GONE)),
    "an audience of parts": ("audience_wrong", claim("aud", {"tool-1": 1})),
    "two audiences without azp": ("azp_wrong", claim("aud", ["tool-1", "tool-2"])),
    "another azp": ("azp_wrong", claim("azp", "tool-2")),
    "an azp of nothing": ("azp_wrong", claim("azp", None)),
    "no expiry": ("exp_missing", claim("exp", GONE)),
    "an expiry in words": ("exp_missing", claim("exp", "tomorrow")),
    "an expiry that is true": ("exp_missing", claim("exp", True)),
    "an endless expiry": ("exp_missing", claim("exp", float("inf"))),
    "a huge expiry": ("exp_missing", claim("exp", 10**400)),
    "no time of issue": ("iat_missing", claim("iat", GONE)),
    "a time of issue that is no number": ("iat_missing", claim("iat", [1])),
    "expired": ("expired", lambda _s: {"exp": now() - 62, "iat": now() - 120}),
    "issued in future": ("issued_in_future", lambda _s: {"iat": now() + 65, "exp": now() + 99}),
    "issued a day ago": ("issued_long_ago", lambda _s: {"iat": now() - 86_400}),
    "valid for ten years": ("lives_too_long", lambda _s: {"exp": now() + 315_360_000}),
    "not valid before tomorrow": ("not_yet_valid", lambda _s: {"nbf": now() + 86_400}),
    "another nonce": ("nonce_wrong", claim("nonce", "n" * 32)),
    "no nonce": ("nonce_wrong", claim("nonce", GONE)),
    "another version": ("version_wrong", claim(words.VERSION, "1.1.0")),
    "no version": ("version_wrong", claim(words.VERSION, GONE)),
    "another message": ("message_unknown", claim(words.MESSAGE_TYPE, "LtiEulaRequest")),
    "no message": ("message_unknown", claim(words.MESSAGE_TYPE, GONE)),
    "no deployment": ("deployment_missing", claim(words.DEPLOYMENT_ID, GONE)),
    "an empty deployment": ("deployment_missing", claim(words.DEPLOYMENT_ID, "")),
    "a huge deployment": ("deployment_missing", claim(words.DEPLOYMENT_ID, "d" * 256)),
    "an unknown deployment": ("deployment_pending", claim(words.DEPLOYMENT_ID, "d2")),
    "a subject that is a number": ("subject_wrong", claim("sub", 7)),
    "an empty subject": ("subject_wrong", claim("sub", "")),
    "a subject of 256 characters": ("subject_wrong", claim("sub", "s" * 256)),
    "a subject with NUL": ("subject_wrong", claim("sub", "7\0")),
    "no target": ("target_link_missing", claim(words.TARGET_LINK_URI, GONE)),
    "a target that is a list": ("target_link_missing", claim(words.TARGET_LINK_URI, ["x"])),
    "no link": ("resource_link_missing", claim(words.RESOURCE_LINK, GONE)),
    "a link without an id": ("resource_link_missing", claim(words.RESOURCE_LINK, {"title": "x"})),
    "roles that are a text": ("roles_wrong", claim(words.ROLES, "Instructor")),
    "roles that are numbers": ("roles_wrong", claim(words.ROLES, [1])),
    "a context without an id": ("context_wrong", claim(words.CONTEXT, {"title": "x"})),
    "a context that is a list": ("context_wrong", claim(words.CONTEXT, ["red"])),
    "custom parameters that are a list": ("custom_wrong", claim(words.CUSTOM, [])),
    "a course that is not there": (
        "target_unknown",
        claim(words.CUSTOM, {"cx_course": "nowhere"}),
    ),
    "a link that names nothing": ("target_missing", claim(words.CUSTOM, GONE)),
}
TARGETS = (
    *("https://evil.example/lti/launch/", "https://testserver.evil.example/lti/launch/"),
    *("http://testserver/lti/launch/", "//testserver/lti/launch/", "javascript:alert(1)"),
    *("https://testserver@evil.example/lti/launch/", "https:///evil.example/lti/launch/"),
    *("https://testserver\\@evil.example/lti/", "https://testserver/admin/", "lti/launch/"),
    *("https://testserver/lti/launch/../../admin/", "https://testserver:8443/lti/launch/", ""),
    *("https://testserver/lti/launch/a/b/", "https://testserver/lti/launch/a/lessons/b/quizzes/c/"),
)


def _public(key: Any, encoding: Encoding, form: PublicFormat) -> bytes:
    return key.public_key().public_bytes(encoding, form)


def _hmac(secret: bytes) -> Callable[[School, dict[str, Any]], str]:
    """A token signed by HMAC with a public key as the secret, as no library makes it."""

    def make(school: School, claims: dict[str, Any]) -> str:
        parts = [{"alg": "HS256", "kid": school.kid}, claims]
        text = b".".join(
            base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in parts
        )
        mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
        return b".".join(
            [text, base64.urlsafe_b64encode(mac.sign(text, secret)).rstrip(b"=")]
        ).decode()

    return make


def _tampered(school: School, claims: dict[str, Any]) -> str:
    head, body, signature = school.sign(claims).split(".")
    changed = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "8"}).encode()).rstrip(b"=")
    assert changed.decode() != body
    return f"{head}.{changed.decode()}.{signature}"


def _with(**headers: Any) -> Callable[[School, dict[str, Any]], str]:
    return lambda school, claims: school.sign(claims, headers=headers)


BY_TOKEN: dict[str, tuple[str, Callable[[School, dict[str, Any]], str]]] = {
    "no token": ("token_missing", lambda _s, _c: ""),
    "no token at all": ("token_unreadable", lambda _s, _c: "a.b.c"),
    "a huge token": ("token_too_long", lambda _s, _c: "a" * 70_000),
    "no signature": (
        "algorithm_wrong",
        lambda _s, c: jwt.encode(c, None, algorithm="none", headers={"kid": "k1"}),
    ),
    "HMAC with the public key as PEM": (
        "algorithm_wrong",
        _hmac(_public(KEY, Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)),
    ),
    "HMAC with the public key as DER": (
        "algorithm_wrong",
        _hmac(_public(KEY, Encoding.DER, PublicFormat.SubjectPublicKeyInfo)),
    ),
    "HMAC with the public key as JWK": ("algorithm_wrong", _hmac(json.dumps(jwk()).encode())),
    "HMAC with the public key as SSH": (
        "algorithm_wrong",
        _hmac(_public(KEY, Encoding.OpenSSH, PublicFormat.OpenSSH)),
    ),
    "another algorithm of RSA": ("algorithm_wrong", lambda s, c: s.sign(c, algorithm="RS512")),
    "another key under the same id": ("signature_wrong", lambda s, c: s.sign(c, key=OTHER_KEY)),
    "changed after it was signed": ("signature_wrong", _tampered),
    "an unknown key": ("key_unknown", _with(kid="k2")),
    "a key id that is a path": ("key_unknown", _with(kid="../../keys")),
    "no key id": ("kid_missing", lambda s, c: jwt.encode(c, s.key, algorithm="RS256")),
    "a key that it brings along": (
        "signature_wrong",
        lambda s, c: s.sign(c, key=OTHER_KEY, headers={"jwk": jwk(OTHER_KEY)}),
    ),
    "a key set that it names": (
        "signature_wrong",
        lambda s, c: s.sign(c, key=OTHER_KEY, headers={"jku": "https://evil.example/keys"}),
    ),
    "an extension that must be understood": ("token_unreadable", _with(crit=["b64"], b64=True)),
}


@pytest.fixture
def course():
    return make_quiz(questions=1).course


@pytest.fixture
def school():
    found = School()
    # Somebody asked for the keys just now: none of these asks the platform.
    found.row.keys_tried_at = timezone.now()
    found.row.save()
    return found


def refused(answer: Any, reason: str) -> None:
    assert (answer.status_code, LtiLaunchRecord.objects.first().reason) == (403, reason)
    assert f"<code>{reason}</code>" in answer.text
    assert not Launch.objects.exists()
    assert not Enrolment.objects.exists()
    assert not ExternalIdentity.objects.exists()


@pytest.mark.parametrize("name", BY_CLAIMS)
def test_claims(school, course, name):
    reason, make = BY_CLAIMS[name]
    refused(school.launch(**{words.CUSTOM: {"cx_course": course.key}, **make(school)}), reason)


@pytest.mark.parametrize("name", BY_TOKEN)
def test_tokens(school, course, name):
    reason, make = BY_TOKEN[name]
    http = Client()
    asked = school.begin(http)
    claims = school.claims(asked["nonce"], **{words.CUSTOM: {"cx_course": course.key}})
    refused(post(http, {"state": asked["state"], "id_token": make(school, claims)}), reason)


@pytest.mark.parametrize("url", TARGETS)
def test_targets_on_other_sites(school, course, url):
    reason = "target_elsewhere"
    refused(school.launch(course=course, **{words.TARGET_LINK_URI: url}), reason)
    sent = {"iss": school.issuer, "login_hint": "h", "target_link_uri": url}
    answer = Client().post("/lti/login/", sent, secure=True)
    refused(answer, reason if url else "login_incomplete")


def test_the_same_token_again_in_the_same_browser(school, course):
    http = Client()
    asked = school.begin(http)
    claims = school.claims(asked["nonce"], **{words.CUSTOM: {"cx_course": course.key}})
    form = {"state": asked["state"], "id_token": school.sign(claims)}
    assert post(http, form).status_code == 302
    for _number in range(2):
        assert post(http, form).status_code == 403
        assert LtiLaunchRecord.objects.first().reason == "nonce_used"
    # A second click on the link is another launch, and works.
    assert school.launch(http, course).status_code == 302
    assert Launch.objects.count() == 2


def test_an_old_token_with_a_new_state(school, course):
    http = Client()
    first, second = school.begin(http), school.begin(http)
    claims = school.claims(first["nonce"], **{words.CUSTOM: {"cx_course": course.key}})
    refused(post(http, {"state": second["state"], "id_token": school.sign(claims)}), "nonce_wrong")


def test_a_login_of_another_browser(school, course):
    asked = school.begin(Client())
    claims = school.claims(asked["nonce"], **{words.CUSTOM: {"cx_course": course.key}})
    form = {"state": asked["state"], "id_token": school.sign(claims)}
    victim = Client()
    refused(post(victim, form), "cookie_missing")
    own = school.begin(victim)
    value = victim.cookies[states.cookie_name(own["state"])].value
    victim.cookies[states.cookie_name(asked["state"])] = value
    refused(post(victim, form), "state_foreign")


@pytest.mark.parametrize("state", ["", "x", "a:b:c"])
def test_a_state_that_we_did_not_make(school, state):
    refused(post(Client(), {"state": state, "id_token": "x"}), "state_unknown")


def test_state_is_good_for_ten_minutes(school, course):
    http = Client()
    asked = school.begin(http)
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=602)):
        claims = school.claims(asked["nonce"])
        form = {"state": asked["state"], "id_token": school.sign(claims)}
        refused(post(http, form), "state_expired")


def test_a_refusal_of_the_platform(school):
    http = Client()
    asked = school.begin(http)
    form = {"state": asked["state"], "error": "login_required", "error_description": "No session"}
    refused(post(http, form), "platform_refused")


def test_registration_that_was_switched_off_between(school, course):
    http = Client()
    asked = school.begin(http)
    school.row.is_active = False
    school.row.save()
    form = {"state": asked["state"], "id_token": school.sign(school.claims(asked["nonce"]))}
    refused(post(http, form), "registration_unknown")
    sent = {"iss": school.issuer, "login_hint": "h", "target_link_uri": addresses.launch()}
    refused(Client().post("/lti/login/", sent, secure=True), "registration_unknown")


def test_a_new_deployment_waits_until_it_is_approved(school, course):
    refused(school.launch(course=course, **{words.DEPLOYMENT_ID: "d2"}), "deployment_pending")
    row = LtiDeployment.objects.get(deployment_id="d2")
    row.state = LtiDeployment.State.BLOCKED
    row.save()
    refused(school.launch(course=course, **{words.DEPLOYMENT_ID: "d2"}), "deployment_blocked")
    row.state = LtiDeployment.State.ACTIVE
    row.save()
    assert school.launch(course=course, **{words.DEPLOYMENT_ID: "d2"}).status_code == 302


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_weak_key(school, course):
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 (it is refused)
    school.row.keys = [jwk(weak)]
    school.row.save()
    school.key = weak
    refused(school.launch(course=course), "key_weak")


def test_an_account_of_the_site_itself(school, course):
    school.launch(course=course)
    user = ExternalIdentity.objects.get().user
    user.is_staff = True
    user.save()
    assert school.launch(course=course).status_code == 403
    assert LtiLaunchRecord.objects.first().reason == "account_of_site"


def test_somebody_who_was_suspended_or_deactivated(school, course):
    school.launch(course=course)
    Enrolment.objects.update(state="suspended")
    assert school.launch(course=course).status_code == 403
    assert LtiLaunchRecord.objects.first().reason == "person_gone"
    Enrolment.objects.update(state="active")
    ExternalIdentity.objects.update(deactivated_at=timezone.now())
    assert school.launch(course=course).status_code == 403
    assert LtiLaunchRecord.objects.first().reason == "person_gone"


def test_a_refusal_leads_back_with_its_words_in_the_readers_language(school, course):
    shown = {"return_url": f"{school.issuer}/back?x=1", "locale": "de"}
    claims = {words.DEPLOYMENT_ID: "d2", words.PRESENTATION: shown}
    answer = school.launch(course=course, **claims)
    assert answer.headers["Content-Language"] == "de"
    assert f'href="{school.issuer}/back?x=1&amp;lti_errormsg=' in answer.text
    assert "lti_errorlog=deployment_pending" in answer.text
    assert f"frame-ancestors {school.issuer}" in answer.headers["Content-Security-Policy"]
    elsewhere = {**claims, words.PRESENTATION: {"return_url": "javascript:alert(1)"}}
    assert "alert" not in school.launch(course=course, **elsewhere).text


def test_without_the_cookie_a_window_is_offered_that_begins_the_same_launch(school, course):
    asked = school.begin(Client(), lti_message_hint="m")
    form = {"state": asked["state"], "id_token": "x"}
    answer = post(Client(), form)
    address = answer.text.split('href="https://testserver')[1].split('"')[0].replace("&amp;", "&")
    window = Client()
    again = window.get(address, secure=True)
    assert again.status_code == 302
    assert "lti_message_hint=m" in again.headers["Location"]


def test_cookies_are_kept_in_frames_and_sent_to_launches_alone(school):
    http = Client()
    asked = school.begin(http)
    morsel = http.cookies[states.cookie_name(asked["state"])]
    text = morsel.OutputString()
    for part in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/lti/launch/"):
        assert part in text


def test_a_foreign_session_of_the_site_stays_apart(school, course, admin_client):
    page = follow(admin_client, school.launch(admin_client, course))
    assert page.context["user"].first_name == "Ada"
    assert not admin_client.get("/account/").context["user"].first_name
