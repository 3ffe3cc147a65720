"""Marks by one marker and by two: what counts, when, and who may give which."""

import datetime as dt
from fractions import Fraction

import pytest

from courses.domain.marking import claims, giving
from courses.domain.verifying import verify
from courses.errors import Conflict
from courses.models import Attempt, Event, Grading, Mark, MarkingClaim
from tests.marking.world import HALF, NOW, levels, make_world

pytestmark = pytest.mark.django_db


def give(world, item, by, based_on=None, **values):
    return giving.give(item=item, by=by, now=NOW, based_on=based_on, **values)


def test_with_one_marker_a_mark_is_graded_at_once_and_ends_the_claim():
    world = make_world(texts=1)
    (item,) = world.items
    claims.take(item=item, by=world.marker, now=NOW)
    assert giving.revision(item=item) == 1

    given = give(world, item, world.grace, 1, parts=levels(1, 1), feedback="Good.")

    assert (given.state, given.grading.scaled, given.grading.by) == (
        "graded",
        Fraction(3, 4),
        world.grace,
    )
    assert not Mark.objects.exists()
    assert not MarkingClaim.objects.exists()
    assert Attempt.objects.get().state == "graded"


class TestTwoMarkers:
    @pytest.fixture
    def world(self):
        return make_world(texts=1, second_marker=True, marker_tolerance=25)

    def test_the_mean_counts_when_they_are_near(self, world):
        (item,) = world.items
        first = give(world, item, world.grace, 1, parts=levels(1, 1), feedback="Clear.")
        assert (first.state, first.grading) == ("second", None)
        assert Attempt.objects.get().state == "submitted"

        second = give(world, item, world.marker, 2, parts=levels(2, 1), feedback="Very clear.")

        assert second.state == "graded"
        row = Grading.objects.get(kind="person")
        assert (row.scaled, row.feedback) == (Fraction(7, 8), "Clear.\n\nVery clear.")
        assert [(part["level"], part["scaled"]) for part in row.parts] == [(None, "3/4"), (1, "1")]
        assert Event.objects.filter(type="attempt.graded").count() == 1
        assert not list(verify(now=NOW))

    def test_an_agreed_mark_is_needed_when_they_differ(self, world):
        (item,) = world.items
        give(world, item, world.grace, parts=levels(0, 0))
        second = give(world, item, world.marker, parts=levels(2, 1))
        assert second.state == "differs"
        assert not Grading.objects.filter(kind="person").exists()

        agreed = give(world, item, world.grace, 3, parts=levels(1, 1), reason="We talked.")

        assert (agreed.state, agreed.grading.scaled) == ("graded", Fraction(3, 4))
        assert [mark.round for mark in Mark.objects.all()] == ["first", "second", "agreed"]
        later = give(world, item, world.marker, scaled=HALF)
        assert later.grading.sequence == 3
        assert Mark.objects.count() == 3

    def test_nobody_gives_both(self, world):
        (item,) = world.items
        give(world, item, world.grace, scaled=HALF)

        with pytest.raises(Conflict, match="first mark"):
            give(world, item, world.grace, scaled=HALF)

        assert Mark.objects.count() == 1

    def test_a_mark_that_was_not_seen_is_named(self, world):
        (item,) = world.items
        give(world, item, world.grace, 1, scaled=HALF)

        with pytest.raises(Conflict) as refused:
            give(world, item, world.marker, 1, scaled=HALF)

        assert refused.value.details["marks"] == [Mark.objects.get()]

    def test_a_difference_of_the_tolerance_is_averaged(self, world):
        (item,) = world.items
        give(world, item, world.grace, scaled=HALF)

        assert give(world, item, world.marker, scaled=Fraction(1, 4)).state == "graded"


class TestClaims:
    def test_one_holds_it_until_it_lapses(self):
        world = make_world(texts=1)
        (item,) = world.items
        lasts = claims.LASTS
        claims.take(item=item, by=world.grace, now=NOW, draft={"feedback": "So"})

        with pytest.raises(Conflict) as refused:
            claims.take(item=item, by=world.marker, now=NOW + lasts - dt.timedelta(seconds=1))
        assert refused.value.details["claim"].by == world.grace

        later = NOW + dt.timedelta(minutes=10)
        held = claims.take(item=item, by=world.grace, now=later)
        assert (held.until, held.draft) == (later + lasts, {"feedback": "So"})
        taken = claims.take(item=item, by=world.marker, now=later + lasts)
        assert (taken.by, taken.draft) == (world.marker, {})

    def test_letting_go_frees_the_own_one_alone(self):
        world = make_world(texts=1)
        (item,) = world.items
        claims.take(item=item, by=world.grace, now=NOW)
        claims.let_go(item=item, by=world.marker)
        assert claims.of(item=item, now=NOW).by == world.grace
        claims.let_go(item=item, by=world.grace)
        assert claims.of(item=item, now=NOW) is None
