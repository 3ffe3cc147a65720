"""Every lesson of the shipped course, opened in Chromium and worked through to its end.

All lessons share one server and one reading of the course; each is judged on its own, so that one
that breaks does not hide the next. With `PICTURES=folder` every figure is saved in light and dark.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import BrowserContext, Page, Request, expect

from courses.domain.outline import LessonOutline, outline
from courses.models import Course, Enrolment, LessonProgress
from tests.browser.answering import answer
from tests.browser.axe import violations
from tests.browser.room import is_too_wide
from tests.content.oracle import COURSE
from tests.factories import make_learner
from tests.lengths import length

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.two_lengths,
    pytest.mark.django_db(transaction=True),
]

LESSONS = 30
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}
# The parts of the page that scripts make nicer to answer are in place.
AWAKE = """() => [...document.querySelectorAll("[data-order], [data-hotspot], [data-word-count]")]
    .every(part => "enhanced" in part.dataset)"""
# A picture in a part that is folded up is not fetched yet.
MISSING = """all => all.filter(it => it.checkVisibility() && !(it.complete && it.naturalWidth))
    .map(it => it.src)"""
PICTURES = os.environ.get("PICTURES", "")


class Watch:
    """What goes wrong in a page: complaints in its console, and requests that fail."""

    def __init__(self, page: Page) -> None:
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._line)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def take(self) -> list[str]:
        found, self.troubles = self.troubles, []
        return found

    def _line(self, line: Any) -> None:
        # The fixtures of these tests let no page register its service worker.
        if line.type in {"error", "warning"} and "Service Worker" not in line.text:
            self.troubles.append(f"{line.type}: {line.text}")

    def _failed(self, request: Request) -> None:
        # A page that is left sends where its reader was; nobody waits for the reply to that.
        if request.resource_type != "ping":
            self.troubles.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.troubles.append(f"{response.status}: {response.url}")


@pytest.fixture
def enrolment(transactional_db: None) -> Enrolment:
    """A learner at the beginning of the shipped course."""
    call_command("sync_courses", str(COURSE), verbosity=0)
    return make_learner(Course.objects.get(key=COURSE.name), username="ada")


@pytest.fixture
def desk(enrolment: Enrolment, context: BrowserContext, sign_in: Any, page: Page) -> Iterator[Page]:
    sign_in(context, enrolment.user)
    page.set_viewport_size(WIDE)
    yield page
    # A page that is left sends where its reader was; by then the test's rows are gone.
    page.evaluate("navigator.sendBeacon = () => true")


def test_every_lesson_can_be_worked_through(
    enrolment: Enrolment, desk: Page, live_server: Any, subtests: Any
) -> None:
    modules = outline(enrolment.course).modules
    lessons = [lesson for module in modules for lesson in module.lessons]
    assert len(lessons) == LESSONS
    lessons = lessons[:: length(short=LESSONS, long=1)]
    watch = Watch(desk)
    for lesson in lessons:
        with subtests.test(lesson=f"{lesson.number} {lesson.key}"):
            url = f"{live_server.url}/courses/{COURSE.name}/lessons/{lesson.key}/"
            work_through(desk, url, lesson, enrolment)
            assert LessonProgress.objects.get(enrolment=enrolment, lesson_id=lesson.id).completed_at
            assert faults(desk) == []
        # Outside, so that what one lesson left is not held against the next.
        with subtests.test(lesson=f"{lesson.number} {lesson.key}", of="console and network"):
            assert watch.take() == []


def work_through(page: Page, url: str, lesson: LessonOutline, enrolment: Enrolment) -> None:
    """Open the lesson and answer all its checks."""
    page.set_viewport_size(WIDE)
    page.goto(url)
    page.wait_for_function(AWAKE)
    assert page.locator("[data-check]").count() == lesson.check_count
    for place in lesson.places:
        key = place.question.key
        check = page.locator(f"#check-{key}")
        answer(check, place, enrolment.pk)
        kind = place.current_version.question_type
        if kind.is_scored and not kind.needs_person:
            said = "Your guess is kept" if key in lesson.guesses else "Right"
            expect(check.locator("[data-outcome]")).to_contain_text(said)
    expect(page.locator("[data-lesson-completed]")).to_be_visible()
    if PICTURES:
        keep_pictures(page, lesson)


def faults(page: Page) -> list[str]:
    """What axe finds in light and dark, what sticks out on a phone, pictures that did not come."""
    found = violations(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(NARROW)
    if is_too_wide(page):
        found.append("wider than 320 pixels")
    return found + page.locator("main img").evaluate_all(MISSING)


def keep_pictures(page: Page, lesson: LessonOutline) -> None:
    folder = Path(PICTURES)
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        name = f"{lesson.number}-{scheme}"
        page.screenshot(path=folder / f"{name}.png", full_page=True)
        for index, figure in enumerate(page.locator(".lesson-text figure").all(), start=1):
            figure.screenshot(path=folder / f"{name}-figure-{index}.png")
