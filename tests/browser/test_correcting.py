"""A wrong key is corrected in eight clicks, undone in two, and read of."""

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from courses.domain import jobs
from courses.models import Job, Notice, Result
from tests.admin.conftest import made_instructor, signed_in
from tests.browser.axe import examine
from tests.domain.test_regrading import World
from tests.factories import RIGHT, WRONG
from tests.lengths import length

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


class Hand:
    """Clicks in a page, and counts."""

    def __init__(self, page):
        self.page = page
        self.clicks = 0

    def click(self, role, name, **more):
        self.clicks += 1
        self.page.get_by_role(role, name=name, **more).click()


def enter(page, live_server, user):
    page.context.clear_cookies()
    session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME]
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.value, "url": live_server.url}
    page.context.add_cookies([cookie])


def work():
    """Do what waits in the background, and what waits a minute longer."""
    for _look in range(2):
        while jobs.work(clock=timezone.now, until=timezone.now() + jobs.SLICE):
            pass
        Job.objects.unfinished().update(due_at=timezone.now())


@pytest.mark.two_lengths
def test_a_wrong_key_is_corrected_read_of_and_undone(page, live_server):
    count = length(short=4, long=60)
    world = World()
    ada = world.learner(WRONG, WRONG, RIGHT)
    for number in range(count - 1):
        world.learner(*([WRONG, RIGHT, RIGHT] if number % 3 else [RIGHT, RIGHT, WRONG]))
    before = world.state()
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    enter(page, live_server, made_instructor(world.quiz.course))
    hand = Hand(page)

    # The page to which a suspicious question leads.
    start = reverse("admin:cx_courses_question_correct", args=[world.question.pk])
    page.goto(live_server.url + start)
    hand.click("link", "Change the key")
    hand.clicks += 1
    page.locator("[name='data.options~correct'][value='0']").check()
    hand.click("button", "Publish version 2")
    hand.click("button", "Publish now")
    hand.click("link", "Correct results")
    hand.click("button", "See what it would do")
    assert page.get_by_role("radio", name="Keep the better").is_checked()
    assert examine(page) == []
    page.get_by_label("Reason").press_sequentially("The import exchanged two options.")
    hand.click("button", f"Apply to {count} learners")
    expect(page.get_by_role("heading", name="Keep the better of the two")).to_be_visible()
    assert hand.clicks <= 8
    done = page.url
    work()
    assert round(Result.objects.get(enrolment=ada).percent) == 67
    assert not any(row.percent < 60 for row in Result.objects.all())

    enter(page, live_server, ada.user)
    page.goto(live_server.url + reverse("cx_courses:course", args=[world.quiz.course.key]))
    notice = page.get_by_role("region", name="Notices")
    expect(notice).to_contain_text("went from 33% to 67%")
    page.get_by_role("link", name="Look at your answers").click()
    expect(
        page.get_by_text("The key was “Her solved need”, now it is “Our tickets”.")
    ).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Mark as read").click()
    expect(notice).to_have_count(0)
    assert Notice.objects.get(enrolment=ada).read_at is not None

    enter(page, live_server, made_instructor(world.quiz.course))
    page.goto(done)
    assert examine(page) == []
    hand = Hand(page)
    page.locator("summary", has_text="Undo").click()
    hand.clicks += 1
    hand.click("button", "Undo the whole correction")
    assert hand.clicks == 2
    work()
    page.reload()
    expect(page.get_by_text("Undone:")).to_be_visible()
    assert world.state()[:3] == before[:3]
