"""The admin in Chromium: accessible, and within the Content-Security-Policy."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from courses.domain.authoring import edits
from courses.domain.authoring.editions import Origin
from courses.models import Attempt, Question, Quiz
from tests.admin.conftest import made_instructor, make_course, signed_in
from tests.browser.axe import examine
from tests.factories import NOW, SINGLE_CHOICE, ModuleFactory, make_asset
from tests.lengths import length, spread

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong

# The pages are laid out by Django, which breaks some of what is only good practice.
RULES = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa")


@pytest.mark.two_lengths
@pytest.mark.parametrize("scheme", spread(["dark", "light"], check=1))
def test_pages_are_accessible_and_break_no_policy(scheme, page, live_server, admin_user):
    course = make_course()
    quiz = Quiz.objects.get(course=course, lesson=None)
    attempt = Attempt.objects.get(quiz=quiz)
    session = signed_in(admin_user).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.emulate_media(color_scheme=scheme)
    complaints = []
    page.on("console", lambda message: complaints.append(f"{page.url} {message.text}"))
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    page.on("pageerror", lambda error: complaints.append(f"{page.url} {error}"))

    found = {}
    for name, args in addresses(quiz, attempt)[:: length(short=3, long=1)]:
        page.goto(live_server.url + reverse(f"admin:{name}", args=args))
        page.wait_for_load_state("networkidle")
        assert complaints == []
        found[name] = examine(page, rules=RULES)
        complaints.clear()  # The examiner itself tries out styles that the policy forbids.

    assert {name: rows for name, rows in found.items() if rows} == {}


def addresses(quiz, attempt):
    return [
        ("cx_courses_quiz_changelist", ()),
        ("cx_courses_quiz_change", (quiz.pk,)),
        ("cx_courses_attempt_change", (attempt.pk,)),
        ("cx_courses_attemptitem_grade", (attempt.items.first().pk,)),
        ("cx_courses_accommodation_add", ()),
        ("cx_courses_question_quick", ()),
        ("cx_courses_course_home", ()),
        ("cx_courses_course_outline", (quiz.course_id,)),
        ("cx_courses_course_bank", (quiz.course_id,)),
        ("cx_courses_course_import", (quiz.course_id,)),
        ("cx_courses_course_export", (quiz.course_id,)),
        ("cx_courses_question_edit", (quiz.items.first().question_id,)),
        ("cx_courses_question_editions", (changed_question(quiz),)),
        ("cx_courses_course_upload", ()),
        ("cx_courses_course_certificates", (quiz.course_id,)),
        ("cx_courses_course_certificate_rule", (quiz.course_id, "completion")),
        ("cx_courses_module_assets", (quiz.module_id,)),
    ]


def changed_question(quiz):
    """The key of a question whose history holds a change."""
    question = quiz.items.first().question
    edits.write_version(
        question=question,
        type="single_choice",
        data={**SINGLE_CHOICE, "stem": "Who waits,\nand for how long?"},
        is_ready=True,
        by=None,
        origin=Origin("api", None, NOW, note="Clearer"),
    )
    return question.pk


def sign_in(page, live_server, course):
    """Sign in as somebody whom the one action made an instructor."""
    session = signed_in(made_instructor(course)).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    page.context.add_cookies([cookie])


def test_question_is_written_with_rows_and_preview_in_place(page, live_server):
    sign_in(page, live_server, ModuleFactory().course)
    loads = []
    page.on("load", lambda: loads.append(page.url))
    page.goto(live_server.url + reverse("admin:cx_courses_question_write"))
    page.get_by_role("link", name="Single choice").click()
    page.get_by_role("textbox", name="Question").fill("Which is outside-in?")
    for number, text in enumerate(("Our tickets", "Her solved need"), 1):
        page.get_by_label(f"Option {number}: Text").fill(text)
        page.get_by_label(f"Option {number}: Reason").fill(f"Because of {number}.")
    preview = page.get_by_role("complementary", name="As a learner")
    expect(preview.get_by_text("Her solved need")).to_be_visible()

    page.get_by_role("button", name="Add: Option").click()
    expect(page.get_by_label("Option 5: Text")).to_be_focused()
    page.get_by_label("Option 2: Text").press("Alt+ArrowUp")
    expect(page.get_by_label("Option 1: Text")).to_have_value("Her solved need")
    page.get_by_label("Option 2: Right").check()
    page.get_by_label("Option 1: Right").check()
    plain = page.get_by_label("Option 3: Text").evaluate("e => getComputedStyle(e).backgroundColor")
    expect(page.get_by_label("Option 1: Text")).not_to_have_css("background-color", plain)
    page.get_by_label("Option 2: Stays").check()
    expect(page.get_by_label("Option 2: Text")).to_have_css("background-color", plain)
    page.get_by_label("Option 2: Stays").uncheck()
    preview.get_by_role("button", name="Right").click()
    expect(preview.get_by_text("Your choice, and right")).to_be_visible()
    assert len(loads) == 2

    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("Version 1 is in use")).to_be_visible()
    assert Question.objects.get().ready_version.data["options"] == [
        {"key": "b", "text": "Her solved need", "feedback": "Because of 2.", "correct": True},
        {"key": "a", "text": "Our tickets", "feedback": "Because of 1."},
    ]


PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="480" height="360"></svg>'


def test_regions_are_drawn_on_the_picture(page, live_server):
    module = ModuleFactory()
    make_asset(module=module, name="map.svg", content=PICTURE)
    sign_in(page, live_server, module.course)
    address = reverse("admin:cx_courses_question_write")
    page.goto(f"{live_server.url}{address}?type=hotspot&module={module.key}")
    page.get_by_label("Picture", exact=True).select_option("map.svg")
    picture = page.locator(".studio-canvas svg")
    expect(page.get_by_label("Width in pixels")).to_have_value("480")
    for top in (40, 200):
        # The preview that follows a change moves the picture: `hover` waits until it stands still.
        page.wait_for_load_state("networkidle")
        picture.hover(position={"x": 30, "y": top})
        page.mouse.down()
        picture.hover(position={"x": 130, "y": top + 60})
        page.mouse.up()

    expect(page.get_by_label("Region 2: Name of the region")).to_be_focused()
    for number, top in ((1, 40), (2, 200)):
        place = page.get_by_label(f"Region {number}: Place")
        expect(place).to_have_value(f"30,{top},100,60")

    # The rest is words: not one coordinate is typed.
    texts = {
        "Question": "Where does she wait?",
        "What the picture shows, in words": "A journey with its steps.",
        "Region 1: Name of the region": "The queue",
        "Region 1: Reason for the learner": "She stands there.",
        "Region 2: Name of the region": "The desk",
        "Region 2: Reason for the learner": "She is served there.",
    }
    for label, text in texts.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Region 1: Right").check()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("Version 1 is in use")).to_be_visible()
    stored = Question.objects.get().ready_version.data
    places = [(one["shape"], one["coords"]) for one in stored["regions"]]
    assert places == [("rect", "30,40,100,60"), ("rect", "30,200,100,60")]


STEM = (
    "Agents answer within forty seconds. Yet four of ten contacts ask where an order is. "
    "Which change reaches the cause?"
)
OPTIONS = [
    ("Send the tracking mail when the parcel is scanned", "Yes. It removes the reason to call."),
    ("Coach all agents in empathy", "It treats the visible layer, where courtesy is high already."),
    (
        "Add agents in the busiest hours",
        "Avoidable calls would be answered faster, and still come.",
    ),
    ("Ask for a rating after each call", "That measures the call and leaves its reason in place."),
]


@pytest.mark.proofs
def test_single_choice_costs_little_more_than_its_text(page, live_server):
    """Four options with their reasons: clicks, pages and keys beside the text itself."""
    sign_in(page, live_server, ModuleFactory().course)
    loads, keys, clicks = [], [], []
    page.on("load", lambda: loads.append(page.url))

    def typed(text: str) -> None:
        keys.extend(text)
        page.keyboard.type(text)

    def tab_to(label: str) -> None:
        wanted = page.get_by_label(label).element_handle()
        while not page.evaluate("one => one === document.activeElement", wanted):
            keys.append("Tab")
            page.keyboard.press("Tab")
            assert keys.count("Tab") < 60

    page.goto(live_server.url + reverse("admin:cx_courses_question_write"))
    clicks.append(page.get_by_role("link", name="Single choice").click())
    typed(STEM)
    for number, (text, reason) in enumerate(OPTIONS, 1):
        if number == 1:
            tab_to("Option 1: Right")
            keys.append("Space")
            page.keyboard.press("Space")
        tab_to(f"Option {number}: Text")
        typed(text)
        tab_to(f"Option {number}: Reason for the learner")
        typed(reason)
    clicks.append(page.get_by_role("button", name="Publish version 1").click())
    expect(page.get_by_text("Version 1 is in use")).to_be_visible()

    text = STEM + "".join(map("".join, OPTIONS))
    stored = Question.objects.get().ready_version.data
    assert [one["text"] for one in stored["options"]] == [option for option, _reason in OPTIONS]
    assert stored["options"][0]["correct"]
    assert len(clicks) <= 6
    assert len(loads) - 1 <= 2  # the page that shows what was saved is the third
    assert len(keys) <= 1.1 * len(text), (len(keys), len(text))
