"""The reading pages in Chromium: accessibility, reflow, colours, and checks judged in place."""

import json
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from courses.models import Course, Lesson, QuestionVersion
from tests.browser.axe import examine
from tests.browser.room import is_too_wide
from tests.factories import ModuleFactory, make_learner, make_lesson, make_quiz
from tests.lengths import spread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = (
    '<h2 id="predict">Predict</h2><p>Read <a href="cx:term:goal" class="term">goal</a>.</p>'
    '<div class="table-scroll" tabindex="0" role="group" aria-label="Table: A, B"><table>'
    '<thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>'
    "<tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>"
    '<aside class="callout callout-tip" role="note"><p class="callout-title">Tip</p>'
    "<p>Walk it once.</p></aside>"
)


@pytest.fixture
def lesson() -> Lesson:
    """The first of two lessons, with text of all kinds and two checks, in a course with a quiz."""
    module = ModuleFactory(course__key="cx", course__title="Customer Experience", position=1)
    found = make_lesson(module=module, key="pills", title="Which pill?", position=1)
    found.rendered["segments"].insert(0, {"html": TEXT})
    found.rendered["segments"].append({"html": '<h2 id="explain">Explain</h2>' + "<p>End.</p>" * 9})
    found.save()
    make_lesson(module=module, key="next", title="Four definitions", position=2)
    make_quiz(module=module, key="final", title="Closing quiz")
    found.module.course.terms.create(key="goal", term="goal", definition="What *she* is after.")
    return found


@pytest.fixture
def course(lesson: Lesson) -> Course:
    return lesson.module.course


class Visitor:
    """Somebody with a browser; `urls` are the pages this person can open."""

    def __init__(self, context: BrowserContext, site: str, course: Course, *, is_learner: bool):
        self.context, self.site = context, site
        if is_learner:
            client = Client()
            client.force_login(make_learner(course, is_staff=False).user)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def open(self, name: str, *args: str) -> Page:
        self.page.goto(self.site + reverse(f"cx_courses:{name}", args=args))
        return self.page


PAGES = [
    ("catalogue",),
    ("course", "cx"),
    ("lesson", "cx", "pills"),
    ("glossary", "cx"),
    ("progress",),
    ("account",),
    ("password",),
    ("erase",),
]
OPEN_PAGES = [("catalogue",), ("course", "cx"), ("sign-in",), ("sign-up",), ("course", "none")]


@pytest.fixture
def visit(browser: Browser, live_server, course: Course):
    """`visit(is_learner, **options)` → a Visitor with a context of their own."""
    contexts: list[BrowserContext] = []

    def come(*, is_learner: bool = True, **options) -> Visitor:
        contexts.append(browser.new_context(**options))
        return Visitor(contexts[-1], live_server.url, course, is_learner=is_learner)

    yield come
    for context in contexts:
        # A page that is left sends where its reader was; by then the test's rows are gone.
        context.route("**/visit/", lambda route: route.abort())
        context.close()


@pytest.mark.parametrize(
    ("scheme", "is_learner"), spread(product(["dark", "light"], [True, False]), check=1)
)
def test_axe_finds_nothing(visit, scheme: str, is_learner: bool) -> None:
    visitor = visit(is_learner=is_learner, color_scheme=scheme)
    for address in PAGES if is_learner else OPEN_PAGES:
        assert examine(visitor.open(*address)) == [], address


@pytest.mark.parametrize(("width", "text"), spread([(320, 100), (1280, 200), (640, 200)], check=1))
def test_pages_have_no_horizontal_overflow(visit, width: int, text: int) -> None:
    visitor = visit(viewport={"width": width, "height": 800})
    for address in PAGES:
        page = visitor.open(*address)
        # The strict policy forbids a style element, but not what a script sets.
        page.evaluate("size => (document.documentElement.style.fontSize = `${size}%`)", text)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_pages_load_without_errors_or_foreign_requests(visit, live_server) -> None:
    visitor = visit()
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    for address in PAGES:
        visitor.open(*address).wait_for_load_state("networkidle")
    assert visitor.complaints == []
    assert {url for url in asked if not url.startswith(live_server.url)} == set()


def test_check_is_judged_in_place_and_the_focus_goes_to_the_verdict(visit, lesson: Lesson) -> None:
    page = visit().open("lesson", "cx", "pills")
    before = page.url
    check = _check(page, lesson, 0)
    check.get_by_label("Her solved need").check()
    check.get_by_role("button", name="Check my response").click()
    expect(check.get_by_text("It follows her goal.")).to_be_visible()
    expect(check.locator("[data-outcome]")).to_be_focused()
    expect(page.get_by_text("1 of 2 checks answered")).to_be_visible()
    assert page.url == before


@pytest.mark.proofs
def test_blank_check_is_asked_for_again_in_place(visit, lesson: Lesson) -> None:
    page = visit().open("lesson", "cx", "pills")
    check = _check(page, lesson, 1)
    check.get_by_role("button", name="Check my response").click()
    expect(check.get_by_role("alert")).to_contain_text("Choose or write something first.")


