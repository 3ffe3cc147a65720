"""Who may frame what: nobody anything, but a session's origin its pages and anybody the card.

That every page outside of a session refuses: tests/proofs/test_permissions.py, which opens them.
"""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from courses.domain import glossary, launches, learners
from courses.models import Launch
from courses.web.embed import framing
from tests.embed.frame import HOST, Frame, ancestors, ask, opened, path_of, refuses
from tests.factories import make_learner, make_quiz
from tests.proofs.routes import routes
from tests.proofs.world import ACTORS, built

pytestmark = [pytest.mark.django_db]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with built(django_db_blocker) as made:
        yield made


@pytest.mark.slow
def test_every_route_of_the_api_refuses_framing_too(world):
    for name, route in routes():
        if name.startswith("cx_courses:api:") and not route.pattern.converters:
            path = "/api/v1/" + str(route.pattern).strip("^$.*")
            assert refuses(world.client("anonymous").get(path)), path


def test_inside_a_session_only_its_origin_may_frame(world):
    assert "anonymous" in ACTORS
    browser = world.frame()
    base = f"/embed/{world.launch.uuid}/"
    for path in ("", "standing/", f"courses/{world.course.key}/", "no/such/page/", "account/"):
        response = browser.get(base + path)
        assert ancestors(response) == HOST, path
        assert "X-Frame-Options" not in response.headers, path
    # The same cookie opens nothing of the site itself.
    assert refuses(browser.get(f"/courses/{world.course.key}/"))
    assert refuses(browser.get("/account/"))


def test_the_rest_of_the_sites_policy_stays(world):
    policy = world.frame().get(f"/embed/{world.launch.uuid}/courses/{world.course.key}/")
    text = policy.headers["Content-Security-Policy"]
    assert text.startswith("default-src 'none'; script-src 'self'; style-src 'self'")


@override_settings(SECURE_CSP=None)
def test_a_host_without_a_policy_gets_this_one_directive():
    response = framing.allow(RequestFactory().get("/"), HttpResponse(), HOST)
    assert response.headers["Content-Security-Policy"] == f"frame-ancestors {HOST}"


def test_djangos_frame_middleware_is_exempted():
    """Django 6 fills in nonces: it must make the header itself."""
    request = RequestFactory().get("/")
    request._csp_nonce = "x"
    response = framing.allow(request, HttpResponse(), HOST)
    assert "Content-Security-Policy" not in response.headers
    assert response._csp_config["frame-ancestors"] == [HOST]


# --- refusals have a page, which the origin may show


@pytest.fixture
def quiz():
    return make_quiz(questions=1)


def state_of(response):
    return response.text.split('data-state="')[1].split('"')[0]


def test_an_address_opened_twice(quiz):
    frame = opened(quiz.course)
    again = Frame().http.get(path_of(frame.launch["url"]))
    assert (again.status_code, state_of(again)) == (403, "launch_used")
    assert ancestors(again) == HOST
    assert "cx_embed" not in again.cookies


def test_an_address_opened_late(quiz):
    platform = opened(quiz.course).platform
    ada = learners.find(client=platform.client, external_id="a-1")
    made = launches.create(identity=ada, course=quiz.course, origin=HOST, now=timezone.now())
    Launch.objects.filter(pk=made.row.pk).update(expires_at=timezone.now())
    late = Frame().http.get(f"/launch/{made.code}/")
    assert (late.status_code, state_of(late)) == (403, "launch_expired")
    assert ancestors(late) == HOST


# --- a fault has a page, which the origin may show


@pytest.fixture
def broken(quiz, monkeypatch):
    """A frame in which one page cannot be made."""

    def fail(**_given):
        raise RuntimeError("on purpose")

    frame = opened(quiz.course)
    monkeypatch.setattr(glossary, "terms", fail)
    frame.http.raise_request_exception = False
    frame.place = f"courses/{quiz.course.key}/glossary/"
    return frame


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_fault_of_ours_is_shown_in_the_frame(broken, quiz, accept, caplog):
    page = broken.get(broken.place, accept=accept)

    assert (page.status_code, state_of(page)) == (500, "server_error")
    assert ancestors(page) == HOST
    assert "X-Frame-Options" not in page.headers
    assert "no-store" in page.headers["Cache-Control"]
    assert f'href="{broken.base}courses/{quiz.course.key}/"' in page.text
    assert "Something went wrong on our side" in page.text
    assert "<form" not in page.text
    # It is written down as any other fault is.
    (record,) = [one for one in caplog.records if one.name == "django.request"]
    assert (record.levelname, record.status_code) == ("ERROR", 500)
    assert isinstance(record.exc_info[1], RuntimeError)
    # The session goes on.
    assert broken.get(f"courses/{quiz.course.key}/").status_code == 200


def test_outside_a_frame_the_same_fault_refuses_framing(broken, quiz):
    learner = make_learner(quiz.course)
    broken.http.force_login(learner.user)
    page = broken.http.get(f"/{broken.place}")

    assert (page.status_code, refuses(page)) == (500, True)


