"""Two markers take, mark and release the same response at one moment."""

import pytest
from django.contrib.auth import get_user_model

from courses.domain.marking import claims, giving, queue, release
from courses.domain.marking.queue import Scope
from courses.domain.verifying import verify
from courses.models import Attempt, AttemptItem, Event, Grading, Mark, MarkingClaim, Result
from tests.marking.world import HALF, HOUR, NOW, make_world
from tests.races.clients import acknowledged, clients, refusals, rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]
LATER = NOW + HOUR


@pytest.fixture
def pair():
    with clients(2) as running:
        yield running


def loaded(world, client, number=0):
    """The marker of this client and the item, as a request loads them."""
    user = get_user_model().objects.get(pk=(world.grace, world.marker)[client].pk)
    return user, AttemptItem.objects.select_related("attempt").get(pk=world.items[number].pk)


def test_one_of_two_gets_a_claim_that_is_free_or_has_lapsed(pair):
    world = make_world(texts=1)
    for now in [NOW, NOW + claims.LASTS, *(NOW + claims.LASTS * n for n in range(2, rounds() + 2))]:

        def prepare(client, now=now):
            user, item = loaded(world, client)
            return lambda: claims.take(item=item, by=user, now=now)

        calls = pair.race(prepare)

        assert len(acknowledged(calls)) == 1
        assert refusals(calls) == {"Conflict"}
        assert MarkingClaim.objects.get().by == acknowledged(calls)[0].by


def test_two_who_begin_at_once_get_different_responses(pair):
    world = make_world(texts=2)
    for _ in range(rounds()):
        MarkingClaim.objects.all().delete()

        def prepare(client):
            user, _item = loaded(world, client)
            rows = queue.waiting(by=user, scope=Scope(world.quiz.course))
            return lambda: queue.take_next(rows=rows, by=user, now=NOW)

        taken = acknowledged(pair.race(prepare))

        assert {item.pk for item in taken} == {item.pk for item in world.items}


def test_the_second_of_two_marks_over_one_another_is_refused(pair):
    count = rounds()
    world = make_world(texts=count)
    for number in range(count):

        def prepare(client, number=number):
            user, item = loaded(world, client, number)
            scaled = (HALF, 1)[client]
            return lambda: giving.give(item=item, by=user, now=LATER, based_on=1, scaled=scaled)

        calls = pair.race(prepare)

        assert refusals(calls) == {"Conflict"}
        (given,) = acknowledged(calls)
        item = world.items[number]
        assert list(item.gradings.filter(kind="person")) == [given.grading]
        assert item.scaled == given.grading.scaled
    assert not list(verify(now=LATER))


def test_first_and_second_mark_at_once_are_one_first_mark(pair):
    world = make_world(texts=rounds(), second_marker=True)
    for number in range(rounds()):

        def prepare(client, number=number):
            user, item = loaded(world, client, number)
            return lambda: giving.give(item=item, by=user, now=LATER, based_on=None, scaled=HALF)

        calls = pair.race(prepare)

        assert refusals(calls) == set()
        assert {given.state for given in acknowledged(calls)} == {"second", "graded"}
        assert Mark.objects.filter(item=world.items[number]).count() == 2
    assert not list(verify(now=LATER))


def test_a_release_while_a_mark_is_given_shows_what_was_given(pair):
    """Either the mark is released with the rest, or it stays held until the next release."""
    count = rounds()
    world = make_world(texts=count, holds_marks=True)
    for number in range(count):

        def prepare(client, number=number):
            user, item = loaded(world, client, number)
            if client:
                return lambda: giving.give(item=item, by=user, now=LATER, based_on=1, scaled=1)
            held = release.attempts_held(by=user, course=world.quiz.course)
            return lambda: release.release(attempts=held, by=user, now=LATER)

        calls = pair.race(prepare)

        assert refusals(calls) == set()
        attempt = Attempt.objects.get(pk=world.items[number].attempt_id)
        result = Result.objects.get(attempt=attempt)
        shown = Event.objects.filter(type="result.shown", enrolment=attempt.enrolment).count()
        assert (result.shown_at is not None) == (attempt.released_at is not None) == bool(shown)
        assert Grading.objects.filter(item__attempt=attempt, kind="person").count() == 1
    assert not list(verify(now=LATER))
