"""Columns that a teacher asked for at a link to a course: its own number, and one for each quiz."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.lti import access_tokens, addresses, class_merging, column_calls, further_columns
from courses.lti.column_calls import TAG
from courses.lti.models import LtiClass, LtiContext, LtiLink, LtiRegistration
from courses.lti.sent_scores import send_whole_class
from courses.models import Delivery, DeliveryTry, LineItem, WebhookEndpoint
from tests.factories import RIGHT, WRONG, UserFactory, make_quiz, take_quiz
from tests.lti.gradebook import World
from tests.lti.platform.server import running
from tests.lti.platform.state import AGS, CLAIM, INSTRUCTOR

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ASKED = {"cx_columns": "quizzes", "cx_score": "quizzes"}


@pytest.fixture
def world(tool):
    access_tokens._tokens.clear()
    with running() as platform:
        platform.one_score_a_second = True
        found = World(platform)
        found.second = make_quiz(module=found.quiz.module, questions=2)
        yield found


def launch(world, user="ada", **more):
    """Somebody clicks a link to the course at which the teacher asked for columns."""
    return world.launch(user, quiz="", more={f"{CLAIM}custom": ASKED}, **more)


def made(world):
    """The columns that were made, by the title of their quiz."""
    rows = world.platform.line_items
    return {row["label"]: number for number, row in rows.items() if row.get("tag") == TAG}


def posts(world):
    return [one for one in world.platform.calls if one[:2] == ("POST", "/lineitems")]


def test_each_quiz_has_a_column_and_the_link_has_their_mean(world):
    ada = launch(world)
    bob = launch(world, "bob")
    assert made(world) == {}
    world.take(ada, RIGHT, WRONG)
    world.take(bob, RIGHT, RIGHT)
    world.relay()

    columns = made(world)
    assert set(columns) == {world.quiz.title, world.second.title}
    first, second = columns[world.quiz.title], columns[world.second.title]
    assert (world.given("ada", first), world.given("bob", first)) == ([50], [100])
    assert world.given("ada", second) == []
    assert world.given() == [50]
    assert world.sent()[-1]["activityProgress"] == "InProgress"

    assert LineItem.objects.filter(quiz=world.quiz).update(weight=3) == 1
    take_quiz(ada, world.second, RIGHT, RIGHT, now=timezone.now())
    world.relay()

    assert world.given("ada", second) == [100]
    assert world.given() == [50, 62.5]
    assert world.sent()[-1]["activityProgress"] == "Completed"
    assert len(posts(world)) == 2
    assert not Delivery.objects.exclude(state="done").exists()


def test_columns_lead_to_the_work_where_the_platform_opens_it(world):
    """What we say of the column is enough for the review: it belongs to no link."""
    LtiRegistration.objects.update(sends_reviews=True)
    ada = launch(world)
    attempt = take_quiz(ada, world.quiz, RIGHT, RIGHT, now=timezone.now())
    world.relay()
    column = world.platform.line_items[made(world)[world.quiz.title]]
    offered = column["submissionReview"]
    named = addresses.Named(world.quiz.course.key, quiz=world.quiz.key)
    assert offered["reviewableStatus"] == ["InProgress", "Submitted", "Completed"]
    assert offered["url"] == addresses.of_target(named)

    more = {
        f"{CLAIM}for_user": {"user_id": "ada"},
        f"{CLAIM}resource_link": None,
        f"{CLAIM}custom": offered["custom"],
    }
    kind = "LtiSubmissionReviewRequest"
    page, _visitor = world.click("grace", INSTRUCTOR, item=column["id"], kind=kind, more=more)
    assert page.url.endswith(reverse("cx_courses:review", args=[attempt.uuid]))
    # The line item alone names the quiz.
    more[f"{CLAIM}custom"] = None
    page, _visitor = world.click("grace", INSTRUCTOR, item=column["id"], kind=kind, more=more)
    assert page.url.endswith(reverse("cx_courses:review", args=[attempt.uuid]))
    more[f"{CLAIM}context"] = None
    page, _visitor = world.click("grace", INSTRUCTOR, item=column["id"], kind=kind, more=more)
    assert "resource_link_missing" in page.text


def test_a_column_that_the_platform_has_is_not_made_again(world):
    """A relay was killed after it had made it: it is found on the second page of the list."""
    for number, quiz in ((2, world.second), (3, world.quiz)):
        world.column(number)
        resource = f"{quiz.course.key}/{quiz.key}"
        world.platform.line_items[number] |= {"tag": TAG, "resourceId": resource}
    world.take(launch(world), RIGHT, RIGHT)
    world.relay()

    assert posts(world) == []
    assert world.given(item=3) == [100]


def test_where_the_platform_lets_us_make_none_there_are_none(world):
    world.tool.scopes = tuple(one for one in AGS if not one.endswith("/lineitem"))
    world.take(launch(world), RIGHT, WRONG)
    world.relay()

    assert world.given() == [50]
    assert not LtiLink.objects.filter(is_further=True).exists()
    assert posts(world) == []


def test_a_quiz_with_a_column_of_its_own_gets_no_second(world):
    world.launch("bob", item=world.column(2), link="link-2")
    world.take(launch(world), RIGHT, WRONG)
    world.relay()

    assert set(made(world)) == {world.second.title}
    assert world.given(item=2) == [50]


@pytest.mark.parametrize("fault", ["500", "cut", "403"])
def test_faults_of_the_platform_delay_a_column_and_refusals_end_it(world, fault):
    world.take(launch(world), RIGHT, WRONG)
    refusals = 2 if fault == "403" else 1
    world.platform.faults += [("/lineitems", fault)] * refusals
    world.relay()
    world.relay(timedelta(minutes=2))

    assert world.given() == [50]
    assert len(made(world)) == (0 if fault == "403" else 2)
    assert WebhookEndpoint.objects.get().failures == 0
    assert not LtiLink.objects.filter(further_columns.wanted()).exists()
    refused = LtiLink.objects.filter(problem="refused")
    assert refused.count() == (2 if fault == "403" else 0)


def test_a_replaced_registration_leaves_its_columns_behind(world):
    """They belong to the former tool; the next launch of the new one asks for its own."""
    world.take(launch(world), RIGHT, WRONG)
    world.relay()
    former = LtiContext.objects.get()
    successor = LtiContext.objects.create(
        deployment=former.deployment, context_id="new", created_at=timezone.now()
    )

    staff = UserFactory(is_superuser=True)
    class_merging.merge(former=former, successor=successor, by=staff, now=timezone.now())

    assert [link.is_further for link in LtiLink.objects.all()] == [False]


def test_a_list_of_columns_that_goes_on_at_another_site_gets_no_token(world):
    """It ends this column alone: scores of others are sent, and teachers see why there is none."""
    ada = launch(world)
    teacher = world.seat("grace", INSTRUCTOR)
    with running() as other:
        world.platform.next_page = f"{other.base}/lineitems?page=2"
        world.take(ada, RIGHT, WRONG)
        world.relay()
        assert other.calls == []
    assert made(world) == {}
    assert world.given() == [50]
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.failures, endpoint.paused_until) == (0, None)
    problems = LtiLink.objects.filter(is_further=True).values_list("problem", flat=True)
    assert set(problems) == {"elsewhere"}
    page = teacher.get("class-scores", world.quiz.course.key).text
    assert f"<bdi>{world.quiz.title}</bdi>: The platform&#x27;s list of columns goes on" in page

    world.platform.next_page = ""
    world.relay(timedelta(hours=1))
    assert made(world) == {}
    # Once the platform is mended, an administrator sends the scores of the class again.
    send_whole_class(lti_class=LtiClass.objects.get(), now=world.clock())
    world.relay()
    columns = made(world)
    assert set(columns) == {world.quiz.title, world.second.title}
    assert world.given(item=columns[world.quiz.title]) == [50]
    page = teacher.get("class-scores", world.quiz.course.key).text
    assert "could not be made" not in page


@pytest.mark.parametrize(("pages", "problem"), [(3, "is too long"), (200, "leads back to itself")])
def test_where_the_list_has_no_end_no_second_column_is_made(world, monkeypatch, pages, problem):
    """There may be one behind; the scores of other columns are sent all the same."""
    monkeypatch.setattr(column_calls, "MOST_PAGES", pages)
    world.platform.page_size = 1
    for number in range(2, 8):
        world.column(number)
        world.platform.line_items[number] |= {"tag": TAG, "resourceId": f"other-{number}"}
    world.platform.ignores_filters = True
    if pages > len(world.platform.line_items):
        world.platform.next_page = f"{world.platform.base}/lineitems?From=0"
    world.take(launch(world), RIGHT, WRONG)
    world.relay()

    assert posts(world) == []
    assert world.given() == [50]
    assert any(problem in one for one in DeliveryTry.objects.values_list("answer", flat=True))
    assert not LtiLink.objects.filter(further_columns.wanted()).exists()
    assert WebhookEndpoint.objects.get().failures == 0


def test_a_page_that_is_too_long_to_read_makes_no_second_column(world):
    world.take(launch(world), RIGHT, WRONG)
    world.platform.faults += [("/lineitems?", "huge")] * 2
    world.relay()

    assert posts(world) == []
    assert world.given() == [50]
    problems = LtiLink.objects.filter(is_further=True).values_list("problem", flat=True)
    assert list(problems) == ["too_long"] * 2


def test_a_column_far_down_the_list_is_found(world):
    world.platform.page_size, world.platform.ignores_filters = 1, True
    for number in range(2, 30):
        world.column(number)
    for number, quiz in ((28, world.second), (29, world.quiz)):
        resource = f"{quiz.course.key}/{quiz.key}"
        world.platform.line_items[number] |= {"tag": TAG, "resourceId": resource}
    world.take(launch(world), RIGHT, RIGHT)
    world.relay()

    assert posts(world) == []
    assert world.given(item=29) == [100]
