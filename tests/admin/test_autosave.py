"""What an author types survives the network, the end of the session and the closing of the page."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from courses.models import Lesson, WorkingCopy
from tests.admin.conftest import signed_in, teacher_of
from tests.factories import LessonFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LOST_SECONDS = 5
expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


@pytest.fixture
def desk(page, live_server):
    lesson = LessonFactory(body="Published.")
    session = signed_in(teacher_of(lesson.module.course)).cookies[settings.SESSION_COOKIE_NAME]
    cookie = {"name": session.key, "value": session.value, "url": live_server.url}
    page.context.add_cookies([cookie])
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda line: troubles.append(line.text) if "Security Policy" in line.text else None,
    )
    address = live_server.url + reverse("admin:cx_courses_lesson_edit", args=[lesson.pk])
    yield page, address, cookie
    assert troubles == []


def text_of(page):
    return page.get_by_role("textbox", name="Text", exact=True)


def state_of(page):
    return page.locator("[data-draft-state]")


def test_typing_is_kept_on_the_server_and_publishing_ends_the_draft(desk):
    page, address, _cookie = desk
    page.goto(address)
    text_of(page).fill("Typed.")
    expect(state_of(page)).to_contain_text("only you see it")
    page.reload()
    expect(text_of(page)).to_have_value("Typed.")
    expect(page.get_by_text("You go on with what you wrote")).to_be_visible()

    text_of(page).fill("Typed, and published.")
    page.get_by_role("button", name="Publish…").click()
    expect(page.locator(".studio-changes ins")).to_contain_text("Typed")
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_text("Learners see it now.")).to_be_visible()

    assert Lesson.objects.get().body == "Typed, and published."
    assert not WorkingCopy.objects.exists()
    kept = page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith(`cx-draft`))")
    assert kept == []


def test_nothing_typed_is_lost_without_network_session_or_page(desk):
    page, address, cookie = desk
    context = page.context
    page.goto(address)
    text_of(page).fill("One.")
    expect(state_of(page)).to_contain_text("only you see it")

    context.route("**/edit/**", lambda route: route.abort())
    text_of(page).fill("Two, without a network.")
    expect(state_of(page)).to_contain_text("kept in this browser")
    page.close()
    context.unroute("**/edit/**")

    page = context.new_page()
    page.goto(address)
    expect(text_of(page)).to_have_value("Two, without a network.")
    expect(page.get_by_text("You go on with what you wrote")).to_be_visible()

    context.clear_cookies(name=cookie["name"])
    text_of(page).fill("Three, signed out.")
    expect(state_of(page)).to_contain_text("You are signed out.")
    context.add_cookies([cookie])
    expect(state_of(page)).to_contain_text("only you see it")
    assert WorkingCopy.objects.get().value("body") == "Three, signed out."

    # Two pages of one person: the slower one is told, and its text stays in the browser.
    other = context.new_page()
    other.goto(address)
    text_of(other).fill("Four, elsewhere.")
    expect(state_of(other)).to_contain_text("only you see it")
    text_of(page).fill("Five, too late.")
    expect(state_of(page)).to_contain_text("saved another text of this")
    page.reload()
    expect(text_of(page)).to_have_value("Four, elsewhere.")
    page.get_by_role("button", name="Show that text").click()
    expect(text_of(page)).to_have_value("Five, too late.")


def test_the_server_lacks_at_most_five_seconds_of_what_somebody_types_without_a_pause(desk):
    """By the browser's own clock, which the test moves on; `tests/proofs/kill` kills the server."""
    page, address, _cookie = desk
    under_way = set()
    page.on("request", lambda request: under_way.add(request))  # noqa: PLW0108
    page.on("requestfinished", lambda request: under_way.discard(request))  # noqa: PLW0108
    page.clock.install()
    page.goto(address)
    for second in range(1, 13):
        text_of(page).fill(f"{second}")
        page.clock.run_for(1000)
        while any(request.method == "POST" for request in under_way):
            page.wait_for_timeout(20)
        copy = WorkingCopy.objects.first()
        assert second - int(copy.value("body") if copy else 0) <= LOST_SECONDS
    assert copy


def test_shared_lines_of_quick_entry_do_not_come_back(desk):
    """Posted before its text was first kept on the server, the page forgets it in the browser."""
    page, address, _cookie = desk
    course = Lesson.objects.get().module.course.key
    site = address.partition("/admin/")[0]
    quick = f"{site}{reverse('admin:cx_courses_question_quick')}?course={course}"
    page.clock.install()
    page.goto(quick)
    page.clock.pause_at("2030-01-01")  # Nothing is kept on the server by the clock.
    lines = page.get_by_label("Your text")
    lines.fill("Is her need met?\n* No\n# A reply is our step.\nYes\n# She still waits.")
    page.get_by_role("button", name="Read the text").last.click()
    page.get_by_role("button", name="Share 1 as a draft").click()
    expect(page.get_by_text("1 question is shared as a draft")).to_be_visible()
    kept = "Object.keys(localStorage).filter((name) => name.startsWith(`cx-draft`))"
    assert page.evaluate(kept) == []

    page.goto(quick)
    expect(lines).to_have_value("")
    assert not WorkingCopy.objects.filter(ended_at=None).exists()
