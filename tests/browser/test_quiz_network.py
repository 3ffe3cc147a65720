"""Nothing written is lost: without a network, in two windows, signed out, too late."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Error, Page, Route, expect

from courses.models import Attempt
from tests.browser.room import Room, awake, left_in_browser, nothing_left, saved
from tests.lengths import spread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVES = re.compile(r"/attempts/[^/]+/items/\d+/$")


@pytest.fixture
def started(room: Room, desk: Page) -> Page:
    room.quiz("single_choice", "short_text", "essay")
    room.start(desk)
    return desk


def hold(held: list[Route], route: Route) -> None:
    held.append(route)


def essay(page: Page):
    return page.locator("textarea.essay-input")


def test_the_network_drops_and_the_page_is_reloaded(
    room: Room, started: Page, context: BrowserContext
) -> None:
    started.get_by_label("She waited at home").check()
    saved(started)
    context.set_offline(True)
    essay(started).fill("Written on a train.")
    started.get_by_label("The carrier promises").check()
    expect(started.locator("[data-save-state]")).to_contain_text("there is no connection")
    # The navigator counts what the server has, and marks the rest.
    expect(started.locator("[data-nav-count]")).to_have_text("1 of 3 answered")
    marked = started.locator("[data-nav][data-unsaved]")
    expect(marked.locator("[data-nav-state]")).to_have_text(["Not saved", "Not saved"])
    started.get_by_role("button", name="Finish and submit").click()
    warning = started.locator("#attempt-unsaved")
    expect(warning).to_be_in_viewport()
    expect(warning.get_by_role("link")).to_have_text(["Question 1", "Question 3"])
    with pytest.raises(Error):
        started.reload()
    context.set_offline(False)
    started.goto(f"{room.site}/attempts/{room.attempt.uuid}/")
    awake(started)
    expect(essay(started)).to_have_value("Written on a train.")
    # The save of a page that is left may have got through; then there is nothing to warn of.
    nothing_left(started)
    expect(started.locator("[data-nav-count]")).to_have_text("2 of 3 answered")
    expect(started.locator("#attempt-unsaved")).to_be_hidden()
    assert room.value("essay") == {"text": "Written on a train."}
    assert room.value("single_choice") == {"choice": "c"}


def test_an_answer_given_before_the_scripts_were_awake(room: Room, desk: Page) -> None:
    room.quiz("single_choice", "short_text", "matching")
    held: list[Route] = []
    desk.route("**/attempt/attempt.js", lambda route: hold(held, route))
    desk.goto(f"{room.site}/courses/cx/quizzes/quiz/")
    desk.get_by_role("button", name="Start").click()
    desk.get_by_label("She waited at home").check()
    desk.locator("#item-2 input[type=text]").fill("early")
    held.pop().continue_()
    awake(desk)
    saved(desk)
    assert room.value("single_choice") == {"choice": "b"}
    assert room.value("short_text") == {"text": "early"}
    assert room.responses() == 2


@pytest.mark.proofs
def test_the_network_comes_back_without_a_reload(
    room: Room, started: Page, context: BrowserContext
) -> None:
    context.set_offline(True)
    essay(started).fill("Written in a lift.")
    expect(room.item(started, "essay").locator("[data-item-state]")).to_have_text("Not saved yet")
    started.get_by_role("button", name="Finish and submit").click()
    expect(started.locator("[data-save-state]")).to_contain_text(re.compile("not saved yet", re.I))
    assert started.url.endswith(f"{room.attempt.uuid}/")
    context.set_offline(False)
    saved(started)
    assert room.value("essay") == {"text": "Written in a lift."}


def test_server_errors_are_tried_again(room: Room, started: Page) -> None:
    answers = [500, 503]

    def fail_twice(route: Route) -> None:
        if answers:
            route.fulfill(status=answers.pop(), body="<h1>Oh</h1>", content_type="text/html")
        else:
            route.continue_()

    started.route(SAVES, fail_twice)
    essay(started).fill("Third time lucky.")
    saved(started)
    assert answers == []
    assert room.value("essay") == {"text": "Third time lucky."}


def test_an_answer_that_gets_lost_does_not_save_twice(room: Room, started: Page) -> None:
    lost = []

    def lose_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    started.route(SAVES, lose_first)
    essay(started).fill("Did it arrive?")
    saved(started)
    assert lost[0].status == 200
    assert room.responses() == 1
    essay(started).fill("Did it arrive? It did.")
    saved(started)
    expect(started.locator("[data-conflict]")).to_have_count(0)
    assert room.value("essay") == {"text": "Did it arrive? It did."}


@pytest.mark.proofs
def test_a_repeat_is_known_by_its_key_even_after_another_save(room: Room, started: Page) -> None:
    fetched = []

    def lose(route: Route) -> None:
        fetched.append(route.fetch())
        route.abort()

    started.route(SAVES, lose)
    essay(started).fill("First.")
    expect(started.locator("[data-save-state]")).to_contain_text("there is no connection")
    room.save_elsewhere("essay", {"text": "Second, from a phone."})
    started.unroute(SAVES)
    saved(started)
    expect(started.locator("#attempt [data-conflict]")).to_have_count(0)
    assert room.value("essay") == {"text": "Second, from a phone."}
    assert room.responses() == 2


@pytest.mark.proofs
def test_a_proxy_that_says_ok_confirms_nothing(room: Room, started: Page) -> None:
    started.route(SAVES, lambda route: route.fulfill(status=200, body="<h1>Welcome to Wi-Fi</h1>"))
    essay(started).fill("Behind a portal.")
    expect(started.locator("[data-save-state]")).to_contain_text("there is no connection")
    started.unroute(SAVES)
    saved(started)
    assert room.value("essay") == {"text": "Behind a portal."}


@pytest.mark.parametrize(
    ("button", "kept"),
    spread(
        [("Keep my version", "From the second."), ("Use the saved version", "From the first.")],
        check=1,
    ),
)
def test_two_windows_disagree_and_the_learner_chooses(
    room: Room, started: Page, context: BrowserContext, button: str, kept: str
) -> None:
    second = context.new_page()
    second.goto(started.url)
    awake(second)
    second.route(SAVES, lambda route: route.abort())
    essay(second).fill("From the second.")
    expect(second.locator("[data-save-state]")).to_contain_text("there is no connection")
    essay(started).fill("From the first.")
    saved(started)
    second.unroute(SAVES)
    panel = second.locator("#attempt [data-conflict]")
    expect(panel).to_be_focused()
    expect(panel).to_contain_text("From the first.")
    expect(essay(second)).to_have_value("From the second.")
    panel.get_by_role("button", name=button).click()
    expect(panel).to_have_count(0)
    expect(essay(second)).to_have_value(kept)
    saved(second)
    assert room.value("essay") == {"text": kept}


@pytest.mark.proofs
def test_another_window_that_is_idle_follows(
    room: Room, started: Page, context: BrowserContext
) -> None:
    second = context.new_page()
    second.goto(started.url)
    awake(second)
    essay(started).fill("Seen everywhere.")
    saved(started)
    expect(essay(second)).to_have_value("Seen everywhere.")
    essay(second).fill("Seen everywhere, and changed.")
    saved(second)
    expect(second.locator("#attempt [data-conflict]")).to_have_count(0)
    assert room.value("essay") == {"text": "Seen everywhere, and changed."}


def test_signing_in_again_in_another_window_saves_what_waited(
    room: Room, started: Page, context: BrowserContext, sign_in: Any
) -> None:
    Session.objects.all().delete()
    essay(started).fill("Written while signed out.")
    notice = started.locator("#attempt-signed-out")
    expect(notice).to_be_visible()
    with context.expect_page() as opened:
        notice.get_by_role("link").click()
    window = opened.value
    window.fill("[name=username]", room.user.username)
    window.fill("[name=password]", "correct horse battery")
    window.locator("main button.button-primary").click()
    window.wait_for_url(f"{room.site}/")
    window.close()
    notice.get_by_role("button").click()
    saved(started)
    expect(notice).to_be_hidden()
    assert room.value("essay") == {"text": "Written while signed out."}


def test_late_response_can_be_copied(room: Room, started: Page) -> None:
    started.route(SAVES, lambda route: route.abort())
    essay(started).fill("One sentence too late.")
    expect(started.locator("[data-save-state]")).to_contain_text("there is no connection")
    started.request.post(
        f"{started.url}submit/",
        form={
            "csrfmiddlewaretoken": started.locator("[name=csrfmiddlewaretoken]").first.input_value()
        },
        headers={"Referer": started.url},
    )
    assert room.attempt.state == Attempt.State.GRADED
    started.unroute(SAVES)
    notice = started.locator("#attempt-closed")
    expect(notice).to_be_visible()
    expect(notice.locator("textarea")).to_have_value(re.compile("One sentence too late."))
    started.goto(f"{room.site}/attempts/{room.attempt.uuid}/review/")
    left = started.locator("#leftovers")
    expect(left.locator("textarea")).to_have_value("Question 3: One sentence too late.")
    left.get_by_role("button").click()
    assert left_in_browser(started) == 0


@pytest.mark.proofs
def test_queue_of_another_person_is_not_sent(
    room: Room, started: Page, context: BrowserContext, sign_in: Any
) -> None:
    entry = {"key": "k", "basedOn": 0, "fields": [["text", "not mine"]], "at": 1}
    started.evaluate(
        "([name, entries]) => localStorage.setItem(name, JSON.stringify(entries))",
        [f"cx-attempt:9999:{room.attempt.uuid}:old:3", [entry]],
    )
    started.reload()
    awake(started)
    expect(essay(started)).to_have_value("")
    assert left_in_browser(started) == 1
    assert room.responses() == 0


def test_leaving_the_page_at_once_still_saves(room: Room, started: Page) -> None:
    essay(started).press_sequentially("Gone")
    started.goto(f"{room.site}/")
    started.goto(f"{room.site}/attempts/{room.attempt.uuid}/")
    awake(started)
    expect(essay(started)).to_have_value("Gone")
    saved(started)
    assert room.value("essay") == {"text": "Gone"}
    assert room.responses() == 1


def test_the_timer_speaks_at_thresholds_can_be_hidden_and_hands_in(room: Room, desk: Page) -> None:
    room.quiz("short_text", time_limit_s=1800)
    desk.clock.install()
    room.start(desk)
    polite, urgent = desk.locator("[data-timer-polite]"), desk.locator("[data-timer-urgent]")
    expect(desk.locator("[data-timer-value]")).to_have_text(re.compile(r"^(30:00|29:\d\d)$"))
    assert polite.inner_text() == ""
    desk.clock.fast_forward("15:00")
    expect(polite).to_have_text("15 minutes are left.")
    desk.clock.fast_forward("05:00")
    expect(polite).to_have_text("10 minutes are left.")
    desk.get_by_role("button", name="Hide the time left").click()
    expect(desk.locator("[data-timer-value]")).to_be_hidden()
    desk.clock.fast_forward("09:00")
    expect(urgent).to_have_text("One minute is left.")
    # Typed in the last second: it goes first, then the attempt.
    room.item(desk, "short_text").locator("input[type=text]").fill("NPS")
    desk.clock.fast_forward("01:30")
    desk.wait_for_url("**/review/")
    assert room.value("short_text") == {"text": "NPS"}
    assert room.attempt.closed_by == Attempt.ClosedBy.LEARNER
