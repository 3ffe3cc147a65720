"""The stock admin under the site's Content-Security-Policy, in a real browser."""

import django
import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Before Django 6 two of its own pages carry an inline style; nothing but looks is lost.
TOLERATED = () if django.VERSION >= (6, 0) else ("inline style",)


def test_the_admin_works_without_unsafe_sources(page: Page, live_server: LiveServer) -> None:
    get_user_model().objects.create_superuser("root", password="a-long-password")
    refused: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        text = message.text
        if "Content Security Policy" in text and not any(word in text for word in TOLERATED):
            refused.append(f"{page.url}: {text}")

    page.on("console", listen)
    page.goto(f"{live_server.url}/admin/")
    page.fill("#id_username", "root")
    page.fill("#id_password", "a-long-password")
    page.click("[type=submit]")
    page.wait_for_selector("#site-name")
    for path in ("", "auth/user/", "auth/user/add/", "auth/group/", "auth/group/add/"):
        page.goto(f"{live_server.url}/admin/{path}")
    # The group form fills its two boxes by script: it ran.
    assert page.locator(".selector").count() == 1
    assert refused == []
