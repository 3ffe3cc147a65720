"""The arithmetic of the daily review: what a response does to a card, and when it is due."""

import datetime as dt
from fractions import Fraction
from random import Random
from zoneinfo import ZoneInfo

import pytest
from fsrs import Card, Rating, Scheduler, State

from courses.domain import cards
from tests.factories import NOW

DAY = dt.timedelta(days=1)
RIGHT, HALF, WRONG = Fraction(1), Fraction(1, 2), Fraction(0)


def gaps(shares, now=NOW):
    """Days between the responses, each given on the very day it was due."""
    memory, found = None, []
    for share in shares:
        memory = cards.recall(memory=memory, share=share, now=now)
        gap = memory.due_on - now.date()
        found.append(gap.days)
        now += gap
    return found


def test_gaps_grow_while_it_is_recalled_and_end_at_a_year():
    assert gaps([RIGHT] * 6) == [2, 11, 46, 163, 365, 365]


def test_a_lapse_brings_it_back_soon_and_costs_some_of_the_growth():
    assert gaps([RIGHT, RIGHT, WRONG, RIGHT]) == [2, 11, 2, 5]


def test_half_of_the_points_is_recalled_with_effort():
    assert gaps([HALF, HALF]) < gaps([RIGHT, RIGHT])
    assert gaps([HALF]) == gaps([Fraction(99, 100)]) == [1]
    assert gaps([WRONG]) == [1]


def test_a_year_of_right_responses_on_their_days_never_leaves_the_calendar():
    assert gaps([RIGHT] * 40)[-1] == cards.LONGEST_GAP_DAYS


def test_the_figures_are_those_of_the_library():
    """The same history put through the library by hand, in its own words."""
    scheduler = Scheduler(
        learning_steps=(), relearning_steps=(), maximum_interval=365, enable_fuzzing=False
    )
    card, memory, now = Card(), None, NOW
    for rating, share in ((Rating.Good, RIGHT), (Rating.Again, WRONG), (Rating.Hard, HALF)):
        card, _log = scheduler.review_card(card, rating, now)
        memory = cards.recall(memory=memory, share=share, now=now)
        assert (memory.stability, memory.difficulty) == (card.stability, card.difficulty)
        assert memory.due_on == card.due.date()
        now = card.due + DAY


def test_late_recall_lengthens_the_interval():
    first = cards.recall(memory=None, share=RIGHT, now=NOW)
    early = cards.recall(memory=first, share=RIGHT, now=NOW + 2 * DAY)
    late = cards.recall(memory=first, share=RIGHT, now=NOW + 9 * DAY)

    assert late.stability > early.stability


def test_a_day_begins_at_midnight_on_the_learners_clock():
    after_midnight = dt.datetime(2026, 3, 3, 1, 30, tzinfo=ZoneInfo("Pacific/Auckland"))

    assert after_midnight.astimezone(dt.UTC).date() == dt.date(2026, 3, 2)
    found = cards.recall(memory=None, share=WRONG, now=after_midnight)
    assert found.due_on == dt.date(2026, 3, 4)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_elapsed_time_is_counted_in_calendar_days(zone):
    """Forgotten on Monday evening: at any hour of Tuesday it is the next day's recall."""
    monday = dt.datetime(2026, 3, 2, 22, tzinfo=ZoneInfo(zone))
    memory = cards.recall(memory=None, share=WRONG, now=monday)
    found = {
        hour: cards.recall(
            memory=memory, share=RIGHT, now=dt.datetime(2026, 3, 3, hour, tzinfo=ZoneInfo(zone))
        )
        for hour in (0, 8, 21, 23)
    }

    assert memory.due_on == dt.date(2026, 3, 3)
    assert {round(one.stability, 2) for one in found.values()} == {1.89}
    assert {one.due_on for one in found.values()} == {dt.date(2026, 3, 5)}


def test_a_journey_over_the_date_line_leaves_no_day_less_than_none():
    at_home = dt.datetime(2026, 3, 3, 9, tzinfo=ZoneInfo("Pacific/Auckland"))
    memory = cards.recall(memory=None, share=RIGHT, now=at_home)
    landed = (at_home + dt.timedelta(hours=3)).astimezone(ZoneInfo("Pacific/Honolulu"))
    again = cards.recall(memory=memory, share=RIGHT, now=landed)

    assert landed.date() < at_home.date()
    assert again.due_on > landed.date()


@pytest.mark.parametrize(("retention", "gap"), [(0.8, 8), (0.95, 1)])
def test_a_host_may_ask_more_or_less_often(settings, retention, gap):
    settings.COURSES_REVIEW_RETENTION = retention

    assert gaps([RIGHT]) == [gap]


def test_simulated_learner_recalls_nine_in_ten():
    """Three hundred cards over two years, answered on their days by luck of that probability."""
    luck, asked, recalled = Random(2026), 0, 0
    for _card in range(300):
        memory, now = cards.recall(memory=None, share=RIGHT, now=NOW), NOW
        while (memory.due_on - NOW.date()).days < 730:
            now += memory.due_on - now.date()
            is_recalled = luck.random() < chance(memory, now)
            memory = cards.recall(memory=memory, share=RIGHT if is_recalled else WRONG, now=now)
            asked, recalled = asked + 1, recalled + is_recalled

    assert 0.88 < recalled / asked < 0.93
    assert asked / 300 < 12


def chance(memory, now):
    """That it is recalled now, by the forgetting curve of the library."""
    card = Card(
        card_id=1,
        state=State.Review,
        stability=memory.stability,
        due=now,
        last_review=memory.reviewed_at,
    )
    return Scheduler().get_card_retrievability(card, now)
