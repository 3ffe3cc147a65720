"""A quiz inside a platform's page: another site, third-party cookies blocked, a real Chromium."""

import json
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from courses.domain import enrolments
from courses.models import Attempt, Launch
from tests.browser.axe import violations
from tests.browser.framed import Seat
from tests.browser.host import Host, serving
from tests.browser.room import is_too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_third_party_cookies_are_blocked_here(host: Host, strict_page: Page) -> None:
    """What the other tests rely on: a plain cookie of a foreign frame is not sent again."""
    with serving() as foreign:
        foreign.pages["/set"] = "<script>fetch('/check')</script>"
        foreign.pages["cookies /set"] = [
            "plain=1; SameSite=None; Secure; Path=/",
            "kept=1; SameSite=None; Secure; Path=/; Partitioned",
        ]
        foreign.pages["/check"] = ""
        there = foreign.url.replace("127.0.0.1", "localhost")
        host.pages["/"] = f'<iframe src="{there}/set"></iframe>'
        with strict_page.expect_response("**/check"):
            strict_page.goto(f"{host.url}/")
        cookies = dict(foreign.asked)["/check"].get("Cookie", "")

    assert cookies == "kept=1"


def test_a_learner_finishes_a_quiz_in_a_foreign_page(seat: Seat, context: BrowserContext) -> None:
    seat.sit_down()
    assert seat.wait_for_event("progress")["percent"] == 0
    seat.start()
    frame = seat.frame
    frame.get_by_label("She waited at home").check()
    seat.saved()

    seat.page.reload()
    expect(frame.locator("#attempt[data-ready]")).to_be_attached()
    expect(frame.get_by_label("She waited at home")).to_be_checked()

    field = frame.locator("#item-2 input[type=text]")
    context.set_offline(True)
    field.fill("on a train")
    expect(frame.locator("[data-save-state]")).to_contain_text("there is no connection")
    context.set_offline(False)
    seat.saved()

    frame.get_by_role("button", name="Finish and submit").click()
    frame.get_by_role("button", name="Submit now").click()
    expect(frame.get_by_role("heading", name="Review of attempt 1")).to_be_visible()

    graded = seat.wait_for_event("graded")
    attempt = Attempt.objects.get()
    assert graded["quiz"] == "quiz"
    assert graded["percent"] == float(attempt.percent)
    assert seat.room.value("short_text") == {"text": "on a train"}
    assert seat.events("error") == []


def test_unsaved_response_survives_a_reload_without_frame_storage(seat: Seat) -> None:
    """In a private window the frame has none: the page around keeps it."""
    seat.sit_down()
    seat.start()
    frame = seat.frame
    denied = frame.locator("body").evaluate(
        "() => { try { return !window.localStorage } catch { return true } }"
    )
    assert denied
    seat.page.route("**/items/*/", lambda route: route.abort())
    field = frame.locator("#item-2 input[type=text]")
    field.fill("in a tunnel")
    expect(frame.locator("[data-save-state]")).to_contain_text("there is no connection")

    seat.page.reload()
    expect(frame.locator("#attempt[data-ready]")).to_be_attached()
    expect(field).to_have_value("in a tunnel")
    seat.page.unroute("**/items/*/")
    seat.page.evaluate("dispatchEvent(new Event('online'))")
    field.blur()
    frame.get_by_role("button", name="Finish and submit").click()
    expect(frame.get_by_role("heading", name="Ready to submit?")).to_be_visible()
    assert seat.room.value("short_text") == {"text": "in a tunnel"}
    kept = seat.page.evaluate("JSON.stringify(Object.values(sessionStorage))")
    assert "in a tunnel" not in kept


