"""A lesson is read aloud, sentence by sentence, where the browser has a voice of its own for it.

A headless browser has no voices: the page gets one that says nothing and notes what it is given.
"""

import pytest
from playwright.sync_api import Page, expect

from courses.domain.authoring.lessons import refresh_lessons
from tests.browser.axe import violations
from tests.browser.room import Room, is_too_wide
from tests.factories import LessonFactory, make_asset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VOICE = """
window.said = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
const speech = {
    getVoices: () => [
        {lang: "en-US", localService: false, default: true, name: "far"},
        {lang: LANGUAGE, localService: true, default: false, name: "here"},
    ],
    speak: (one) => { window.said.push([one.text, one.lang, one.voice?.name]); window.now = one; },
    cancel: () => { window.now = null; },
    addEventListener: () => {},
};
Object.defineProperty(window, "speechSynthesis", {value: speech});
"""
BODY = """## Predict

A *company* hears of a leak. Its crew comes on Tuesday.

```
not(read)
```

![A wet cellar](asset:cellar.svg)

The last line [^note], after all.

[^note]: A footnote.
"""


@pytest.fixture
def reading(room: Room, desk: Page) -> Page:
    make_asset(module=room.module, name="cellar.svg", content=b"<svg/>")
    LessonFactory(module=room.module, key="leak", title="A leak", body=BODY)
    refresh_lessons(course=room.module.course)
    return desk


def opened(room: Room, page: Page, *, language: str = "en-GB") -> Page:
    page.add_init_script(VOICE.replace("LANGUAGE", f'"{language}"'))
    page.goto(f"{room.site}/courses/cx/lessons/leak/")
    page.wait_for_load_state("networkidle")
    return page


def said(page: Page) -> list[str]:
    return [text for text, _language, _voice in page.evaluate("said")]


def finish(page: Page) -> None:
    page.evaluate("now.onend()")


def marked(page: Page) -> str:
    script = "[...(CSS.highlights.get('cx-read-aloud') ?? [])].map(it => it.toString()).join('|')"
    return page.evaluate(script)


def test_lesson_is_read_sentence_by_sentence_and_each_is_marked(room: Room, reading: Page) -> None:
    page = opened(room, reading)
    page.get_by_role("button", name="Listen").click()
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    assert violations(page) == []
    finish(page)
    assert marked(page) == "A company hears of a leak."
    finish(page)
    assert marked(page) == "Its crew comes on Tuesday."
    finish(page)
    expect(page.locator("img.cx-read-aloud")).to_have_count(1)
    finish(page)
    finish(page)
    finish(page)
    assert page.evaluate("said") == [
        [text, "en", "here"]
        for text in (
            "Predict",
            "A company hears of a leak.",
            "Its crew comes on Tuesday.",
            "Picture: A wet cellar",
            "The last line, after all.",
            "A footnote.",
        )
    ]
    expect(page.get_by_role("group", name="Read aloud")).to_be_hidden()
    expect(page.get_by_role("button", name="Listen")).to_be_focused()
    assert marked(page) == ""


def test_reading_pauses_goes_on_and_stops_by_keyboard(room: Room, reading: Page) -> None:
    page = opened(room, reading)
    page.set_viewport_size({"width": 320, "height": 640})
    page.get_by_role("button", name="Listen").press("Enter")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    assert not is_too_wide(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Go on reading")).to_be_focused()
    page.get_by_role("button", name="Next paragraph").press("Enter")
    assert marked(page) == "A company hears of a leak."
    assert said(page) == ["Predict"]
    page.get_by_role("button", name="Go on reading").press("Enter")
    assert said(page) == ["Predict", "A company hears of a leak."]
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Listen")).to_be_focused()
    assert page.evaluate("now") is None


def test_without_a_voice_for_the_language_nothing_is_offered(room: Room, reading: Page) -> None:
    page = opened(room, reading, language="fr-FR")
    expect(page.get_by_role("heading", name="Predict")).to_be_visible()
    expect(page.get_by_role("button", name="Listen")).to_have_count(0)
