"""People launch by two registrations while one takes the other's place: nobody is lost."""

import pytest
from django.utils import timezone

from courses.lti import succession
from courses.lti.models import LtiClass, LtiContext
from courses.lti.succession_model import LtiSuccession
from courses.models import Enrolment, Launch
from tests.factories import make_quiz
from tests.lti.school import School
from tests.races.clients import Clients, acknowledged, refusals
from tests.races.test_lti_races import post, prepared

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
]
CLIENTS = 12


@pytest.fixture
def together():
    running = Clients(CLIENTS)
    yield running
    running.close()


def test_launches_while_a_successor_is_declared_end_in_one_class(together):
    former, successor = School(), School(client_id="tool-2")
    course = make_quiz().course
    post(*prepared(former, course, sub="old"))
    post(*prepared(successor, course, sub="new"))
    schools = [successor if number % 2 else former for number in range(CLIENTS)]
    forms = [prepared(one, course, sub=str(number)) for number, one in enumerate(schools)]
    rows = {"former": former.row, "successor": successor.row}
    places = succession.suggestion(**rows)

    def call(client):
        if client == 0:
            return lambda: succession.declare(**rows, places=places, by=None, now=timezone.now())
        return lambda: post(*forms[client])

    calls = together.race(call)

    assert refusals(calls) <= {"LaunchDenied"}
    refused = {one.refusal.reason for one in calls if one.refusal}
    assert refused <= {"registration_replaced", "registration_unknown", "class_moved"}
    assert LtiSuccession.objects.count() == LtiClass.objects.count() == 1
    assert LtiContext.objects.get().deployment.registration == successor.row
    section = LtiClass.objects.get().section
    entered = Enrolment.objects.all()
    assert {row.section for row in entered} == {section}
    assert Launch.objects.count() == len(acknowledged(calls)) - 1 + 2
    assert entered.count() == Launch.objects.count()


def test_two_administrators_declare_one_successor(together):
    former = School()
    others = [School(client_id=f"new-{number}") for number in range(2)]
    course = make_quiz().course
    post(*prepared(former, course))

    def call(client):
        chosen = {"former": former.row, "successor": others[client % 2].row}
        places = succession.suggestion(**chosen)
        return lambda: succession.declare(**chosen, places=places, by=None, now=timezone.now())

    calls = together.race(call)

    assert len(acknowledged(calls)) == 1
    assert refusals(calls) == {"Conflict"}
    found = LtiSuccession.objects.get()
    assert LtiContext.objects.get().deployment.registration == found.successor
