"""An accommodation truly gives the time."""

from datetime import timedelta
from decimal import Decimal

import pytest

from courses.domain import attempts, deadlines, grants
from tests.factories import NOW, make_learner, make_quiz, reader_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def quiz():
    return make_quiz(questions=1, time_limit_s=1800, closes_at=NOW + HOUR)


@pytest.fixture
def ada(quiz):
    return make_learner(quiz.course)


def start(quiz, ada, now=NOW):
    return attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=now)


def test_without_grants_the_limit_ends_the_attempt(quiz, ada):
    assert start(quiz, ada).deadline_at == NOW + HOUR / 2


def test_factor_gives_the_time_in_words_and_in_fact(quiz, ada):
    grants.set_accommodation(user=ada.user, course=None, time_factor=Decimal(2))

    page = attempts.quiz_page(reader=reader_of(ada), quiz_key=quiz.key, now=NOW)
    assert (page.time.base_s, page.time.extra_s) == (1800, 1800)
    assert start(quiz, ada).deadline_at == NOW + HOUR


def test_factor_moves_the_closing_date_too(quiz, ada):
    grants.set_accommodation(user=ada.user, course=quiz.course, time_factor=Decimal(2))

    late = start(quiz, ada, now=NOW + HOUR - timedelta(minutes=1))
    assert late.deadline_at == NOW + HOUR * 1.5


def test_grant_reaches_an_attempt_under_way_and_never_takes_time_back(quiz, ada):
    attempt = start(quiz, ada)
    grants.set_accommodation(user=ada.user, course=None, time_factor=Decimal("1.5"))
    attempt.refresh_from_db()
    assert attempt.deadline_at == NOW + timedelta(minutes=45)

    grants.set_accommodation(user=ada.user, course=None, time_factor=Decimal(1))
    attempt.refresh_from_db()
    assert attempt.deadline_at == NOW + timedelta(minutes=45)


def test_extension_adds_time_attempts_and_a_later_close(ada, quiz):
    quiz.attempts_allowed = 1
    quiz.save()
    later = NOW + 5 * HOUR
    grants.set_extension(
        enrolment=ada, quiz=quiz, extra_time_s=60, extra_attempts=1, closes_at=later
    )

    page = attempts.quiz_page(reader=reader_of(ada), quiz_key=quiz.key, now=NOW)

    assert (page.time.total_s, page.attempts_left, page.closes_at) == (1860, 2, later)


def test_the_more_generous_accommodation_counts(quiz, ada):
    grants.set_accommodation(user=ada.user, course=None, time_factor=Decimal(2))
    grants.set_accommodation(user=ada.user, course=quiz.course, extra_attempts=3)

    given = grants.of(enrolment=ada, quiz=quiz)

    assert given == deadlines.Grants(time_factor=Decimal(2), extra_attempts=3)
