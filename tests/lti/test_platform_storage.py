"""The platform's page keeps the secret of a login for a browser that gives the frame no cookie."""

import html
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from courses.lti import addresses, states
from courses.lti import vocabulary as words
from courses.lti.models import LtiLaunchRecord
from courses.models import Enrolment, Launch
from tests.factories import make_quiz
from tests.lti.school import follow
from tests.lti.visitor import FormReader, Page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
OURS = {"origin": "https://testserver", "sec-fetch-site": "same-origin"}


@dataclass
class Login:
    """A login under way, whose secret the page of the platform keeps."""

    state: str
    expected: str
    secret: str
    page: str


@pytest.fixture
def course():
    return make_quiz(questions=1).course


def begin(school, http, target="post_message_forwarding"):
    sent = {
        "iss": school.issuer,
        "login_hint": "hint",
        "target_link_uri": addresses.launch(),
        "lti_storage_target": target,
    }
    answer = http.post("/lti/login/", sent, secure=True)
    assert answer.status_code == 200
    data = dict(re.findall(r'data-(\w+)="([^"]*)"', answer.text))
    assert (data["target"], data["origin"]) == (target, school.issuer)
    url = html.unescape(re.search(r'href="([^"]+)" data-storage', answer.text)[1])
    assert url.startswith(f"{school.issuer}/auth?")
    query = {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}
    assert data["key"] == states.cookie_name(query["state"])
    return Login(query["state"], query["nonce"], data["value"], answer.text)


def form(school, login, course):
    claims = school.claims(login.expected, **{words.CUSTOM: {"cx_course": course.key}})
    return {"state": login.state, "id_token": school.sign(claims)}


def post(http, fields, **headers):
    return http.post("/lti/launch/", fields, secure=True, headers=headers)


def test_a_launch_without_the_cookie_by_what_the_platform_kept(school, course):
    login = begin(school, Client())
    bare = Client()
    sent = form(school, login, course)
    asking = post(bare, sent)
    assert asking.status_code == 200
    assert login.secret not in asking.text
    assert f'data-origin="{school.issuer}"' in asking.text
    assert "frame-ancestors *" in asking.headers["Content-Security-Policy"]
    assert not LtiLaunchRecord.objects.exists()
    (again,) = FormReader(Page(addresses.launch(), 200, asking.text, {})).forms
    assert again.fields == {**sent, "stored": ""}

    opened = post(bare, {**again.fields, "stored": login.secret}, **OURS)

    assert course.title in follow(bare, opened).text
    assert LtiLaunchRecord.objects.get().reason == ""


def test_with_the_cookie_nothing_is_asked(school, course):
    http = Client()
    assert post(http, form(school, begin(school, http), course)).status_code == 302


ATTACKS = {
    "the page had nothing": ("cookie_missing", lambda _login, _other: "", OURS),
    "a secret of another login": ("state_foreign", lambda _login, other: other.secret, OURS),
    "a secret that is a guess": ("state_foreign", lambda _login, _other: "a" * 32, OURS),
    "a secret from a page of another site": (
        "cookie_missing",
        lambda login, _other: login.secret,
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    ),
    "a secret from a page of the platform": (
        "cookie_missing",
        lambda login, _other: login.secret,
        {"origin": "https://school.example"},
    ),
    "a secret from a page without an origin": (
        "cookie_missing",
        lambda login, _other: login.secret,
        {"origin": "null", "sec-fetch-site": "cross-site"},
    ),
    "a secret from no page at all": ("cookie_missing", lambda login, _other: login.secret, {}),
    "an origin that the browser denies": (
        "cookie_missing",
        lambda login, _other: login.secret,
        {**OURS, "sec-fetch-site": "same-site"},
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_secrets_that_open_nothing(school, course, name):
    reason, secret, headers = ATTACKS[name]
    login, other = begin(school, Client()), begin(school, Client())
    fields = {**form(school, login, course), "stored": secret(login, other)}

    answer = post(Client(), fields, **headers)

    assert (answer.status_code, LtiLaunchRecord.objects.get().reason) == (403, reason)
    assert ("Open in a new window" in answer.text) == (reason == "cookie_missing")
    assert not Launch.objects.exists()
    assert not Enrolment.objects.exists()


def test_a_launch_by_what_was_kept_works_once(school, course):
    login = begin(school, Client())
    fields = {**form(school, login, course), "stored": login.secret}
    assert post(Client(), fields, **OURS).status_code == 302
    assert post(Client(), fields, **OURS).status_code == 403
    assert LtiLaunchRecord.objects.first().reason == "nonce_used"
    assert Launch.objects.count() == 1


def test_a_cookie_of_another_login_is_not_mended_by_what_was_kept(school, course):
    login, http = begin(school, Client()), Client()
    http.cookies[states.cookie_name(login.state)] = "b" * 32
    answer = post(http, {**form(school, login, course), "stored": login.secret}, **OURS)
    assert (answer.status_code, LtiLaunchRecord.objects.get().reason) == (403, "state_foreign")


@pytest.mark.parametrize("target", ["", "a b", "<script>", "x" * 101])
def test_a_frame_without_a_proper_name_keeps_nothing(school, course, target):
    asked = school.begin(Client(), lti_storage_target=target)
    sent = {"state": asked["state"], "id_token": school.sign(school.claims(asked["nonce"]))}
    answer = post(Client(), sent)
    assert (answer.status_code, LtiLaunchRecord.objects.get().reason) == (403, "cookie_missing")


def test_page_that_asks_repeats_what_came_as_text(school):
    login = begin(school, Client())
    sent = {"state": login.state, "id_token": '"><script>', "more": "x"}
    page = post(Client(), sent).text
    assert "<script>" not in page.split("<form", 1)[1].split("</form>")[0]
    assert "more" not in FormReader(Page(addresses.launch(), 200, page, {})).forms[0].fields
    assert post(Client(), {**sent, "id_token": "a" * 140_000}).status_code == 403
