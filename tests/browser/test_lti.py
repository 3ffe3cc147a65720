"""LTI launches of a learning platform in Chromium, into a frame of another site."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpRequest
from django.utils import timezone
from playwright.sync_api import FrameLocator, Page, expect

from courses.domain import relay
from courses.lti import addresses, own_keys, registrations
from courses.lti.models import LtiDeployment
from courses.models import Attempt, Enrolment, Quiz
from courses.web.embed import framing
from tests.browser.axe import OF_COLOURS, RULES, examine
from tests.browser.conftest import NO_STORAGE
from tests.browser.room import Room
from tests.factories import take_quiz
from tests.lti.platform.messages import DEEP_LINKS
from tests.lti.platform.server import running
from tests.lti.platform.state import CLAIM, INSTRUCTOR, LEARNER, Message, Platform, Tool
from tests.lti.school import TOOL_KEY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass
class Classroom:
    """A platform that is registered here, a quiz, and a browser at the platform's page."""

    platform: Platform
    tool: Tool
    room: Room
    page: Page

    storage: str = ""
    """The frame of the platform that keeps things for tools, if it is not the page itself."""

    def click(self, *roles: str, sub: str = "7", locale: str = "en", **named: str) -> FrameLocator:
        """Show the platform's page with the link in a frame, for a person with these roles."""
        target = addresses.of_target(addresses.Named(course="cx", **named))
        return self.show(*roles, sub=sub, locale=locale, target=target, line_item=self.column)

    def pick(self, locale: str = "en") -> dict[str, Any]:
        """Let a teacher pick the quiz in a frame; return the link that the platform gets."""
        kind = "LtiDeepLinkingRequest"
        frame = self.show(INSTRUCTOR, sub="3", locale=locale, target=addresses.launch(), kind=kind)
        frame.locator("input[name=pick][value$='quizzes/quiz/']").check()
        fits(self.page)
        frame.locator("button.button-primary").click()
        expect(frame.locator("#done")).to_have_text("1 items")
        (found,) = self.platform.deep_links[-1][f"{DEEP_LINKS}content_items"]
        return dict(found)

    def show(self, *roles: str, sub: str, locale: str, **message: Any) -> FrameLocator:
        member = self.platform.enrol(sub, *(roles or (LEARNER,)), given_name="Ada", name="Ada")
        presentation = {"locale": locale, "return_url": f"{self.platform.base}/return"}
        more = {f"{CLAIM}launch_presentation": presentation}
        sent = self.platform.send(Message(self.tool, member, more=more, **message))
        query = urlencode({"message": sent["lti_message_hint"], "storage": self.storage})
        self.page.goto(f"{self.home or self.platform.base}/link?{query}")
        return self.frame

    home: str = ""
    """Where the platform's pages are, if not on its own origin."""

    @property
    def column(self) -> str:
        """The line item of the quiz."""
        url = f"{self.platform.base}/lineitems/1/lineitem?type_id=1"
        self.platform.line_items[1] = {"id": url, "label": "The quiz", "scoreMaximum": 100}
        return url

    def grade(self, sub: str = "7") -> Any:
        """What stands in the platform's gradebook, once the relay has sent it."""
        relay.run_once(clock=timezone.now, jitter=Random(1))
        return [one["scoreGiven"] for _item, one in self.platform.scores if one["userId"] == sub]

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe[name=tool]")

    def opened(self) -> FrameLocator:
        """The frame, once the launch has come through to a page of the course."""
        expect(self.frame.locator("html[data-embedded] main h1")).to_be_visible()
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


