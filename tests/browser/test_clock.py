"""The page learns the browser's time zone by itself."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from courses.models import Preferences
from tests.browser.room import Room, awake, saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def newcomer(room: Room, browser: Browser, sign_in):
    """A browser in New York that was never here."""
    context = browser.new_context(timezone_id="America/New_York", locale="en-GB")
    sign_in(context, room.user)
    yield context.new_page()
    context.close()


def test_the_first_page_puts_its_times_on_the_readers_clock(room, newcomer):
    room.quiz("single_choice", closes_at=dt.datetime(2031, 11, 28, 22, 45, tzinfo=dt.UTC))
    newcomer.goto(f"{room.site}/courses/cx/quizzes/quiz/")
    expect(newcomer.locator("time").first).to_have_text("28 November 2031, 17:45 EST")
    assert Preferences.objects.get(user=room.user).time_zone == "America/New_York"

    newcomer.get_by_role("button", name="Start").click()
    awake(newcomer)
    room.item(newcomer, "single_choice").get_by_label("She waited at home").check()
    saved(newcomer)
    received = room.attempt.items.get().responses.get().received_at
    here = received.astimezone(ZoneInfo("America/New_York"))
    expect(newcomer.locator("[data-save-state]")).to_have_text(f"Saved at {here:%H:%M}")
