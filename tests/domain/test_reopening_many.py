"""Dates and grants that come late: what time closed is named, and reopened together."""

from datetime import timedelta
from decimal import Decimal

import pytest

from courses.domain import attempts, grants, sections
from courses.domain.verifying import verify
from courses.errors import Invalid
from courses.models import Attempt, AttemptDecision, Enrolment, Quiz
from tests.factories import NOW, RIGHT, make_learner, make_quiz, reader_of, take_quiz

pytestmark = pytest.mark.django_db

CLOSES = NOW + timedelta(hours=1)
NEXT_DAY = NOW + timedelta(days=1)
LATER = NOW + timedelta(days=3)


@pytest.fixture
def quiz():
    return make_quiz(questions=2, closes_at=CLOSES, attempts_allowed=1)


@pytest.fixture
def ada(quiz):
    return make_learner(quiz.course)


def closed(learner, quiz):
    """An attempt that the deadline closed."""
    by = learner.user
    one = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)
    attempts.close_expired(now=NEXT_DAY)
    one.refresh_from_db()
    assert one.closed_by == "deadline"
    return one


def named(now=NEXT_DAY):
    found = attempts.reopenable(attempts=attempts.closed_by_time(), now=now)
    return {one.attempt.pk: one.deadline_at for one in found}


def reopen(*wanted, reason="Ill", now=NEXT_DAY):
    return attempts.reopen_many(attempts=wanted, reason=reason, by=None, now=now)


def test_each_way_to_get_more_time_names_the_attempts_it_would_leave_open(quiz, ada):
    attempt = closed(ada, quiz)
    assert named() == {}
    grants.set_extension(enrolment=ada, quiz=quiz, closes_at=LATER)
    assert named() == {attempt.pk: LATER}
    grants.set_extension(enrolment=ada, quiz=quiz)
    for course in (None, quiz.course):
        grants.set_accommodation(user=ada.user, course=course, closes_later_s=172_800)
        assert named() == {attempt.pk: CLOSES + timedelta(days=2)}
        grants.set_accommodation(user=ada.user, course=course)
    dates = {"section": ada.section, "quiz": quiz, "opens_at": None}
    sections.set_dates(**dates, closes_at=LATER)
    assert named() == {attempt.pk: LATER}
    sections.set_dates(**dates, closes_at=NEXT_DAY)
    assert named() == {}
    sections.set_dates(**dates, closes_at=None)
    Quiz.objects.filter(pk=quiz.pk).update(closes_at=None)
    assert named() == {attempt.pk: None}


def test_a_time_limit_still_ends_what_a_later_close_would_leave_open(ada, quiz):
    Quiz.objects.filter(pk=quiz.pk).update(time_limit_s=1800)
    attempt = closed(ada, quiz)
    grants.set_extension(enrolment=ada, quiz=quiz, closes_at=LATER)
    assert named() == {}
    grants.set_accommodation(user=ada.user, course=None, time_factor=Decimal(10))
    now = NOW + timedelta(hours=4)
    assert named(now) == {attempt.pk: NOW + timedelta(hours=5)}


def test_only_attempts_that_their_learner_could_go_on_with_are_named(quiz, ada):
    attempt = closed(ada, quiz)
    handed_in = take_quiz(make_learner(quiz.course), quiz, RIGHT)
    tutor = make_learner(quiz.course)
    closed(tutor, quiz)
    sections.set_dates(section=ada.section, quiz=quiz, opens_at=None, closes_at=LATER)
    Enrolment.objects.filter(pk=tutor.pk).update(role="instructor")
    assert handed_in.pk not in named()
    assert set(named()) == {attempt.pk}

    def not_named():
        found = named() == {}
        Enrolment.objects.filter(pk=ada.pk).update(state="active")
        Quiz.objects.filter(pk=quiz.pk).update(is_archived=False)
        return found

    Enrolment.objects.filter(pk=ada.pk).update(state="ended")
    assert not_named()
    Quiz.objects.filter(pk=quiz.pk).update(is_archived=True)
    assert not_named()
    attempts.void(attempt=attempt, reason="x", by=None, now=NEXT_DAY)
    assert not_named()
    attempts.restore(attempt=attempt, reason="x", by=None, now=NEXT_DAY)
    assert set(named()) == {attempt.pk}
    grants.set_extension(enrolment=ada, quiz=quiz, extra_attempts=1)
    attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NEXT_DAY)
    assert not_named()


def test_a_reopened_attempt_whose_end_a_person_set_is_named_by_later_dates_alone(ada, quiz):
    attempt = closed(ada, quiz)
    end = NEXT_DAY + timedelta(hours=1)
    attempts.reopen(attempt=attempt, deadline_at=end, reason="x", by=None, now=NEXT_DAY)
    Quiz.objects.filter(pk=quiz.pk).update(closes_at=None)
    then = end + timedelta(hours=1)
    assert attempts.close_expired(now=then) == 1
    assert named(then) == {}
    sections.set_dates(section=ada.section, quiz=quiz, opens_at=None, closes_at=LATER)
    assert named(then) == {attempt.pk: LATER}


def test_many_are_reopened_each_until_its_own_deadline_and_once(quiz, ada):
    bea, other = make_learner(quiz.course), make_learner(quiz.course)
    mine, hers, not_moved = (closed(one, quiz) for one in (ada, bea, other))
    evening = sections.add(course=quiz.course, title="Evening", now=NOW)
    Enrolment.objects.filter(pk=bea.pk).update(section=evening)
    sections.set_dates(section=evening, quiz=quiz, opens_at=None, closes_at=LATER)
    grants.set_extension(enrolment=ada, quiz=quiz, closes_at=LATER + timedelta(hours=1))
    for wrong in (" ", "x" * 301):
        with pytest.raises(Invalid):
            reopen(mine, reason=wrong)

    found = reopen(hers, mine, not_moved)
    assert [(one.pk, one.deadline_at) for one in found] == [
        (mine.pk, LATER + timedelta(hours=1)),
        (hers.pk, LATER),
    ]
    assert reopen(hers, mine, not_moved) == []
    assert Attempt.objects.open().count() == 2
    assert set(AttemptDecision.objects.values_list("kind", "reason")) == {("reopened", "Ill")}
    assert list(verify(now=NEXT_DAY)) == []


def test_queries_do_not_grow(quiz, ada, django_assert_num_queries):
    learners = [ada, make_learner(quiz.course), make_learner(quiz.course)]
    for one in learners:
        closed(one, quiz)
    dates = {"section": ada.section, "quiz": quiz, "opens_at": None}
    sections.set_dates(**dates, closes_at=LATER)
    for count in (1, 3):
        rows = attempts.closed_by_time().filter(enrolment__in=learners[:count])
        with django_assert_num_queries(4):
            assert len(attempts.reopenable(attempts=rows, now=NEXT_DAY)) == count
