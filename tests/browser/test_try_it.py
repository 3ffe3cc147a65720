"""The page that calls the API, in Chromium, and what axe finds there."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from courses.api.schema import document
from tests.api.platform import Platform
from tests.factories import make_quiz

pytestmark = [pytest.mark.browser, pytest.mark.proofs, pytest.mark.django_db(transaction=True)]


def serious(page: Page, place: str = "body") -> list[str]:
    found = Axe().run(page, context={"include": [[place]]}).response["violations"]
    weighty = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {node['html']}" for one in weighty for node in one["nodes"]]


def console_errors(page: Page) -> list[str]:
    """Errors of the page, without the library's announcements of deprecations."""
    troubles: list[str] = []

    def note(text: str) -> None:
        if not text.startswith("Deprecated: "):
            troubles.append(text)

    page.on("pageerror", lambda error: note(str(error)))
    page.on("console", lambda line: note(line.text) if line.type == "error" else None)
    return troubles


def test_a_call_with_a_key_under_a_prefix(
    live_server: LiveServer, page: Page, settings: Any
) -> None:
    settings.ROOT_URLCONF = "tests.api.urls_under_learn"
    settings.COURSES_API_TRY_IT = "everybody"
    course = make_quiz().course
    document()  # made once; it takes seconds on a busy machine
    troubles = console_errors(page)
    page.set_default_timeout(60_000)  # the library reads all of the description first
    page.goto(f"{live_server.url}/learn/api/v1/docs/try#/catalogue/list_courses")
    operation = page.locator("#operations-catalogue-list_courses")
    expect(operation).to_be_visible()

    page.get_by_role("button", name="Authorize", exact=True).click()
    form = page.locator(".auth-container form", has_text="An API key")
    form.get_by_label("auth-bearer-value").fill(Platform().key)
    form.get_by_role("button", name="Apply credentials").click()
    assert serious(page, ".modal-ux") == []
    form.get_by_role("button", name="Close").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table")
    expect(answer.locator("tbody .response-col_status")).to_contain_text("200")
    expect(answer).to_contain_text(course.key)
    assert troubles == []

    page.locator("#operations-tag-launches").get_by_role("button").click()
    launch = page.locator("#operations-launches-create_launch")
    launch.locator(".opblock-summary-control").click()
    launch.get_by_role("button", name="Try it out").click()
    expect(launch.get_by_role("textbox", name="body")).to_be_visible()

    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html.dark-mode")).to_have_count(1)
    assert serious(page) == []
