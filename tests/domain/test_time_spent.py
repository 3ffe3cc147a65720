"""How long a learner worked in a course: the times between stored acts, without long pauses."""

import datetime as dt

import pytest

from courses.domain import attempts, lessons, personal_data, time_spent
from courses.domain.outline import outline
from courses.domain.personal_data import RequestingPlatform
from courses.models import ApiClient, Course, Preferences
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    ModuleFactory,
    make_learner,
    make_lesson,
    make_quiz,
    reader_of,
)

MINUTE = dt.timedelta(minutes=1)


def at(*minutes):
    return [NOW + MINUTE * one for one in minutes]


@pytest.mark.parametrize(
    ("moments", "minutes"),
    [
        ((), 0),
        ((7,), 0),
        ((0, 10, 25), 25),
        ((25, 0, 10), 25),
        ((0, 30), 30),
        ((0, 30 + 1 / 60), 0),
        ((0, 10, 100, 105), 15),
        ((0, 0, 4, 4), 4),
    ],
)
def test_pauses_longer_than_half_an_hour_count_nothing(moments, minutes):
    assert time_spent.between(at(*moments)) == MINUTE * minutes


@pytest.mark.parametrize(
    ("minutes", "shown"), [(0, 0), (0.1, 5), (7, 5), (8, 10), (62, 60), (63, 65)]
)
def test_estimate_is_rounded_to_five_minutes_and_some_work_is_never_nothing(minutes, shown):
    assert time_spent.rounded(MINUTE * minutes) == 60 * shown


class Desk:
    """A learner with a lesson of two checks and a quiz of another module in the same course."""

    def __init__(self):
        self.lesson = make_lesson(key="pills")
        self.course = self.lesson.module.course
        self.quiz = make_quiz(module=ModuleFactory(course=self.course), questions=2)
        self.ada = make_learner(self.course)

    def open(self, when):
        lessons.visit(reader=reader_of(self.ada), lesson_key="pills", now=when)

    def check(self, position, when):
        lessons.respond(
            reader=reader_of(self.ada),
            lesson_key="pills",
            question_key=self.lesson.checks.items.get(position=position).question.key,
            raw=RIGHT,
            based_on=0,
            by=self.ada.user,
            now=when,
        )

    def start(self, when):
        by = self.ada.user
        reader = reader_of(self.ada)
        return attempts.start(reader=reader, quiz_key=self.quiz.key, by=by, now=when)

    def save(self, attempt, position, when):
        place = {"attempt": attempt, "position": position, "by": self.ada.user}
        attempts.save(**place, raw=WRONG, based_on=0, now=when)

    def minutes(self, module=None):
        return time_spent.estimate(enrolment=self.ada, module=module) / 60


@pytest.fixture
def desk(db):
    return Desk()


def test_lesson_counts_from_its_opening_to_its_last_check(desk):
    first, second, third = at(0, 12, 20)
    desk.open(first)
    desk.check(1, second)
    desk.check(2, third)
    assert desk.minutes() == 20


def test_evening_across_midnight_counts_whole_in_every_time_zone(desk):
    late = dt.datetime(2026, 3, 28, 23, 50, tzinfo=dt.UTC)
    Preferences.objects.create(user=desk.ada.user, time_zone="Europe/Berlin")
    desk.open(late)
    desk.check(1, late + 20 * MINUTE)
    # In Berlin the clock goes from 2 to 3 within the next hour and a half; no time passes by that.
    desk.check(2, late + 45 * MINUTE)
    attempt = desk.start(late + 60 * MINUTE)
    desk.save(attempt, 1, late + 75 * MINUTE)
    assert desk.minutes() == 75


def test_two_windows_at_the_same_time_count_once(desk):
    attempt = desk.start(NOW)
    desk.open(NOW + 2 * MINUTE)
    desk.save(attempt, 1, NOW + 10 * MINUTE)
    desk.check(1, NOW + 11 * MINUTE)
    desk.save(attempt, 2, NOW + 20 * MINUTE)
    desk.check(2, NOW + 20 * MINUTE)
    assert desk.minutes() == 20


def test_hand_in_by_the_learner_counts_and_by_the_deadline_does_not(desk):
    attempt = desk.start(NOW)
    desk.save(attempt, 1, NOW + 5 * MINUTE)
    attempts.submit(attempt=attempt, by=desk.ada.user, now=NOW + 15 * MINUTE)
    assert desk.minutes() == 15
    type(attempt).objects.update(closed_by="deadline")
    assert desk.minutes() == 5


def test_module_counts_what_was_done_in_it_alone(desk):
    desk.open(NOW)
    desk.check(1, NOW + 10 * MINUTE)
    attempt = desk.start(NOW + 12 * MINUTE)
    desk.save(attempt, 1, NOW + 17 * MINUTE)
    plan = outline(desk.course)
    of = {one.key: desk.minutes(one) for one in plan.modules}
    assert of == {desk.lesson.module.key: 10, desk.quiz.module.key: 5}
    assert desk.minutes() == 15


def test_nobody_gets_the_time_of_somebody_else(desk):
    desk.open(NOW)
    desk.check(1, NOW + 10 * MINUTE)
    assert time_spent.estimate(enrolment=make_learner(desk.course)) == 0


def test_one_query_however_much_was_done(desk, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert desk.minutes() == 0
    desk.open(NOW)
    desk.check(1, NOW + MINUTE)
    desk.save(desk.start(NOW + 4 * MINUTE), 1, NOW + 10 * MINUTE)
    with django_assert_num_queries(1):
        assert desk.minutes() == 10


def test_export_has_the_estimate_for_the_person_and_not_for_a_platform(desk):
    desk.open(NOW)
    desk.check(1, NOW + 10 * MINUTE)
    later = NOW + 60 * MINUTE
    own = personal_data.export(user=desk.ada.user, now=later)
    assert [row["estimated_seconds"] for row in own["enrolments"]] == [600]
    platform = RequestingPlatform(ApiClient.objects.create(name="Campus"), Course.objects.all())
    given = personal_data.export(user=desk.ada.user, now=later, platform=platform)
    assert [row for row in given["enrolments"] if "estimated_seconds" in row] == []
