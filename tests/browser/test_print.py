"""What a lesson and a review are on paper: text, pictures and tables, and nothing to press."""

import re

import pytest
from playwright.sync_api import Page, expect

from courses.domain.authoring.lessons import refresh_lessons
from tests.browser.room import Room
from tests.factories import LessonFactory, make_asset, take_quiz

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 0h40v20H0z"/></svg>'
)
BODY = """See [the rules](https://example.org/rules).

[[figure:nps-scale]]

![Three groups](asset:scale.svg "Eleven ratings.")

| Rating | Group | Counts |
|---|---|---|
| 9 or 10 | promoter | for the score |
| 7 or 8 | passive | in the whole only |
| 0 to 6 | detractor | against the score |
"""


def test_lesson_prints_the_picture_and_table_of_a_figure_and_addresses(
    room: Room, desk: Page
) -> None:
    make_asset(module=room.module, name="scale.svg", content=PICTURE)
    LessonFactory(module=room.module, key="scale", title="A scale", body=BODY)
    refresh_lessons(course=room.module.course)
    desk.goto(f"{room.site}/courses/cx/lessons/scale/")
    expect(desk.locator(".live-figure.is-live")).to_be_visible()
    desk.emulate_media(media="print", color_scheme="dark")
    expect(desk.locator(".fig")).to_be_hidden()
    picture = desk.get_by_role("img", name="Three groups")
    expect(picture).to_be_visible()
    assert picture.evaluate("it => it.decode().then(() => it.naturalWidth)")
    expect(desk.get_by_role("cell", name="promoter")).to_be_visible()
    for part in (".site-header", ".site-footer", ".lesson-rail", ".lesson-contents", ".pager"):
        expect(desk.locator(part)).to_be_hidden()
    expect(desk.locator(".button:visible")).to_have_count(0)
    after = "getComputedStyle(document.querySelector('.prose a'), '::after').content"
    assert "https://example.org/rules" in desk.evaluate(after)
    assert desk.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_review_prints_result_and_questions_without_controls(room: Room, desk: Page) -> None:
    attempt = take_quiz(room.enrolment, room.quiz("single_choice", "categorise"))
    desk.goto(f"{room.site}/attempts/{attempt.pk}/review/")
    desk.emulate_media(media="print")
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    # What is folded up on the screen is opened on paper.
    for stem in desk.locator(".question-stem").all():
        expect(stem).to_be_visible()
    expect(desk.locator(".button:visible")).to_have_count(0)
    for part in (".site-header", ".lesson-rail", ".pager"):
        expect(desk.locator(part)).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", desk.pdf())) in range(1, 5)