def test_the_frame_is_as_high_as_the_page_in_it(seat: Seat) -> None:
    seat.sit_down()
    seat.wait_for_event("ready")
    frame = seat.page.locator("cx-course iframe")

    def fits() -> bool:
        inner = seat.frame.locator("html").evaluate("e => e.getBoundingClientRect().height")
        return abs(frame.bounding_box()["height"] - inner) < 2

    seat.until(fits)
    before = frame.bounding_box()["height"]
    seat.frame.locator("main").evaluate(
        "e => { const p = document.createElement('p'); p.textContent = 'word '.repeat(3000); "
        "e.append(p) }"
    )
    seat.until(lambda: fits() and frame.bounding_box()["height"] > before + 200)
    seat.frame.locator("main > p:last-child").evaluate("e => e.remove()")
    seat.until(lambda: fits() and frame.bounding_box()["height"] == before)


@pytest.mark.proofs
def test_a_fixed_height_stays(seat: Seat) -> None:
    seat.sit_down('src="/launch" height="300"')
    seat.wait_for_event("progress")
    assert seat.page.locator("cx-course iframe").bounding_box()["height"] == 300


def test_colours_and_language_follow_the_page_around(seat: Seat) -> None:
    seat.sit_down('src="/launch" theme="dark" locale="de"')
    root = seat.frame.locator("html")
    expect(root).to_have_attribute("lang", "de")
    expect(root).to_have_attribute("data-theme", "dark")
    seat.page.locator("cx-course").evaluate("e => e.setAttribute('theme', 'light')")
    expect(root).to_have_attribute("data-theme", "light")
    seat.page.locator("cx-course").evaluate("e => e.setAttribute('locale', 'en')")
    expect(root).to_have_attribute("lang", "en")
    seat.frame.get_by_role("button", name="Start").click()
    expect(root).to_have_attribute("data-theme", "light")


@pytest.mark.proofs
def test_colours_that_change_while_the_frame_is_on_its_way_reach_it(seat: Seat) -> None:
    """They are sent when the address is set already, and no page is there yet to receive them."""
    seat.sit_down('theme="dark"')
    seat.page.locator("cx-course").evaluate(
        "(e, url) => {"
        " e.launch = async () =>"
        " { setTimeout(() => e.setAttribute('theme', 'light')); return url };"
        " e.setAttribute('src', '/launch') }",
        seat.launch()["url"],
    )
    seat.wait_for_event("ready")
    expect(seat.frame.locator("html")).to_have_attribute("data-theme", "light")


def test_messages_from_other_windows_are_ignored(seat: Seat) -> None:
    seat.sit_down()
    seat.wait_for_event("progress")
    height = seat.page.locator("cx-course iframe").bounding_box()["height"]
    forged = {"cx": 1, "type": "resize", "detail": {"height": 5000}}
    graded = {
        "cx": 1,
        "type": "standing",
        "detail": {"course": "cx", "percent": 100, "is_complete": True, "completed": []},
    }
    with serving() as other:
        other.pages["/"] = (
            f"<script>for (const m of [{json.dumps(forged)}, {json.dumps(graded)}])"
            "parent.postMessage(m, '*'); parent.postMessage('done', '*')</script>"
        )
        # From this page itself, and from a frame of another site.
        seat.page.evaluate(
            """([one, two, url]) => new Promise(done => {
              addEventListener('message', ({data}) => data === 'done' && setTimeout(done, 50));
              postMessage(one, '*'); postMessage(two, '*');
              const frame = document.createElement('iframe');
              frame.src = url; document.body.append(frame);
            })""",
            [forged, graded, other.url.replace("127.0.0.1", "localhost")],
        )
    assert seat.page.locator("cx-course iframe").bounding_box()["height"] == height
    assert [detail["percent"] for detail in seat.events("progress")] == [0]
    # Nor does the page in the frame accept messages from any but the surrounding page.
    seat.frame.locator("body").evaluate(
        "() => postMessage({cx: 1, type: 'display', detail: {theme: 'dark'}}, '*')"
    )
    seat.page.wait_for_timeout(100)
    assert seat.frame.locator("html").get_attribute("data-theme") is None


# --- refusals


@pytest.mark.proofs
def test_an_address_that_was_opened_before(seat: Seat) -> None:
    url = seat.launch()["url"]
    seat.sit_down(f'launch-url="{url}"')
    seat.wait_for_event("ready")
    seat.sit_down(f'launch-url="{url}"')
    assert seat.wait_for_event("error") == {"code": "launch_used"}
    expect(seat.frame.get_by_text("works only once")).to_be_visible()


