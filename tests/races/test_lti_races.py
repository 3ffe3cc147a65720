"""Many post one launch, or use one invitation, at once: one gets in."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.crypto import get_random_string

from courses.lti import inviting, joining, launching, notices, states
from courses.lti import vocabulary as words
from courses.lti.models import LtiClass, LtiContext, LtiKey, LtiRegistration
from courses.models import Enrolment, ExternalIdentity, Launch, Section
from tests.factories import make_quiz
from tests.lti.platform.server import running
from tests.lti.school import School
from tests.races.clients import Clients, acknowledged, refusals, rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]
CLIENTS = 50


@pytest.fixture
def together():
    running = Clients(CLIENTS)
    yield running
    running.close()


def prepared(school, course, **claims):
    """A browser in which a login was begun, and what it posts."""
    http = Client()
    asked = school.begin(http)
    given = {words.CUSTOM: {"cx_course": course.key}, **claims}
    token = school.sign(school.claims(asked["nonce"], **given))
    name = states.cookie_name(asked["state"])
    return {"state": asked["state"], "id_token": token}, {name: http.cookies[name].value}


def post(form, cookies):
    arrival = launching.Arrival(timezone.now())
    return launching.receive(arrival=arrival, form=form, cookies=cookies)


def test_a_nonce_opens_one_session(together):
    school, course = School(), make_quiz().course
    for number in range(1, rounds() + 1):
        form, cookies = prepared(school, course)
        calls = together.race(lambda _c, f=form, k=cookies: lambda: post(f, k))

        assert len(acknowledged(calls)) == 1
        assert {one.refusal.reason for one in calls if one.refusal} == {"nonce_used"}
        assert refusals(calls) == {"LaunchDenied"}
        assert Launch.objects.count() == number


def notice(school, **more):
    """A signed notice that the course "copy" was made from "red"."""
    claims = school.claims(
        **{
            "nonce": get_random_string(12),
            words.NOTICE: {"id": "1", "type": words.CONTEXT_COPY},
            words.CONTEXT: {"id": "copy"},
            words.ORIGIN_CONTEXTS: ["red"],
            **more,
        }
    )
    return school.sign(claims)


def receive(school, text):
    return notices.receive(registration=school.row, text=text, now=timezone.now())


def test_a_notice_is_taken_once_and_a_copy_has_one_class(together):
    school, course = School(), make_quiz().course
    post(*prepared(school, course))
    one = notice(school)
    calls = together.race(lambda _c: lambda: receive(school, one))

    assert len(acknowledged(calls)) == 1
    assert {one.refusal.reason for one in calls if one.refusal} == {"nonce_used"}
    again = {words.CONTEXT: {"id": "copy 2"}}
    texts = [notice(school, **again) for _client in range(CLIENTS)]
    calls = together.race(lambda client: lambda: receive(school, texts[client]))

    assert len(acknowledged(calls)) == CLIENTS
    assert LtiClass.objects.count() == LtiContext.objects.count() == 3
    assert Section.objects.filter(course=course, is_default=False).count() == 3


def test_first_launches_of_a_class_make_one_class(together):
    school, course = School(), make_quiz().course
    forms = [prepared(school, course, sub=str(number % 10)) for number in range(CLIENTS)]

    calls = together.race(lambda client: lambda: post(*forms[client]))

    assert len(acknowledged(calls)) == CLIENTS
    assert LtiContext.objects.count() == LtiClass.objects.count() == 1
    assert Section.objects.filter(course=course, is_default=False).count() == 1
    assert ExternalIdentity.objects.count() == Enrolment.objects.count() == 10
    assert Launch.objects.count() == CLIENTS


def test_an_invitation_registers_one_platform(together, settings):
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    now = timezone.now()
    with running() as platform:
        url = f"{platform.base}/.well-known/openid-configuration"
        for number in range(1, rounds() + 1):
            row = inviting.create(note="Moodle", lifetime=timedelta(days=1), now=now).row
            facts = joining.look(invitation=row, url=url, token="")
            agreed = {"invitation": row, "facts": facts, "token": "", "privacy": "name", "now": now}
            calls = together.race(lambda _c, a=agreed: lambda: joining.register(**a))

            assert len(acknowledged(calls)) == 1
            assert refusals(calls) == {"NotFound"}
            assert len(platform.registrations) == number
            assert LtiRegistration.objects.filter(is_active=True).count() == number
            assert LtiRegistration.objects.count() == LtiKey.objects.count() == number
