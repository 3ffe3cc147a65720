"""examples/host-site as it stands: the page, its back end, its webhooks."""

import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from courses.domain import relay
from courses.models import Attempt, Enrolment
from tests.api.platform import Platform
from tests.browser.room import Room

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals and processes"),
]

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/host-site/host.py"
SCOPES = ("catalogue:read", "learners:write", "learning:write", "gradebook:read", "webhooks:write")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def acme(room: Room, settings: Any) -> Iterator[str]:
    """The address of the running example. It knows the site, a key, and the course."""
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    room.quiz("single_choice")
    port = free_port()
    # The two must be different sites: the example calls itself localhost, the site must not.
    site = room.site.replace("localhost", "127.0.0.1")
    known = {"SITE": site, "KEY": Platform(*SCOPES).key, "COURSE": "cx", "HOST_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, str(EXAMPLE)],
        env={**os.environ, **known},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert f"http://localhost:{port}/" in line, line
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=10)


def test_the_example_shows_the_course_and_keeps_the_grades(acme: str, page: Page) -> None:
    page.goto(f"{acme}/")
    expect(page.locator("#events-log")).to_contain_text("progress: 0 %", timeout=30_000)
    frame = page.frame_locator("cx-course iframe")
    frame.get_by_role("link", name="The quiz").first.click()
    frame.get_by_role("button", name="Start").click()
    frame.get_by_label("She waited at home").check()
    expect(frame.locator("[data-save-state]")).to_have_attribute("data-state", "saved")
    frame.get_by_role("button", name="Finish and submit").click()
    submit = frame.get_by_role("button", name="Submit now")
    expect(submit).to_be_visible()  # else it shows what stands there instead
    submit.click()

    expect(page.locator("#events-log")).to_contain_text("graded: quiz")
    attempt = Attempt.objects.get()
    expect(page.locator("#grades dd")).to_have_text(f"{round(attempt.percent)} %")
    assert Enrolment.objects.get(pk=attempt.enrolment_id).user.first_name == "Ada"

    for _round in range(3):
        relay.run_once(clock=timezone.now, jitter=random.Random(1))
    expect(page.locator("#hooks")).to_contain_text("attempt.graded")