def test_a_page_of_another_origin_shows_nothing(seat: Seat) -> None:
    """The browser itself refuses: the policy of the answer names another origin."""
    url = seat.launch()["url"]
    with serving() as thief:
        thief.pages["/"] = f"<iframe src='{url}'></iframe>"
        answers = []
        seat.page.on("response", lambda one: answers.append(one))  # noqa: PLW0108 (it marks it)
        seat.page.goto(f"{thief.url}/")
        seat.page.wait_for_load_state("networkidle")
        assert [one.status for one in answers if "/launch/" in one.url] == [403]
        (frame,) = seat.page.main_frame.child_frames
        assert frame.url.startswith("chrome-error:")
    assert not Launch.objects.exclude(opened_at=None).exists()


@pytest.mark.proofs
def test_a_session_framed_by_another_origin_shows_nothing(seat: Seat) -> None:
    seat.sit_down()
    seat.wait_for_event("ready")
    inside = seat.page.frames[1].url
    with serving() as thief:
        thief.pages["/"] = f"<iframe src='{inside}'></iframe>"
        seat.page.goto(f"{thief.url}/")
        seat.page.wait_for_load_state("networkidle")
        (frame,) = seat.page.main_frame.child_frames
        assert frame.url.startswith("chrome-error:")


@pytest.mark.proofs
def test_the_rest_of_the_site_shows_nothing_in_a_frame(seat: Seat) -> None:
    seat.host.pages["/"] = f"<iframe src='{seat.room.site}/courses/cx/'></iframe>"
    seat.page.goto(f"{seat.host.url}/")
    seat.page.wait_for_load_state("networkidle")
    (frame,) = seat.page.main_frame.child_frames
    assert frame.url.startswith("chrome-error:")


def test_ended_session_continues_in_a_new_one(seat: Seat) -> None:
    """In the middle of an attempt, with something that is not saved yet."""
    seat.sit_down()
    seat.start()
    frame = seat.frame
    frame.get_by_label("She waited at home").check()
    seat.saved()
    attempt = Attempt.objects.get()
    Launch.objects.update(session_ends_at=timezone.now())

    frame.locator("#item-2 input[type=text]").fill("written too late")
    assert seat.wait_for_event("expired")["place"] == f"attempts/{attempt.uuid}/"
    expect(frame.locator("#attempt[data-ready]")).to_be_attached()
    expect(frame.locator("#item-2 input[type=text]")).to_have_value("written too late")
    seat.until(lambda: seat.room.value("short_text") == {"text": "written too late"})
    assert Launch.objects.count() == 2
    assert Attempt.objects.count() == 1


@pytest.mark.proofs
def test_learner_sees_a_notice_without_a_back_end(seat: Seat) -> None:
    seat.sit_down(f'launch-url="{seat.launch()["url"]}"')
    seat.start()
    Launch.objects.update(session_ends_at=timezone.now())
    seat.frame.get_by_label("She waited at home").check()
    seat.wait_for_event("expired")
    notice = seat.frame.locator("#attempt-signed-out")
    expect(notice).to_contain_text("Open the course again from the page you came from")
    # A later page sends it as well; the platform may still give a new address.
    seat.page.evaluate("cxEvents.length = 0")
    fresh = seat.launch()["url"]
    seat.page.locator("cx-course").evaluate("(e, url) => e.setAttribute('launch-url', url)", fresh)
    seat.wait_for_event("ready")
    expect(seat.frame.get_by_label("She waited at home")).to_be_checked()


@pytest.mark.proofs
def test_a_learner_who_was_taken_out(seat: Seat) -> None:
    seat.sit_down()
    seat.wait_for_event("ready")
    enrolment = seat.room.enrolment
    enrolments.withdraw(enrolment=enrolment, by=seat.user, now=timezone.now())
    seat.frame.get_by_role("button", name="Start").click()
    assert seat.wait_for_event("error") == {"code": "learner_gone"}
    expect(seat.frame.get_by_text("You are no longer enrolled in this course")).to_be_visible()


