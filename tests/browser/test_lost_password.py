"""A newcomer gives an address, confirms it, forgets the password and comes in again by mail."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from courses.domain import jobs
from tests.browser.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "newcomer@example.org"
PICTURES = os.environ.get("PICTURES")


@pytest.fixture
def base(live_server, settings):
    settings.COURSES_CONTACT = "help@example.org"
    return live_server.url


def mailed_link(base: str) -> str:
    """Send what waits and return the link in the newest mail."""
    moment = timezone.now()
    jobs.work(clock=lambda: moment, until=moment + timedelta(seconds=1))
    found = re.search(r"https?://\S+", mail.outbox[-1].body)
    assert found is not None
    assert found[0].startswith(base)
    return found[0]


def look(page: Page, name: str) -> None:
    """Judge the page, and keep pictures of it where they are asked for."""
    assert violations(page) == []
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    for wide in (1440, 375, 320) if PICTURES else ():
        page.set_viewport_size({"width": wide, "height": 900})
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours)
            page.screenshot(path=Path(PICTURES) / f"{name}-{wide}-{colours}.png", full_page=True)
    page.set_viewport_size({"width": 320, "height": 800})
    page.emulate_media(color_scheme="light")


def test_lost_password_is_set_anew_by_mail(page: Page, base: str) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(base + reverse("cx_courses:sign-up"))
    look(page, "sign-up")
    page.fill("[name=username]", "newcomer")
    page.fill("[name=address]", ADDRESS)
    page.fill("[name=password1]", "tall green kettle")
    page.fill("[name=password2]", "tall green kettle")
    page.get_by_role("button", name="Create my account").click()
    expect(page.get_by_text("Welcome!")).to_be_visible()
    page.goto(base + reverse("cx_courses:account"))
    expect(page.get_by_text(f"{ADDRESS} is not confirmed yet")).to_be_visible()
    look(page, "account")
    page.goto(base + reverse("cx_courses:address"))
    look(page, "address")

    page.goto(mailed_link(base))
    look(page, "confirm")
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_text("Your e-mail address has been confirmed.")).to_be_visible()

    page.context.clear_cookies()
    page.goto(base + reverse("cx_courses:sign-in"))
    look(page, "sign-in")
    page.get_by_role("link", name="Forgotten your password?").click()
    page.fill("[name=email]", ADDRESS)
    look(page, "forgotten")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Look in your mailbox")).to_be_visible()
    look(page, "mailed")

    link = mailed_link(base)
    page.goto(link)
    look(page, "new")
    page.fill("[name=new_password1]", "short red teapot")
    page.fill("[name=new_password2]", "short red teapot")
    page.get_by_role("button", name="Save the new password").click()
    expect(page.get_by_text("You can now sign in.")).to_be_visible()
    page.fill("[name=username]", "newcomer")
    page.fill("[name=password]", "short red teapot")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_attached()
    page.goto(link)
    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()
    look(page, "void")
