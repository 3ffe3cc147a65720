"""A platform says that a course was copied: its class is there with its dates before a launch."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain import jobs, sections
from courses.lti import access_tokens, addresses
from courses.lti.models import LtiClass, LtiContext, LtiDeployment, LtiNonce
from courses.models import Enrolment, Job, SectionQuiz
from tests.lti.gradebook import World
from tests.lti.platform.notices import COPY, copy_notice, send_notices
from tests.lti.platform.server import running
from tests.lti.platform.state import CLAIM
from tests.lti.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NEW = {"new": "course-2", "origin": "course-1"}
SERVICE = f"{CLAIM}platformnotificationservice"


@pytest.fixture
def world(tool):
    access_tokens._tokens.clear()
    with running() as platform:
        made = World(platform)
        platform.offers_notices = True
        made.section = made.launch().section
        made.opens = timezone.now() + timedelta(days=9)
        sections.set_dates(
            section=made.section, quiz=made.quiz, opens_at=made.opens, closes_at=None
        )
        yield made


def work():
    jobs.work(clock=timezone.now, until=timezone.now() + timedelta(minutes=1))


@pytest.fixture
def asked(world):
    work()
    return world


def notice(world, **more):
    return copy_notice(world.platform, world.tool, **{**NEW, **more})


def send(world, *texts):
    return send_notices(world.platform, world.tool, *texts)


def test_the_first_launch_asks_for_the_notice_of_copies_once(world):
    assert world.platform.handlers == {}
    work()
    assert world.platform.handlers == {("cx", COPY): addresses.notices(world.row.uuid)}
    world.launch("bob")
    assert Job.objects.filter(kind="lti_notices").count() == 1
    assert LtiDeployment.objects.get().notices_problem == ""


@pytest.mark.parametrize(
    "service",
    [
        None,
        [],
        {"notice_types_supported": ["LtiHelloWorldNotice"]},
        {"notice_types_supported": [COPY], "platform_notification_service_url": 7},
    ],
)
def test_where_the_platform_does_not_offer_it_nothing_is_asked(tool, service):
    access_tokens._tokens.clear()
    with running() as platform:
        world = World(platform)
        platform.offers_notices = True
        world.launch(more={SERVICE: service})
        assert not Job.objects.filter(kind="lti_notices").exists()


def test_a_platform_that_refuses_is_named_and_asked_again_when_wanted(world, admin_client):
    world.platform.faults = [("/notices", "403")]
    work()
    row = LtiDeployment.objects.get()
    assert "403" in row.notices_problem
    world.launch()
    work()
    assert world.platform.handlers == {}

    sent = {"action": "ask_for_notices", "_selected_action": row.pk}
    admin_client.post(reverse("admin:cx_courses_lti_ltideployment_changelist"), sent)
    world.launch()
    work()
    assert LtiDeployment.objects.get().notices_problem == ""
    assert world.platform.handlers


def test_the_class_of_a_copy_has_the_dates_and_nobody(asked):
    assert send(asked, notice(asked)) == 204
    copy = LtiClass.objects.get(context__context_id="course-2").section
    assert list(SectionQuiz.objects.filter(section=copy).values_list("quiz", "opens_at")) == [
        (asked.quiz.pk, asked.opens)
    ]
    assert not copy.enrolments.exists()
    assert Enrolment.objects.get().section == asked.section
    asked.launch("bob", more=asked.context("course-2"))
    assert copy.enrolments.get().user.course_identities.get().subject == "bob"
    assert LtiClass.objects.count() == 2


def test_a_notice_that_comes_again_changes_nothing(asked):
    text = notice(asked)
    assert send(asked, text, text) == 204
    SectionQuiz.objects.filter(section__lti_class__context__context_id="course-2").delete()
    assert send(asked, text) == 204
    assert send(asked, notice(asked)) == 204
    assert SectionQuiz.objects.count() == 1
    assert LtiClass.objects.count() == 2


@pytest.mark.parametrize(
    "more",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"azp": "another"},
        {"exp": 1},
        {"exp": None},
        {"iat": 1},
        {"nonce": None},
        {"nonce": ""},
        {f"{CLAIM}version": "1.1.0"},
        {f"{CLAIM}deployment_id": "unknown"},
        {f"{CLAIM}deployment_id": None},
        {f"{CLAIM}notice": None},
        {f"{CLAIM}notice": {"type": 7}},
        {f"{CLAIM}context": None},
        {f"{CLAIM}context": {"id": ""}},
    ],
)
def test_a_notice_that_is_not_for_us_is_refused(asked, more):
    nonces = LtiNonce.objects.count()
    assert send(asked, notice(asked, **more)) == 403
    assert LtiContext.objects.count() == LtiDeployment.objects.count() == 1
    assert LtiNonce.objects.count() == nonces


@pytest.mark.parametrize("origins", [None, [], "course-1", [7], ["\0"], ["unknown"], ["course-2"]])
def test_a_copy_of_something_unknown_makes_nothing(asked, origins):
    assert send(asked, notice(asked, **{f"{CLAIM}origin_contexts": origins})) == 204
    assert LtiClass.objects.count() == 1


def test_other_notices_are_taken_and_do_nothing(asked):
    hello = {"id": "1", "type": "LtiHelloWorldNotice"}
    assert send(asked, notice(asked, **{f"{CLAIM}notice": hello})) == 204
    assert LtiClass.objects.count() == 1


def test_what_is_not_signed_or_no_notice_is_refused(asked):
    assert send(asked, notice(asked)[:-9] + "AAAAAAAAA") == 403
    assert send(asked, "x") == 403
    assert send(asked, *["x"] * 21) == 400
    assert send(asked, "x" * 600_000) == 400
    url = addresses.notices(asked.row.uuid)
    assert Visitor().post(url, {"jwt": notice(asked)}).status == 400
    assert Visitor().get(url).status == 405
    LtiDeployment.objects.update(state="blocked")
    assert send(asked, notice(asked)) == 403
    asked.row.is_active = False
    asked.row.save()
    assert send(asked, notice(asked)) == 404
    assert LtiClass.objects.count() == 1
