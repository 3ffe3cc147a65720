"""Notes written in the lesson itself: by keyboard, kept through a reload and a lost connection."""

import os

import pytest
from playwright.sync_api import Page, expect

from courses.domain.authoring.lessons import refresh_lessons
from courses.models import Lesson, LessonNote
from tests.browser.axe import violations
from tests.browser.room import Room, is_too_wide
from tests.factories import LessonFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = """## One

Ask those who left before you ask those who stay.

- Ask once.
- Ask *twice*.

> [!TIP]
> Write it down.
"""


@pytest.fixture
def reading(room: Room, desk: Page) -> Page:
    course = room.module.course
    LessonFactory(module=room.module, key="pills", title="Which pill?", body=BODY)
    refresh_lessons(course=course)
    desk.goto(f"{room.site}/courses/cx/lessons/pills/")
    return desk


def look(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_note_is_written_changed_and_deleted_by_keyboard(reading: Page) -> None:
    switch = reading.get_by_role("link", name="Notes and bookmarks")
    switch.focus()
    reading.keyboard.press("Enter")
    links = reading.get_by_role("link", name="Write a note")
    expect(links).to_have_count(4)
    expect(reading.get_by_role("link", name="Done with notes")).to_be_visible()
    links.first.focus()
    reading.keyboard.press("Enter")
    field = reading.get_by_role("textbox", name="Your note")
    expect(field).to_be_focused()
    reading.keyboard.type("Ours: <b>last</b> year.")
    assert violations(reading) == []
    reading.keyboard.press("Tab")
    reading.keyboard.press("Enter")
    note = reading.get_by_role("note", name="Your note")
    expect(note).to_be_focused()
    expect(note).to_contain_text("Ours: <b>last</b> year.")
    assert LessonNote.objects.get().quote.startswith("Ask those who left")
    expect(links).to_have_count(3)

    links.first.click()
    reading.get_by_role("button", name="Save").click()
    mark = reading.get_by_role("note", name="Your bookmark")
    expect(mark).to_contain_text("Bookmark")
    assert violations(reading) == []
    for width in (320, 1440):
        reading.set_viewport_size({"width": width, "height": 800})
        assert not is_too_wide(reading)
        look(reading, f"noted-{width}")

    note.get_by_role("link", name="Change").click()
    field.fill("Another.")
    reading.get_by_role("link", name="Cancel").click()
    expect(note).to_contain_text("last")
    note.get_by_role("link", name="Delete").click()
    reading.get_by_role("button", name="Delete").click()
    expect(note).to_have_count(0)
    expect(links.first).to_be_focused()
    assert LessonNote.objects.get().is_bookmark
    reading.get_by_role("link", name="Done with notes").click()
    expect(links).to_have_count(1)  # that of the bookmark
    expect(mark.get_by_role("link")).to_have_count(2)


def test_typed_text_outlives_a_lost_connection_and_a_reload(reading: Page) -> None:
    reading.get_by_role("link", name="Notes and bookmarks").click()
    reading.get_by_role("link", name="Write a note").nth(1).click()
    field = reading.get_by_role("textbox", name="Your note")
    field.fill("Typed on a train.")
    reading.context.set_offline(True)
    reading.get_by_role("button", name="Save").click()
    expect(reading.get_by_text("There is no connection.")).to_be_visible()
    expect(field).to_have_value("Typed on a train.")
    reading.context.set_offline(False)
    reading.reload()
    expect(field).to_have_value("Typed on a train.")
    reading.get_by_role("button", name="Save").click()
    expect(reading.get_by_role("note", name="Your note")).to_contain_text("Typed on a train.")
    reading.reload()
    expect(reading.get_by_role("note", name="Your note")).to_contain_text("Typed on a train.")
    expect(field).to_have_count(0)


def test_change_in_another_tab_is_shown_beside_ones_own(reading: Page) -> None:
    reading.get_by_role("link", name="Notes and bookmarks").click()
    reading.get_by_role("link", name="Write a note").first.click()
    field = reading.get_by_role("textbox", name="Your note")
    field.fill("One.")
    reading.get_by_role("button", name="Save").click()
    note = reading.get_by_role("note", name="Your note")
    note.get_by_role("link", name="Change").click()
    expect(field).to_have_value("One.")
    LessonNote.objects.update(text="Elsewhere.", revision=2)
    field.fill("Mine.")
    reading.get_by_role("button", name="Save").click()
    expect(reading.get_by_text("Elsewhere.")).to_be_visible()
    expect(field).to_have_value("Mine.")
    reading.get_by_role("button", name="Save").click()
    expect(note).to_contain_text("Mine.")


def test_pages_of_notes_are_whole(reading: Page, room: Room) -> None:
    lesson = Lesson.objects.get(key="pills")
    now = room.enrolment.enrolled_at
    for place, text in (("p-00000000", "On a text that went."), ("p-00000001", "")):
        LessonNote.objects.create(
            enrolment=room.enrolment, lesson=lesson, place=place, quote="What was there.",
            text=text, created_at=now, changed_at=now,
        )  # fmt: skip
    home = f"{room.site}/courses/cx"
    for name, path in (
        ("list", "learning/notes/"),
        ("form", "lessons/pills/notes/p-00000000/"),
        ("delete", "lessons/pills/notes/p-00000000/delete/"),
        ("lesson", "lessons/pills/?notes"),
    ):
        reading.goto(f"{home}/{path}")
        assert violations(reading) == [], name
        for width in (320, 375, 1440):
            reading.set_viewport_size({"width": width, "height": 800})
            assert not is_too_wide(reading), (name, width)
            for scheme in ("light", "dark"):
                reading.emulate_media(color_scheme=scheme)
                look(reading, f"{name}-{width}-{scheme}")
