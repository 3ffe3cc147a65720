"""A picture is pasted and dropped, a mark inserted at the cursor: what only a browser can show."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from courses.models import Asset, Term
from tests.admin.conftest import signed_in, teacher_of
from tests.factories import LessonFactory, make_lesson

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

GIVE = """([selector, kind]) => {
  const bytes = Uint8Array.from("\\u0089PNG\\r\\n\\u001a\\n dots", (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], `${kind}.png`, { type: "image/png" }));
  const options = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: data })
    : new DragEvent("drop", { ...options, dataTransfer: data });
  document.querySelector(selector).dispatchEvent(event);
}"""


@pytest.fixture
def lesson():
    lesson = make_lesson(checks=1)
    lesson.body = "Begin here.\n\nEnd."
    lesson.save()
    Term.objects.create(course=lesson.module.course, key="cx", term="Experience", definition="W.")
    LessonFactory(module=lesson.module, key="next", title="Next")
    return lesson


@pytest.fixture
def editor(page, live_server, lesson):
    """The lesson's page, open, with everything that the browser complains about."""
    session = signed_in(teacher_of(lesson.module.course)).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session.value, "url": live_server.url}]
    )
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(live_server.url + reverse("admin:cx_courses_lesson_edit", args=[lesson.pk]))
    yield page
    assert complaints == []


def put_cursor(page, place):
    page.locator("#id_body").evaluate(
        "(area, place) => { area.focus(); area.setSelectionRange(place, place) }", place
    )


def test_a_picture_that_is_pasted_or_dropped_is_asked_for_its_text_and_stored(editor, lesson):
    text = editor.get_by_label("What it shows, for those who do not see it")
    add = editor.get_by_role("button", name="Add to the text")
    put_cursor(editor, len("Begin here."))
    editor.evaluate(GIVE, ["#id_body", "paste"])
    expect(text).to_be_focused()

    add.click()
    expect(editor.get_by_text("Say what the picture shows")).to_be_visible()
    expect(text).to_be_focused()
    assert not Asset.objects.exists()
    editor.keyboard.type("Three dots")
    editor.keyboard.press("Enter")

    body = editor.locator("#id_body")
    expect(body).to_have_value("Begin here.\n\n![Three dots](asset:paste.png)\n\nEnd.")
    expect(body).to_be_focused()
    picture = editor.locator(".studio-sheet img[alt='Three dots']")
    expect(picture).to_have_attribute("src", Asset.objects.get().module and _address(lesson))
    editor.evaluate(GIVE, ["#id_body", "drop"])
    editor.get_by_label("The picture is decorative").check()
    add.click()
    expect(body).to_have_value(
        'Begin here.\n\n![Three dots](asset:paste.png)\n\n![](asset:drop.png "decorative")\n\nEnd.'
    )


def _address(lesson):
    place = lesson.module
    return reverse("cx_courses:asset", args=[place.course.key, place.key, "paste.png"])


def test_a_mark_is_found_and_comes_to_the_cursor_by_keyboard_alone(editor, lesson):
    put_cursor(editor, len("Begin here"))
    editor.get_by_text("Insert a picture, a file or a mark").focus()
    editor.keyboard.press("Enter")
    editor.get_by_label("Words or key").focus()
    editor.keyboard.type("experience")
    editor.keyboard.press("Enter")
    expect(editor.locator(".studio-pick").first).to_be_focused()
    editor.keyboard.press("Enter")

    body = editor.locator("#id_body")
    expect(body).to_have_value("Begin here[[term:cx]].\n\nEnd.")
    expect(body).to_be_focused()
    body.evaluate("(area) => area.setSelectionRange(0, 5)")
    editor.locator(".studio-pick").first.press("Enter")
    expect(body).to_have_value("[[term:cx|Begin]] here[[term:cx]].\n\nEnd.")
    editor.keyboard.press("Control+z")
    expect(body).to_have_value("Begin here[[term:cx]].\n\nEnd.")
    lesson.refresh_from_db()
    assert lesson.body == "Begin here.\n\nEnd."
