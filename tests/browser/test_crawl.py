"""A page of every route that learners reach, as Chromium shows it."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page

from courses.domain import attempts
from courses.models import Course, Quiz
from courses.web.accessibility import criteria
from tests.browser.axe import violations
from tests.browser.room import is_too_wide
from tests.content.oracle import COURSE
from tests.crawling import SITE, crawl
from tests.factories import UserFactory, make_learner, reader_of, take_quiz
from tests.lengths import is_long

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.two_lengths,
    pytest.mark.django_db(transaction=True),
]

FEWEST = {"anonymous": 5, "newcomer": 8, "learner": 15}
NOT_FOLLOWED = r"^/static/|/export|/assets/|/api/|^/admin/|\.ics$|\.pdf$"
# A picture in a part that is folded up is not fetched yet.
BROKEN = """all => all.filter(it => it.checkVisibility() && !(it.complete && it.naturalWidth))
    .map(it => it.outerHTML.slice(0, 160))"""
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}
MOST_KB = 30
"""What a page without figures may weigh as it is sent, compressed, without its static files."""


@pytest.fixture
def people(transactional_db: None) -> dict[str, Any]:
    """A visitor, somebody new, and a learner in the midst of the shipped course."""
    call_command("sync_courses", str(COURSE), verbosity=0)
    course = Course.objects.get(key=COURSE.name)
    ada, now = make_learner(course), timezone.now()
    quiz = Quiz.objects.filter(course=course, kind=Quiz.Kind.PRACTICE, lesson=None).first()
    take_quiz(ada, quiz, now=now)
    attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=now)
    return {"anonymous": None, "newcomer": UserFactory(), "learner": ada.user}


def test_every_page_is_whole(
    people: dict[str, Any], browser: Browser, live_server: Any, sign_in: Any, subtests: Any
) -> None:
    templates: set[str] = set()
    for name in people if is_long() else ["learner"]:
        # Colours that fade into others have the contrast of neither.
        client, context = Client(), browser.new_context(reduced_motion="reduce", viewport=WIDE)
        if people[name]:
            client.force_login(people[name])
            sign_in(context, people[name])
        page = context.new_page()
        pages = crawl(client, "/", each=1, leave_out=NOT_FOLLOWED)
        found = [one for one in pages.values() if one.is_page]
        assert len(found) >= FEWEST[name]
        templates |= {template for one in found for template in one.templates}
        for one in found:
            with subtests.test(person=name, route=one.route):
                page.goto(one.url.replace(SITE, live_server.url))
                assert faults(page) == []
        page.evaluate("navigator.sendBeacon = () => true")
        context.close()
    if is_long():
        assert templates >= templates_in_report()


def templates_in_report() -> set[str]:
    """The pages of which the accessibility report says that this test examines them."""
    own = f"tests/browser/{Path(__file__).name}"
    rows = [one for one in criteria()["pages"] if any(own in text for text in one.evidence)]
    return {template for one in rows for template in one.templates}


def faults(page: Page) -> list[str]:
    """What is wrong with a page: pictures, main buttons, width, weight; at length axe, too."""
    page.wait_for_load_state("networkidle")
    found = page.locator("main img").evaluate_all(BROKEN)
    buttons = page.locator(".button-primary").filter(visible=True)
    if buttons.count() > 1:
        found.append(f"{buttons.count()} main buttons: {buttons.all_inner_texts()}")
    # A site sends it compressed; the server of the tests does not.
    sent = len(gzip.compress(page.content().encode()))
    if sent > MOST_KB * 1000:
        found.append(f"{sent / 1000:.0f} KB")
    page.set_viewport_size(NARROW)
    if is_too_wide(page):
        found.append("wider than 320 pixels")
    page.set_viewport_size(WIDE)
    return found + (violations(page) if is_long() else [])
