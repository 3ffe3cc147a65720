"""A lesson's page: contents, terms and sources over the text, ways back, and what comes next."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from courses.domain.authoring.lessons import refresh_lessons
from courses.models import Lesson, Reference, Term
from tests.browser.axe import examine
from tests.browser.room import Room, is_too_wide
from tests.factories import LessonFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILLER = "\n\n".join(["A line of text that takes its place on the page and says nothing."] * 30)
BODY = f"""## One

A [[term:process]] is what the organisation has [[source:dodkins]].

{FILLER}

## Two

{FILLER}

## Three

| Move | Inside-out | Outside-in | What would show it | Evidence |
|---|---|---|---|---|
| Both ends | From call to closed job | From damp patch to corrected bill | A date | None yet |
"""


@pytest.fixture
def lesson(room: Room) -> Lesson:
    course = room.module.course
    Term.objects.create(
        course=course, key="process", term="Process", definition="Steps that are *recorded*."
    )
    made = LessonFactory(module=room.module, key="pills", title="Which pill?", body=BODY)
    made.sources.add(Reference.objects.create(course=course, key="dodkins", citation="A post."))
    LessonFactory(module=room.module, key="next", title="Four definitions", position=9999)
    refresh_lessons(course=course)
    return made


@pytest.fixture
def reading(room: Room, desk: Page, lesson: Lesson) -> Page:
    desk.set_viewport_size({"width": 1440, "height": 900})
    desk.goto(f"{room.site}/courses/cx/lessons/pills/")
    return desk


def card(page: Page) -> Any:
    return page.locator(".aside-card")


def test_term_opens_over_the_text_and_esc_leads_back(reading: Page) -> None:
    term = reading.get_by_role("link", name="process")
    before = reading.url
    term.focus()
    reading.keyboard.press("Enter")
    expect(card(reading)).to_be_visible()
    expect(card(reading)).to_contain_text("Steps that are recorded.")
    expect(card(reading)).to_be_focused()
    assert examine(reading) == []
    reading.keyboard.press("Escape")
    expect(card(reading)).to_be_hidden()
    expect(term).to_be_focused()
    assert reading.url == before


def test_source_opens_over_the_text_and_its_entry_leads_back(reading: Page) -> None:
    citation = reading.get_by_role("link", name="Source 1", exact=True)
    citation.click()
    expect(card(reading)).to_contain_text("A post.")
    card(reading).get_by_role("link", name="All sources of this lesson").click()
    expect(card(reading)).to_be_hidden()
    expect(reading.locator("#sources-title")).to_be_in_viewport()
    reading.get_by_role("link", name="Back to the text that cites source 1").click()
    expect(citation).to_be_in_viewport()


@pytest.mark.parametrize("width", [375, 320])
def test_card_is_a_sheet_on_a_phone(reading: Page, width: int) -> None:
    reading.set_viewport_size({"width": width, "height": 700})
    reading.get_by_role("link", name="process").click()
    box = card(reading).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == pytest.approx(700, abs=1)
    assert box["width"] == pytest.approx(width, abs=1)
    card(reading).get_by_role("button", name="Close").click()
    expect(card(reading)).to_be_hidden()
    assert not is_too_wide(reading)


def test_contents_stand_beside_the_text_and_name_what_is_read(reading: Page) -> None:
    contents = reading.get_by_role("navigation", name="On this page")
    expect(contents.get_by_role("link")).to_have_text(["One", "Two", "Three"])
    contents.get_by_role("link", name="Two").click()
    expect(reading.get_by_role("heading", name="Two")).to_be_in_viewport()
    expect(contents.get_by_role("link", name="Two")).to_have_attribute("aria-current", "location")
    expect(contents.get_by_role("link", name="Three")).to_be_in_viewport()


def test_contents_are_folded_on_a_phone(reading: Page) -> None:
    reading.set_viewport_size({"width": 375, "height": 700})
    contents = reading.get_by_role("navigation", name="On this page")
    expect(contents.get_by_role("link")).to_have_count(0)
    contents.get_by_text("On this page").click()
    contents.get_by_role("link", name="Three").click()
    expect(reading.get_by_role("heading", name="Three")).to_be_in_viewport()


def test_hovering_a_term_opens_nothing(reading: Page) -> None:
    reading.get_by_role("link", name="process").hover()
    expect(card(reading)).to_be_hidden()


def test_next_lesson_is_the_one_main_button_and_stands_above_the_sources(reading: Page) -> None:
    main = reading.locator(".button-primary:visible")
    expect(main).to_have_count(1)
    main.click()  # "I have done what this lesson asks": it has no checks.
    expect(main).to_contain_text("Next: 1.2 Four definitions")
    expect(main).to_have_count(1)
    button, sources = main.bounding_box(), reading.locator(".sources").bounding_box()
    assert button is not None
    assert sources is not None
    assert button["y"] < sources["y"]


def test_glossary_leads_back_to_the_lesson_without_a_script(reading: Page) -> None:
    href = reading.get_by_role("link", name="process").get_attribute("href")
    reading.goto(f"{reading.url.split('/courses/')[0]}{href}")
    reading.get_by_role("link", name="Back to 1.1 Which pill?").click()
    expect(reading.get_by_role("heading", level=1)).to_contain_text("Which pill?")


def test_wide_table_says_so_and_scrolls_by_keyboard(reading: Page) -> None:
    hint = reading.get_by_text("scroll it sideways to see all columns")
    expect(hint).to_have_count(0)
    reading.set_viewport_size({"width": 375, "height": 700})
    expect(hint).to_be_visible()
    table = reading.get_by_role("group", name="Table: Move")
    table.focus()
    reading.keyboard.press("ArrowRight")
    reading.wait_for_function("document.activeElement.scrollLeft > 0")


def test_terms_and_sources_stand_beside_the_text_for_the_eye_alone(reading: Page) -> None:
    notes = reading.locator(".sidenote:visible")
    expect(notes).to_have_count(2)
    expect(notes.first).to_contain_text("Steps that are recorded.")
    link, note = reading.get_by_role("link", name="process").bounding_box(), notes.first
    beside = note.bounding_box()
    assert link is not None
    assert beside is not None
    assert beside["y"] == pytest.approx(link["y"], abs=1)
    assert beside["x"] > link["x"] + link["width"]
    expect(reading.locator(".sidenotes")).to_have_attribute("aria-hidden", "true")
    expect(reading.locator(".sidenotes :is(a, button, [id])")).to_have_count(0)
    # The steps of the module and the contents share the other side.
    rail, contents = reading.locator(".lesson-rail"), reading.locator(".lesson-contents details")
    above, below = rail.bounding_box(), contents.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"]
    assert examine(reading) == []
    reading.set_viewport_size({"width": 1024, "height": 768})
    expect(notes).to_have_count(0)
