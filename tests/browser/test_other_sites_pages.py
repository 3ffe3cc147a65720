"""A page of a platform calls the API from the browser, with a learner's token: CORS in Chromium."""

from typing import Any

import pytest
from playwright.sync_api import Page

from courses.domain import clients
from courses.models import ApiClient
from tests.api.platform import Platform
from tests.browser.host import Host, serving
from tests.browser.room import Room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CALL = """async ({ url, method, token, body }) => {
  const headers = { Authorization: `Bearer ${token}` };
  if (body) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    return {
      status: answer.status,
      body: text && JSON.parse(text),
      location: answer.headers.get("Location"),
      requestId: answer.headers.get("X-Request-ID"),
    };
  } catch (error) {
    return { error: error.name };
  }
}"""


class Program:
    """A script in a platform's page."""

    def __init__(self, page: Page, room: Room, token: str) -> None:
        self.page, self.room, self.token = page, room, token

    def call(self, path: str, body: Any = None, *, token: str | None = None) -> Any:
        asked = {
            "url": f"{self.room.site}/api/v1/learners/me{path}",
            "method": "GET" if body is None else "POST",
            "token": token or self.token,
            "body": body,
        }
        return self.page.evaluate(CALL, asked)


def test_a_page_reads_progress_and_saves_a_response(room: Room, host: Host, page: Page) -> None:
    room.quiz("single_choice")
    platform = Platform()
    clients.allow_origins(client=platform.client, addresses=[host.url])
    platform.learner(course=room.enrolment.course)
    token = platform.post("/learners/a-1/tokens", {"expires_in": 3600}).json()["token"]
    host.pages["/"] = "<!doctype html><title>A page of the platform</title>"
    page.goto(f"{host.url}/")
    program = Program(page, room, token)

    progress = program.call("/progress")
    assert (progress["status"], progress["requestId"] is not None) == (200, True)
    attempt = program.call("/courses/cx/quizzes/quiz/attempts", {})
    assert attempt["status"] == 201
    assert attempt["location"].endswith(attempt["body"]["attempt"]["id"])
    save = {"response": {"choice": "a"}, "based_on": 0}
    saved = program.call(f"/attempts/{attempt['body']['attempt']['id']}/items/1/responses", save)
    assert saved["status"] == 201
    assert room.responses() == 1

    # Refusals can be read, too.
    assert program.call("/attempts")["body"]["code"] == "not_found"
    assert program.call("/progress", token="cxl_wrong")["body"]["code"] == "not_authenticated"

    with serving() as other:
        other.pages["/"] = host.pages["/"]
        page.goto(f"{other.url}/")
        assert program.call("/progress") == {"error": "TypeError"}
        # Allowed for another platform: it learns why, and no more.
        rival = ApiClient.objects.create(name="Other")
        clients.allow_origins(client=rival, addresses=[other.url])
        refused = program.call(
            f"/attempts/{attempt['body']['attempt']['id']}/items/1/responses", save
        )
        assert (refused["status"], refused["body"]["code"]) == (403, "origin_not_allowed")
    assert room.responses() == 1