@pytest.fixture
def no_cookies_in_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames get no cookie at all, as in a browser that keeps not even partitioned ones there."""
    allow = framing.allow

    def without_cookies(request: HttpRequest, response: Any, *origins: str) -> Any:
        if request.headers.get("Sec-Fetch-Dest") == "iframe":
            response.cookies.clear()
        return allow(request, response, *origins)

    monkeypatch.setattr(framing, "allow", without_cookies)


def test_pick_learn_and_a_grade_with_third_party_cookies_blocked(classroom: Classroom) -> None:
    page = classroom.page
    block(page)
    assert classroom.pick()["url"].endswith("/launch/cx/quizzes/quiz/")
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
    assert classroom.grade() == [pytest.approx(float(attempt.percent))]


@pytest.mark.usefixtures("no_cookies_in_frames")
def test_pick_learn_and_a_grade_without_any_cookie_in_frames(classroom: Classroom) -> None:
    page = classroom.page
    block(page)
    # A frame beside the tool's keeps the secret of the login: all of the choice is in the frame.
    classroom.storage = "post_message_forwarding"
    assert classroom.pick(locale="de")["url"].endswith("/launch/cx/quizzes/quiz/")

    # The launch comes through by it, too; a session needs a cookie and therefore a window.
    frame = classroom.click(quiz="quiz", locale="de")
    button = frame.get_by_role("button", name="In neuem Fenster öffnen")
    expect(button).to_be_visible()
    fits(page)
    with page.context.expect_page() as opened:
        button.click()
    window = opened.value
    window.get_by_role("button", name="Beginnen").click()
    expect(window.locator("#attempt[data-ready]")).to_be_attached()
    window.get_by_label("She waited at home").check()
    expect(window.locator("[data-save-state]")).to_have_attribute("data-state", "saved")
    window.reload()
    expect(window.get_by_label("She waited at home")).to_be_checked()
    window.locator("#attempt button.button-primary").last.click()
    window.get_by_role("button", name="Jetzt abgeben").click()
    expect(window.get_by_role("heading", name="Auswertung von Versuch 1")).to_be_visible()
    assert Attempt.objects.get().enrolment.role == "learner"
    assert len(classroom.grade()) == 1


@pytest.fixture
def no_cookies(monkeypatch: pytest.MonkeyPatch, page: Page) -> None:
    """The browser keeps no cookie and no storage of this site, in no frame and no window.

    Its headless shell knows no such setting: the site sends none, and storage is refused.
    """
    allow = framing.allow

    def without_cookies(request: HttpRequest, response: Any, *origins: str) -> Any:
        response.cookies.clear()
        return allow(request, response, *origins)

    monkeypatch.setattr(framing, "allow", without_cookies)
    page.context.add_init_script(NO_STORAGE.replace("if (self !== top) ", ""))


@pytest.mark.usefixtures("no_cookies")
def test_with_all_cookies_blocked_a_window_says_what_to_do(classroom: Classroom) -> None:
    """The launch comes through by what the platform's page keeps; its session needs a cookie."""
    page = classroom.page
    page.set_viewport_size({"width": 320, "height": 900})
    frame = classroom.click(quiz="quiz", locale="de")
    with page.context.expect_page() as opened:
        frame.get_by_role("button", name="In neuem Fenster öffnen").click()
    window = opened.value
    for _time in range(2):
        expect(window.get_by_text("Cookies für localhost")).to_be_visible()
        assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert examine(window.main_frame, rules=RULES) == []
        window.get_by_role("button", name="Erneut versuchen").click()
    expect(window.get_by_text("Cookies für localhost")).to_be_visible()
    assert len(page.context.pages) == 2


@pytest.mark.usefixtures("no_cookies")
def test_a_launch_in_a_window_with_all_cookies_blocked(classroom: Classroom) -> None:
    """For somebody whom the platform does not name it is the same."""
    page, platform = classroom.page, classroom.platform
    for member in (platform.enrol("7", LEARNER), None):
        page.goto(platform.login_url(Message(classroom.tool, member, addresses.launch())))
        for _time in range(2):
            expect(page.get_by_text("Allow cookies for localhost")).to_be_visible()
            page.get_by_role("link", name="Try again").click()
        expect(page.get_by_text("cookie_missing")).to_be_visible()
        assert examine(page.main_frame, rules=RULES) == []
    assert len(page.context.pages) == 1
    assert not Enrolment.objects.filter(section__is_default=False).exists()


@pytest.mark.proofs
@pytest.mark.usefixtures("no_cookies_in_frames")
def test_a_page_around_of_another_origin_gives_and_gets_no_secret(classroom: Classroom) -> None:
    page = classroom.page
    page.add_init_script("Date.now = () => 1; Math.random = () => 0.5")
    # The page at the other name of this machine is not that of the platform, and lies.
    classroom.home = classroom.platform.base.replace("127.0.0.1", "localhost")
    frame = classroom.click(quiz="quiz")
    answer = {"subject": "lti.get_data.response", "message_id": "1-0.5", "value": "x"}
    page.evaluate("(it) => setInterval(() => frames.tool.postMessage(it, '*'), 20)", answer)
    # It is asked before the sign-in and after, each time until it has taken too long.
    expect(frame.get_by_text("cookie_missing")).to_be_visible(timeout=30_000)
    assert page.evaluate("window.seen") == []

    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Open in a new window").click()
    window = opened.value
    window.get_by_role("button", name="Start").click()
    expect(window.locator("#attempt[data-ready]")).to_be_attached()
    assert "/embed/" in window.url


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
