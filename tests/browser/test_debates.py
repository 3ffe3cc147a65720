"""A debate in Chromium: vote, read, vote again; narrow, wide, light and dark."""

from itertools import product
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect

from courses.models import VoteTally
from tests.browser.axe import examine
from tests.browser.room import is_too_wide
from tests.factories import make_debate, make_learner
from tests.lengths import spread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def debate() -> Any:
    """A debate on which six people have voted twice."""
    lesson, first, second = make_debate()
    lesson.rendered["segments"].insert(0, {"html": '<h2 id="vote">Vote before you read</h2>'})
    lesson.save()
    VoteTally.objects.create(question=first, shown={"a": {"a": 1, "b": 3}, "b": {"b": 2}})
    return lesson, first, second


@pytest.fixture
def visit(browser: Browser, live_server: Any, sign_in: Any, debate: Any) -> Any:
    """`visit(**options)` → the lesson in the browser of a new learner."""
    contexts = []

    def come(**options: Any) -> Page:
        contexts.append(browser.new_context(**options))
        lesson = debate[0]
        sign_in(contexts[-1], make_learner(lesson.module.course).user)
        page = contexts[-1].new_page()
        page.goto(
            live_server.url
            + reverse("cx_courses:lesson", args=[lesson.module.course.key, lesson.key])
        )
        return page

    yield come
    for context in contexts:
        context.route("**/visit/", lambda route: route.abort())
        context.close()


def vote(page: Page, question: Any, side: str, certainty: str) -> Locator:
    check = page.locator(f"#check-{question.key}")
    check.get_by_label(side).check()
    check.get_by_label("How sure are you?").select_option(certainty)
    check.get_by_role("button", name="Cast my vote").click()
    expect(check.get_by_text("Your vote has been saved.")).to_be_visible()
    return check


def test_vote_read_vote_again_and_see_the_move(visit: Any, debate: Any) -> None:
    page = visit()
    before = page.url
    _lesson, first, second = debate
    check = page.locator(f"#check-{first.key}")
    check.get_by_label("Everyone owns it").check()
    check.get_by_role("button", name="Cast my vote").click()
    expect(check.get_by_role("alert")).to_contain_text("Say how sure you are")
    expect(check.get_by_label("Everyone owns it")).to_be_checked()

    check = vote(page, first, "Everyone owns it", "70")
    expect(check.locator("[data-outcome]")).to_be_focused()
    expect(check.get_by_role("button")).to_have_count(0)
    check = vote(page, second, "One lead owns it", "50")
    expect(check.locator("[data-outcome]")).to_be_focused()
    expect(check.get_by_text("You changed sides.")).to_be_visible()
    expect(check.get_by_role("row")).to_have_count(5)
    expect(page.get_by_text("2 of 3 checks answered")).to_be_visible()
    assert page.url == before


@pytest.mark.proofs
def test_a_debate_works_without_a_script(visit: Any, debate: Any) -> None:
    page = visit(java_script_enabled=False)
    _lesson, first, second = debate
    vote(page, first, "Everyone owns it", "70")
    check = vote(page, second, "Everyone owns it", "100")

    expect(check.get_by_text("You kept your side, surer than before.")).to_be_visible()
    expect(check.get_by_role("table")).to_contain_text("How 6 people voted")


@pytest.mark.parametrize(
    ("scheme", "width"), spread(product(["dark", "light"], [320, 1280]), check=1)
)
def test_a_debate_is_accessible_and_fits(visit: Any, debate: Any, scheme: str, width: int) -> None:
    page = visit(color_scheme=scheme, viewport={"width": width, "height": 800})
    _lesson, first, second = debate
    for moment in ("before", "after"):
        assert examine(page) == []
        assert not is_too_wide(page)
        if moment == "before":
            vote(page, first, "Everyone owns it", "70")
            vote(page, second, "One lead owns it", "50")
