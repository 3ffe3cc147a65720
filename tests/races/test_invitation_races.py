"""The last place of an invitation goes to one person, whoever takes it at once."""

from datetime import timedelta

import pytest

from courses.domain import invitations, sections
from courses.errors import NotFound
from courses.models import Enrolment, Event
from tests.factories import NOW, CourseFactory, UserFactory
from tests.races.clients import COUNT, acknowledged, clients, rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]


def invite(section, uses):
    day = timedelta(days=1)
    return invitations.create(section=section, lifetime=day, uses=uses, now=NOW)


def test_the_last_place_is_taken_by_exactly_one():
    section = sections.create(course=CourseFactory(), key="evening", title="", now=NOW)
    with clients() as together:
        for _round in range(rounds()):
            made = invite(section, uses=1)
            people = [UserFactory() for _client in range(COUNT)]

            def prepare(client, made=made, people=people):
                return lambda: invitations.accept(text=made.text, by=people[client], now=NOW)

            calls = together.race(prepare)

            assert len(acknowledged(calls)) == 1
            assert {type(one.refusal) for one in calls if one.refusal} == {NotFound}
            assert Enrolment.objects.filter(user__in=people).count() == 1
            made.row.refresh_from_db()
            assert made.row.uses_left == 0


def test_one_person_in_several_windows_takes_one_place():
    section = sections.create(course=CourseFactory(), key="evening", title="", now=NOW)
    with clients() as together:
        for _round in range(rounds()):
            made, ada = invite(section, uses=COUNT), UserFactory()

            def prepare(_client, made=made, ada=ada):
                return lambda: invitations.accept(text=made.text, by=ada, now=NOW)

            calls = together.race(prepare)

            joined = {row.pk for row in acknowledged(calls)}
            assert joined == {Enrolment.objects.get(user=ada).pk}
            assert len(acknowledged(calls)) == COUNT
            made.row.refresh_from_db()
            assert made.row.uses_left == COUNT - 1
            assert Event.objects.filter(enrolment__user=ada).count() == 1