def test_check_survives_a_lost_connection(visit, lesson: Lesson) -> None:
    visitor = visit()
    page = visitor.open("lesson", "cx", "pills")
    check = _check(page, lesson, 0)
    check.get_by_label("Her solved need").check()
    page.wait_for_selector("[data-keeps-responses]")
    visitor.context.set_offline(True)
    check.get_by_role("button", name="Check my response").click()
    expect(check.get_by_role("alert")).to_contain_text("There is no connection.")
    expect(check.get_by_label("Her solved need")).to_be_checked()
    visitor.context.set_offline(False)
    expect(check.get_by_text("It follows her goal.")).to_be_visible()


@pytest.mark.proofs
def test_check_works_without_a_script(visit, lesson: Lesson) -> None:
    page = visit(java_script_enabled=False).open("lesson", "cx", "pills")
    check = _check(page, lesson, 0)
    check.get_by_label("Her solved need").check()
    check.get_by_role("button", name="Check my response").click()
    assert page.url.endswith(f"#{check.get_attribute('id')}")
    expect(check.get_by_text("It follows her goal.")).to_be_visible()


def test_whole_lesson_by_keyboard(visit, lesson: Lesson) -> None:
    page = visit().open("lesson", "cx", "pills")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for number in (0, 1):
        check = _check(page, lesson, number)
        _tab_to(page, check.get_by_role("radio").first)
        page.keyboard.press("Space")
        _tab_to(page, check.get_by_role("button", name="Check my response"))
        page.keyboard.press("Enter")
        expect(check.locator("[data-outcome]")).to_be_focused()
    expect(page.get_by_text("It stays complete").first).to_be_visible()


def test_colours_switch_without_a_reload_and_stay(visit) -> None:
    page = visit(color_scheme="light").open("catalogue")
    with page.expect_response("**/display/colours/"):
        page.get_by_role("button", name="Dark").click()
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("html")).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(page.locator("body")).to_have_css("background-color", "rgb(19, 25, 28)")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.proofs
def test_reader_comes_back_to_the_heading_last_read(visit) -> None:
    visitor = visit()
    page = visitor.open("lesson", "cx", "pills")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelector('#explain').scrollIntoView({behavior: 'instant'})")
    # The script is notified once a frame of what is in view.
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    with page.expect_event("requestfinished", lambda request: request.url.endswith("/visit/")):
        page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    page = visitor.open("course", "cx")
    expect(page.get_by_role("link", name="Continue: 1.1 Which pill?")).to_have_attribute(
        "href", reverse("cx_courses:lesson", args=["cx", "pills"]) + "#explain"
    )


def _check(page: Page, lesson: Lesson, number: int):
    keys = [piece["check"] for piece in lesson.rendered["segments"] if "check" in piece]
    return page.locator(f"#check-{keys[number]}")


def _tab_to(page: Page, target, most: int = 40) -> None:
    for _ in range(most):
        if target.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("The keyboard does not get there.")


LONG = "Donaudampfschifffahrtsgesellschaftskundenzufriedenheitsbefragung"


@pytest.mark.proofs
def test_long_words_wrap_on_the_narrowest_phone(lesson, sign_in, context, page, live_server):
    """German makes such words; wherever a title, a term or an option stands, it breaks."""
    module, course = lesson.module, lesson.module.course
    for row, name in ((course, "title"), (module, "title"), (lesson, "title"), (lesson, "summary")):
        setattr(row, name, LONG)
        row.save()
    for quiz in course.quizzes.filter(key="final"):
        quiz.title = quiz.intro = LONG
        quiz.save()
    course.terms.update(term=LONG, definition=LONG)
    for version in QuestionVersion.objects.filter(question__course=course):
        text = json.dumps(version.data).replace("She waited at home", LONG)
        QuestionVersion.objects.filter(pk=version.pk).update(data=json.loads(text))
    user = make_learner(course, username=f"{LONG}2").user
    sign_in(context, user)
    page.set_viewport_size({"width": 320, "height": 640})
    found = {}
    for path in ("/", "/courses/cx/", "/courses/cx/lessons/pills/", "/courses/cx/glossary/",
                 "/courses/cx/quizzes/final/", "/progress/", "/account/"):  # fmt: skip
        page.goto(live_server.url + path)
        found[path] = is_too_wide(page)
    page.goto(f"{live_server.url}/courses/cx/quizzes/final/")
    page.get_by_role("button", name="Start").click()
    page.wait_for_selector("#attempt[data-ready]")
    found["attempt"] = is_too_wide(page)
    page.get_by_role("button", name="Finish and submit").click()
    page.wait_for_url("**/submit/")
    found["submit"] = is_too_wide(page)
    page.get_by_role("button", name="Submit now").click()
    page.wait_for_url("**/review/")
    found["review"] = is_too_wide(page)

    assert [name for name, is_wide in found.items() if is_wide] == []