def test_browser_error_gets_a_page(broken, quiz):
    page = broken.http.post(
        f"{broken.base}{broken.place}",
        b"x",
        content_type="multipart/form-data; boundary=" + "x" * 300,
    )

    assert page.status_code == 400, page.text
    assert ancestors(page) == HOST


FROM_A_FRAME = {"sec_fetch_dest": "iframe", "sec_fetch_site": "cross-site"}


OPENING = [
    {**FROM_A_FRAME, "referer": f"{HOST}/"},
    {**FROM_A_FRAME},
    {"sec_fetch_dest": "document", "referer": "https://mail.example/"},
    {},
]
OF_ANOTHER_ORIGIN = [
    {**FROM_A_FRAME, "referer": "https://evil.example/"},
    {**FROM_A_FRAME, "referer": f"{HOST}.evil.example/"},
    {**FROM_A_FRAME, "referer": "android-app://x"},
    {**FROM_A_FRAME, "sec_fetch_site": "same-site", "referer": "https://b.example"},
]


def test_a_frame_of_another_origin_opens_nothing(quiz):
    platform = opened(quiz.course).platform
    for headers in OPENING:
        url = ask(platform, quiz.course).json()["url"]
        assert Frame().http.get(path_of(url), headers=headers).status_code == 302, headers
    for headers in OF_ANOTHER_ORIGIN:
        url = ask(platform, quiz.course).json()["url"]
        answer = Frame().http.get(path_of(url), headers=headers)
        assert (answer.status_code, state_of(answer)) == (403, "wrong_origin"), headers
        assert "cx_embed" not in answer.cookies, headers
        # It is used up: who has it should not have it.
        assert state_of(Frame().http.get(path_of(url))) == "launch_used", headers


NEITHER_FRAME_NOR_WINDOW = [
    {"sec_fetch_dest": "image"},
    {"sec_fetch_dest": "script"},
    {"sec_fetch_dest": "empty"},
    {"sec_purpose": "prefetch;prerender"},
    {"purpose": "prefetch"},
]


def test_only_a_frame_or_window_uses_a_code_up(quiz):
    platform = opened(quiz.course).platform
    for headers in NEITHER_FRAME_NOR_WINDOW:
        url = path_of(ask(platform, quiz.course).json()["url"])
        frame = Frame()
        assert frame.http.get(url, headers=headers).status_code == 404, headers
        assert frame.http.head(url).status_code == 405, headers
        assert frame.http.get(url).status_code == 302, headers


def test_a_session_shown_in_the_frame_of_another_origin(quiz):
    frame = opened(quiz.course)
    answer = frame.get(
        f"courses/{quiz.course.key}/", **FROM_A_FRAME, referer="https://evil.example/"
    )
    assert (answer.status_code, state_of(answer)) == (403, "wrong_origin")
    assert quiz.course.title not in answer.text


def test_an_address_that_was_never_given_out(quiz):
    answer = Client().get("/launch/x/")
    assert answer.status_code == 404
    assert refuses(answer)


# --- a browser that keeps no cookie


def test_without_cookies_a_window_is_offered(quiz):
    frame = opened(quiz.course)
    platform = frame.platform
    url = ask(platform, quiz.course, quiz=quiz.key).json()["url"]
    first = Client().get(path_of(url))
    page = Client(enforce_csrf_checks=True).get(first.headers["Location"])
    assert (page.status_code, state_of(page)) == (403, "no_cookies")
    assert "Open in a new window" in page.text
    assert quiz.title not in page.text
    token = page.text.split('name="token" value="')[1].split('"')[0]
    target = page.text.split('action="')[1].split('"')[0]

    window = Frame()
    for wrong in ("", "x", token + "x"):
        assert window.http.post(target, {"token": wrong}).status_code == 404
    moved = window.http.post(target, {"token": token})
    assert moved.status_code == 302
    assert quiz.title in window.open(moved.headers["Location"]).text
    assert window.http.post(target, {"token": token}).status_code == 404


def test_the_token_of_one_opening_moves_no_other(quiz):
    platform = opened(quiz.course).platform
    tokens = []
    for _ in range(2):
        first = Client().get(path_of(ask(platform, quiz.course).json()["url"]))
        page = Client().get(first.headers["Location"]).text
        tokens.append(page.split('name="token" value="')[1].split('"')[0])
        target = page.split('action="')[1].split('"')[0]
    assert Client().post(target, {"token": tokens[0]}).status_code == 404
    assert Client().post(target, {"token": tokens[1]}).status_code == 302


def test_the_first_address_is_worth_nothing_once_the_cookie_came(quiz):
    platform = opened(quiz.course).platform
    frame = Frame()
    first = frame.http.get(path_of(ask(platform, quiz.course).json()["url"]))
    assert frame.http.get(first.headers["Location"]).status_code == 302
    page = Client().get(first.headers["Location"])
    token = page.text.split('name="token" value="')[1].split('"')[0]
    target = page.text.split('action="')[1].split('"')[0]
    assert Client().post(target, {"token": token}).status_code == 404
