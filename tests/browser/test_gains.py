"""A pre-test beside its post-test, in Chromium: accessible, and it fits a narrow page."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from courses.domain.attempts import quiz_page
from tests.browser.axe import examine
from tests.browser.room import is_too_wide
from tests.domain.test_gains import make_tests, read_all, sit
from tests.factories import NOW, RIGHT, WRONG, make_learner, reader_of
from tests.lengths import spread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("scheme", "width"), spread([("dark", 320), ("light", 1280)], check=1))
def test_before_and_after_are_seen_side_by_side(
    browser: Browser, live_server: Any, sign_in: Any, scheme: str, width: int
) -> None:
    pretest, post_test = make_tests()
    ada = make_learner(pretest.course)
    read_all(ada)
    sit(ada, pretest, WRONG, RIGHT)
    sit(ada, post_test, RIGHT, RIGHT)
    assert quiz_page(reader=reader_of(ada), quiz_key=post_test.key, now=NOW).gains
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    sign_in(context, ada.user)
    page = context.new_page()
    page.goto(live_server.url + reverse("cx_courses:quiz", args=[ada.course.key, post_test.key]))
    faults, is_wide = examine(page), is_too_wide(page)

    expect(page.get_by_text("Pre-test: 1 of 2 right. Post-test: 2 of 2 right.")).to_be_visible()
    expect(page.get_by_role("table").first.get_by_role("row")).to_have_count(3)
    context.close()
    assert faults == []
    assert not is_wide
