"""A link of a learning platform in Chromium: LTI launches into a frame of another site."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import FrameLocator, Page, Route, expect

from courses.lti import addresses, own_keys, registrations
from courses.lti.models import LtiDeployment
from courses.models import Attempt, Enrolment, Quiz
from tests.browser.axe import OF_COLOURS, RULES, examine
from tests.browser.room import Room
from tests.factories import take_quiz
from tests.lti.platform.server import running
from tests.lti.platform.state import INSTRUCTOR, LEARNER, Message, Platform, Tool
from tests.lti.school import TOOL_KEY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass
class Classroom:
    """A platform that is registered here, a quiz, and a browser at the platform's page."""

    platform: Platform
    tool: Tool
    room: Room
    page: Page

    def click(self, *roles: str, sub: str = "7", locale: str = "en", **named: str) -> FrameLocator:
        """Show the platform's page with the link in a frame, for a person with these roles."""
        member = self.platform.enrol(sub, *(roles or (LEARNER,)), given_name="Ada", name="Ada")
        target = addresses.of_target(addresses.Named(course="cx", **named))
        presentation = {"locale": locale, "return_url": f"{self.platform.base}/return"}
        claim = "https://purl.imsglobal.org/spec/lti/claim/launch_presentation"
        message = Message(self.tool, member, target, more={claim: presentation})
        hint = self.platform.send(message)["lti_message_hint"]
        self.page.goto(f"{self.platform.base}/link?message={hint}")
        return self.frame

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe[name=tool]")

    def opened(self) -> FrameLocator:
        """The frame, once the launch has come through to a page of the course."""
        expect(self.frame.locator("main h1")).to_be_visible()
        return self.frame


@pytest.fixture
def classroom(
    room: Room, page: Page, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Classroom]:
    settings.COURSES_LTI_URL = f"{room.site}/lti/"
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    monkeypatch.setattr(own_keys, "draw", lambda: TOOL_KEY)
    room.quiz("single_choice", "short_text")
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    with running() as platform:
        row = registrations.create(
            issuer=platform.issuer,
            client_id="cx",
            name="School",
            now=timezone.now(),
            auth_url=f"{platform.base}/auth",
            keyset_url=f"{platform.base}/jwks",
            token_url=platform.token_audience,
            privacy="name",
        )
        LtiDeployment.objects.create(
            registration=row, deployment_id="1", state="active", created_at=timezone.now()
        )
        own = [addresses.login(row.uuid), [addresses.launch()], addresses.keys(row.uuid)]
        tool = platform.add_tool(Tool("cx", *own))
        yield Classroom(platform, tool, room, page)
    assert troubles == []


def block(page: Page) -> None:
    """Keep cookies that are not partitioned from frames of other sites."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCookieControls", {"enableThirdPartyCookieRestriction": True})


def forget(route: Route) -> None:
    """Take the cookies out of an answer, as a browser does that keeps none in frames."""
    answer = route.fetch(max_redirects=0)
    headers = {k: v for k, v in answer.headers.items() if k != "set-cookie"}
    route.fulfill(response=answer, headers=headers)


def test_a_learner_launches_reloads_and_submits_in_a_frame(classroom: Classroom) -> None:
    page = classroom.page
    block(page)
    classroom.click(quiz="quiz")
    frame = classroom.opened()
    frame.get_by_role("button", name="Start").click()
    expect(frame.locator("#attempt[data-ready]")).to_be_attached()
    frame.get_by_label("She waited at home").check()
    expect(frame.locator("[data-save-state]")).to_have_attribute("data-state", "saved")

    # What a reload of the frame does; one of the page around launches anew.
    frame.locator("body").evaluate("() => location.reload()")
    expect(frame.locator("#attempt[data-ready]")).to_be_attached()
    expect(frame.get_by_label("She waited at home")).to_be_checked()
    page.reload()
    frame = classroom.opened()
    frame.get_by_role("link", name="Continue").first.click()
    expect(frame.get_by_label("She waited at home")).to_be_checked()

    frame.locator("#item-2 input[type=text]").fill("on a train")
    expect(frame.locator("[data-save-state]")).to_have_attribute("data-state", "saved")
    frame.get_by_role("button", name="Finish and submit").click()
    frame.get_by_role("button", name="Submit now").click()
    expect(frame.get_by_role("heading", name="Review of attempt 1")).to_be_visible()
    attempt = Attempt.objects.get()
    assert attempt.submitted_at is not None
    assert not attempt.is_trial


def test_a_learner_without_any_cookie_goes_on_in_a_window(classroom: Classroom) -> None:
    page = classroom.page
    block(page)
    page.route("**/lti/login/**", forget)
    classroom.click(quiz="quiz", locale="de")
    # Before the platform has signed anything its language is not known.
    expect(classroom.frame.get_by_text("cookie_missing")).to_be_visible()
    page.unroute("**/lti/login/**")
    with page.context.expect_page() as opened:
        classroom.frame.get_by_role("link", name="Open in a new window").click()
    window = opened.value
    window.get_by_role("button", name="Beginnen").click()
    expect(window.locator("#attempt[data-ready]")).to_be_attached()
    assert "/embed/" in window.url
    assert Attempt.objects.get().enrolment.role == "learner"


@pytest.mark.parametrize("locale", ["en", "de"])
def test_pages_of_a_class_and_a_refusal_in_a_frame(classroom: Classroom, locale: str) -> None:
    page, platform = classroom.page, classroom.platform
    block(page)
    page.set_viewport_size({"width": 320, "height": 900})
    classroom.click(quiz="quiz")
    classroom.opened()
    learner = Enrolment.objects.get(section__is_default=False)
    take_quiz(learner, Quiz.objects.get(key="quiz"), {}, now=timezone.now())

    classroom.click(INSTRUCTOR, sub="3", locale=locale)
    frame = classroom.opened()
    header = {"en": "Your class", "de": "Ihre Klasse"}[locale]
    frame.get_by_role("link", name=header).click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Course 1")
    fits(page)
    frame.get_by_role("link", name="Ada").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Ada")
    fits(page)

    classroom.click(quiz="nothing", locale=locale)
    expect(frame.get_by_text("target_unknown")).to_be_visible()
    fits(page)
    frame.get_by_role(
        "link", name={"en": "Back to School", "de": "Zurück zu School"}[locale]
    ).click()
    expect(page.locator("#done")).to_be_visible()
    assert platform.returns[-1]["lti_errorlog"] == "target_unknown"


def fits(page: Page) -> None:
    """Nothing in the frame is wider than it, and axe finds nothing wrong."""
    inner = page.frames[-1]
    assert inner.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for number, scheme in enumerate(("light", "dark")):
        page.emulate_media(color_scheme=scheme)
        assert examine(inner, rules=OF_COLOURS if number else RULES) == []