def test_axe_finds_nothing_in_the_pages_of_a_frame(seat: Seat) -> None:
    """As the frame holds them, in a window of their own; at 320 pixels nothing is cut off."""
    page = seat.page
    page.goto(seat.launch()["url"])
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#attempt[data-ready]")).to_be_attached()
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert not is_too_wide(page)
    Launch.objects.update(session_ends_at=timezone.now())
    page.reload()
    expect(page.get_by_role("heading", name="The course cannot be opened")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{seat.room.site}/preview/cx/")
    assert violations(page) == []
    assert not is_too_wide(page)


@pytest.mark.proofs
def test_a_back_end_that_gives_no_address(seat: Seat) -> None:
    seat.host.pages["/launch"] = None
    seat.sit_down()
    assert seat.wait_for_event("error")["code"] == "no_launch"
    seat.host.pages["/launch"] = lambda: json.dumps({"url": "javascript:alert(1)"})
    seat.sit_down()
    assert seat.wait_for_event("error")["code"] == "no_launch"


@pytest.mark.proofs
def test_a_back_end_that_answers_a_moment_later(seat: Seat) -> None:
    troubles = [500]

    def stumble(route: Route) -> None:
        if troubles:
            route.fulfill(status=troubles.pop(), body="")
        else:
            route.continue_()

    seat.page.route("**/launch", stumble)
    seat.sit_down()
    seat.wait_for_event("ready")
    assert seat.events("error") == []


# --- less than everything


@pytest.mark.proofs
def test_without_scripts_the_quiz_is_finished_as_well(
    seat: Seat, browser: Browser, browser_context_args: dict[str, Any]
) -> None:
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    seat.host.pages["/"] = f'<iframe src="{seat.launch()["url"]}" width=900 height=900></iframe>'
    page.goto(f"{seat.host.url}/")
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Start").click()
    frame.get_by_label("She waited at home").check()
    frame.locator("#item-2 input[type=text]").fill("by hand")
    frame.get_by_role("button", name="Save", exact=True).or_(
        frame.get_by_role("button", name="Finish and submit")
    ).last.click()
    frame.get_by_role("button", name="Submit now").click()
    expect(frame.get_by_role("heading", name="Review of attempt 1")).to_be_visible()
    context.close()
    assert seat.room.value("short_text") == {"text": "by hand"}


def test_a_browser_that_keeps_no_cookie_opens_a_window(seat: Seat, context: BrowserContext) -> None:
    def forget(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        headers = {k: v for k, v in answer.headers.items() if k != "set-cookie"}
        route.fulfill(response=answer, headers=headers)

    seat.page.route("**/launch/*/**", forget)
    seat.sit_down()
    assert seat.wait_for_event("error") == {"code": "no_cookies"}
    seat.page.unroute("**/launch/*/**")
    with context.expect_page() as opened:
        seat.frame.get_by_role("button", name="Open in a new window").click()
    window = opened.value
    window.get_by_role("button", name="Start").click()
    expect(window.locator("#attempt[data-ready]")).to_be_attached()
    assert "/embed/" in window.url
    assert Attempt.objects.get().enrolment.user == seat.user


@pytest.mark.proofs
def test_the_card_of_a_course_in_any_page(seat: Seat) -> None:
    answer = seat.platform.http.get("/api/v1/oembed", {"url": "http://testserver/courses/cx/"})
    seat.host.pages["/"] = answer.json()["html"].replace("http://testserver", seat.room.site)
    seat.page.goto(f"{seat.host.url}/")
    card = seat.page.frame_locator("iframe")
    expect(card.get_by_role("heading", name="Customer Experience")).to_be_visible()
    painted = card.locator(".button-primary").evaluate("e => getComputedStyle(e).backgroundColor")
    assert painted != "rgba(0, 0, 0, 0)"
    with seat.page.context.expect_page() as opened:
        card.get_by_role("link", name="Open the course").click()
    expect(opened.value.get_by_role("heading", name="Customer Experience")).to_be_visible()
    assert opened.value.url == f"{seat.room.site}/courses/cx/"
