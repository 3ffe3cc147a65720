"""A class's own dates for a quiz, and what they hold back in the other classes."""

import datetime as dt
from decimal import Decimal

import pytest

from courses.domain import attempts, closings, grants, review, sections
from courses.domain.reveal.policy import Moment
from courses.errors import Conflict
from tests.factories import (
    NOW,
    RIGHT,
    CourseFactory,
    UserFactory,
    join,
    make_learner,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def quiz():
    return make_quiz(questions=1, kind="exam", attempts_allowed=1, closes_at=NOW + DAY)


@pytest.fixture
def evening(quiz):
    return sections.create(course=quiz.course, key="evening", title="", now=NOW)


def start(learner, quiz, now=NOW):
    by = learner.user
    return attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=now)


def take(learner, quiz, now=NOW):
    sitting, by = start(learner, quiz, now), learner.user
    attempts.save(attempt=sitting, position=1, raw=RIGHT, based_on=0, by=by, now=now)
    return attempts.submit(attempt=sitting, by=by, now=now)


def moment(sitting, now):
    sitting.refresh_from_db()
    page = review.review(attempt=sitting, by=sitting.enrolment.user, now=now)
    return page.moment, page.reveal.solution


def test_dates_hold_in_their_class_alone(quiz, evening):
    here, there = make_learner(quiz.course), join(evening, UserFactory())
    sections.set_dates(section=evening, quiz=quiz, opens_at=NOW + 2 * DAY, closes_at=NOW + 5 * DAY)

    pages = [
        attempts.quiz_page(reader=reader_of(one), quiz_key=quiz.key, now=NOW)
        for one in (here, there)
    ]
    assert [(page.opens_at, page.closes_at, page.may_start) for page in pages] == [
        (None, NOW + DAY, True),
        (NOW + 2 * DAY, NOW + 5 * DAY, False),
    ]
    with pytest.raises(Conflict):
        start(there, quiz)
    with pytest.raises(Conflict):
        start(here, quiz, NOW + 3 * DAY)
    assert start(there, quiz, NOW + 3 * DAY).deadline_at == NOW + 5 * DAY


def test_key_waits_for_the_class_that_closes_last(quiz, evening):
    sections.set_dates(section=evening, quiz=quiz, opens_at=None, closes_at=NOW + 5 * DAY)
    sitting = take(make_learner(quiz.course), quiz)

    assert moment(sitting, NOW + DAY) == (Moment.AFTER_LAST_TRY, False)
    assert moment(sitting, NOW + 5 * DAY) == (Moment.AFTER_CLOSE, True)


def test_key_of_a_quiz_that_is_dated_in_a_class_alone_waits_too(evening):
    quiz = make_quiz(module=evening.course.quizzes.get().module, kind="exam", attempts_allowed=1)
    sections.set_dates(section=evening, quiz=quiz, opens_at=None, closes_at=NOW + 5 * DAY)
    sitting = take(make_learner(quiz.course), quiz)

    assert moment(sitting, NOW) == (Moment.AFTER_LAST_TRY, False)
    assert moment(sitting, NOW + 5 * DAY) == (Moment.AFTER_CLOSE, True)


def test_later_date_of_a_class_gives_its_open_attempts_time_and_an_earlier_takes_none(
    quiz, evening
):
    here, there = make_learner(quiz.course), join(evening, UserFactory())
    first, second = start(here, quiz), start(there, quiz)

    for closes_at in (NOW + 3 * DAY, NOW + 2 * DAY):
        sections.set_dates(section=evening, quiz=quiz, opens_at=None, closes_at=closes_at)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.deadline_at, second.deadline_at) == (NOW + DAY, NOW + 3 * DAY)


def test_grants_move_the_date_of_the_class(quiz, evening):
    there = join(evening, UserFactory())
    sections.set_dates(section=evening, quiz=quiz, opens_at=None, closes_at=NOW + 5 * DAY)
    grants.set_accommodation(user=there.user, course=quiz.course, closes_later_s=3600)

    page = attempts.quiz_page(reader=reader_of(there), quiz_key=quiz.key, now=NOW)
    assert page.closes_at == NOW + 5 * DAY + dt.timedelta(hours=1)
    foreign = sections.default_of(course=CourseFactory(), now=NOW)
    with pytest.raises(Conflict):
        sections.set_dates(section=foreign, quiz=quiz, opens_at=None, closes_at=None)


def test_a_grant_names_the_closing_dates_of_the_learners_own_class(django_assert_num_queries):
    quiz = make_quiz(questions=1, time_limit_s=600, closes_at=NOW + dt.timedelta(days=1))
    undated = make_quiz(questions=1, module=quiz.module)
    evening = sections.create(course=quiz.course, key="evening-x", title="", now=NOW)
    learner = join(evening, UserFactory())
    late, later = NOW + dt.timedelta(days=2), NOW + dt.timedelta(days=3)
    sections.set_dates(section=evening, quiz=quiz, opens_at=None, closes_at=late)
    sections.set_dates(section=evening, quiz=undated, opens_at=None, closes_at=later)

    with django_assert_num_queries(5):
        found = closings.moved_closings(
            user=learner.user, course=quiz.course, time_factor=Decimal("1.5"),
            closes_later_s=60, now=NOW,
        )  # fmt: skip

    more = dt.timedelta(seconds=300 + 60)
    assert [(one.quiz, one.closes_at, one.moves_to) for one in found] == [
        (quiz, late, late + more),
        (undated, later, later + dt.timedelta(seconds=60)),
    ]
