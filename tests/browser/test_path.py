"""From newcomer to certificate by the main button of every page alone."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from courses.models import Certificate, CertificateRule, Enrolment, Quiz
from tests.browser.axe import violations
from tests.browser.room import is_too_wide
from tests.factories import ModuleFactory, UserFactory, make_lesson, make_quiz

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_PAGES = 60
"""A way of more pages goes round in circles."""


@pytest.fixture
def course():
    """Two modules, one of them with both tests, an optional one, and an exam on both."""
    first = ModuleFactory(course__key="cx", course__title="Experience", key="m1", position=1)
    second = ModuleFactory(course=first.course, key="m2", position=2)
    aside = ModuleFactory(course=first.course, key="aside", position=3, is_optional=True)
    practice = {"questions": 1, "module": first, "kind": "practice"}
    pre = make_quiz(key="m1-pre", title="Pre-test", position=1, **practice)
    make_quiz(key="m1-post", title="Post-test", position=2, compares_with=pre, **practice)
    make_lesson(key="checked", module=first, checks=2)
    for module in (second, aside):
        plain = {"checks": 0, "completion": "confirm"}
        make_lesson(key=f"{module.key}-1", module=module, **plain)
    for module in (first, second):
        make_quiz(key=f"{module.key}-quiz", module=module, position=3, questions=1)
    exam = make_quiz(key="exam", title="Exam", kind="exam", questions=1, module=second)
    Quiz.objects.filter(pk=exam.pk).update(module=None)
    exam.requires_modules.set([first, second])
    CertificateRule.objects.create(course=first.course, valid_months=24)
    return first.course


def main_button(page: Page):
    """The one main button of the page that can be seen."""
    found = page.locator("main .button-primary:visible")
    assert found.count() <= 1, (page.url, found.all_inner_texts())
    return found


def answer(page: Page) -> None:
    """Answer what the page asks, each time with the right choice."""
    open_checks = page.locator("[data-check][data-answered=false]")
    for left in range(open_checks.count(), 0, -1):
        open_checks.first.locator("input[value=b]").check()
        open_checks.first.get_by_role("button", name="Check my response").click()
        expect(open_checks).to_have_count(left - 1)
    for choice in page.locator(".attempt-form input[value=b]").all():
        choice.check()


def test_main_buttons_alone_lead_through_the_course(course, live_server, context, sign_in, page):
    ada = UserFactory()
    sign_in(context, ada)
    end = live_server.url + reverse("cx_courses:course-complete", args=["cx"])
    page.goto(live_server.url + reverse("cx_courses:catalogue"))
    walked = []
    while page.url != end:
        walked.append(page.url.removeprefix(live_server.url).partition("#")[0])
        assert len(walked) < MOST_PAGES, walked
        answer(page)
        with page.expect_navigation():
            main_button(page).click()

    assert Enrolment.objects.get(user=ada).completed_at is not None
    steps = [one.split("/")[-2] for one in walked if "/quizzes/" in one or "/lessons/" in one]
    order = ["m1-pre", "checked", "m1-post", "m1-quiz", "m2-1", "m2-quiz", "exam"]
    assert list(dict.fromkeys(steps)) == order
    assert "1 of 1" in page.locator("main").inner_text()
    with page.expect_navigation():
        main_button(page).click()
    certificate = Certificate.objects.get(enrolment__user=ada)
    place = reverse("cx_courses:certificate", args=[certificate.uuid])
    assert page.url == live_server.url + place
    assert main_button(page).count() == 1
    module = live_server.url + reverse("cx_courses:module-complete", args=["cx", "m1"])
    home = live_server.url + reverse("cx_courses:course", args=["cx"])
    quiz = live_server.url + reverse("cx_courses:quiz", args=["cx", "m1-quiz"])
    for url in (end, module, home, quiz):
        page.goto(url)
        main_button(page)
        assert violations(page, "light") == [], url
        page.set_viewport_size({"width": 320, "height": 640})
        assert not is_too_wide(page), url
        page.set_viewport_size({"width": 1280, "height": 800})
