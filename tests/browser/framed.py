"""A learner at a platform's page: the page is on another site, the course in a frame of it."""

import json
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import FrameLocator, Page, expect

from tests.api.platform import Platform
from tests.browser.host import Host
from tests.browser.room import Room

PATIENCE_S = 15
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
<style>body {{ margin: 0 }}</style>
<script>
  window.cxEvents = [];
  for (const type of ["ready", "progress", "completed", "graded", "expired", "error"])
    addEventListener(type, ({{ detail }}) => cxEvents.push([type, detail]));
</script>
<script src="{site}/static/cx_courses/embed/v1/cx-course.js" defer></script>
<cx-course {attributes}></cx-course>"""


class Seat:
    """The learner at a platform's page."""

    def __init__(self, room: Room, host: Host, page: Page) -> None:
        self.room, self.host, self.page = room, host, page
        self.platform = Platform()
        self.user = self.platform.learner(course=room.enrolment.course)
        room.enrolment = self.platform.enrolment()
        room.user = self.user
        self.target: dict[str, str] = {"quiz": "quiz"}
        host.pages["/launch"] = lambda: json.dumps(self.launch())

    def launch(self, **more: Any) -> Any:
        body = {
            "external_id": "a-1",
            "target": {"course": "cx", **self.target},
            "origin": self.host.url,
            "return_url": f"{self.host.url}/back",
            **more,
        }
        answer = self.platform.post("/launches", body)
        assert answer.status_code == 201, answer.content
        record = answer.json()
        # The API was asked under the test client's own name.
        record["url"] = record["url"].replace("http://testserver", self.room.site)
        return record

    def sit_down(self, attributes: str = 'src="/launch" title="The course"') -> FrameLocator:
        self.host.pages["/"] = PAGE.format(site=self.room.site, attributes=attributes)
        self.page.goto(f"{self.host.url}/")
        return self.frame

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("cx-course iframe")

    def events(self, kind: str) -> list[Any]:
        return [detail for name, detail in self.page.evaluate("cxEvents") if name == kind]

    def wait_for_event(self, kind: str) -> Any:
        """Wait until an event of this kind has arrived; the latest."""
        self.page.wait_for_function("kind => cxEvents.some(([type]) => type === kind)", arg=kind)
        return self.events(kind)[-1]

    def start(self) -> None:
        self.frame.get_by_role("button", name="Start").click()
        expect(self.frame.locator("#attempt[data-ready]")).to_be_attached()

    def saved(self) -> None:
        state = self.frame.locator("[data-save-state]")
        expect(state).to_have_attribute("data-state", "saved")

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something that only this side can see."""
        end = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < end
            self.page.wait_for_timeout(20)
