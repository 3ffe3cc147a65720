"""Who is late and who is stuck, as those see it who may."""

import datetime as dt

import pytest

from courses.domain import attempts, enrolments, falling_behind, grants, lessons, sections, trials
from courses.models import Enrolment, Module
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    UserFactory,
    join,
    make_learner,
    make_lesson,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def teacher(course, role="instructor", section=None):
    by = UserFactory()
    enrolments.enrol(course=course, user=by, role=role, section=section, now=NOW)
    return by


def take(enrolment, quiz, raw, now):
    by = enrolment.user
    attempt = attempts.start(reader=reader_of(enrolment), quiz_key=quiz.key, by=by, now=now)
    attempts.save(attempt=attempt, position=1, raw=raw, based_on=0, by=by, now=now)
    attempts.submit(attempt=attempt, by=by, now=now)


def late(by, now):
    return [(one.quiz, one.closed, one.closing) for one in falling_behind.late(by=by, now=now)]


def stuck(by, now):
    return [(one.failing, one.idle) for one in falling_behind.stuck(by=by, now=now)]


def test_late_is_who_has_handed_in_nothing_by_their_own_date():
    closes = NOW + 10 * DAY
    quiz = make_quiz(questions=1, kind="graded", closes_at=closes)
    course = quiz.course
    done, open_one, missing, granted = (make_learner(course) for _ in range(4))
    by = teacher(course)
    take(done, quiz, RIGHT, NOW)
    attempts.start(reader=reader_of(open_one), quiz_key=quiz.key, by=open_one.user, now=NOW)
    grants.set_extension(enrolment=granted, quiz=quiz, closes_at=closes + 20 * DAY)
    both = (open_one.pk, missing.pk)

    assert late(by, closes - 3 * DAY - dt.timedelta(seconds=1)) == []
    assert late(by, closes - 3 * DAY) == [(quiz, (), both)]
    (soon,) = falling_behind.late(by=by, now=closes - DAY)
    assert soon.closes_at == closes
    assert late(by, closes) == [(quiz, both, ())]
    assert late(by, closes + 18 * DAY) == [(quiz, both, (granted.pk,))]
    assert late(by, closes + 30 * DAY) == [(quiz, (granted.pk,), ())]

    take(missing, quiz, WRONG, NOW)
    enrolments.withdraw(enrolment=open_one, by=None, now=NOW)
    assert late(by, closes) == []


def test_only_required_quizzes_that_learners_can_take_make_late():
    closes = NOW + DAY
    graded = make_quiz(questions=1, kind="graded", closes_at=closes)
    module = graded.module
    make_quiz(questions=1, module=module, kind="practice", closes_at=closes)
    make_quiz(questions=1, module=module, kind="graded", closes_at=closes, is_draft=True)
    make_quiz(
        questions=1, module=module, kind="graded", closes_at=closes, opens_at=closes - DAY / 4
    )
    learner, by = make_learner(module.course), teacher(module.course)
    assert late(by, NOW) == [(graded, (), (learner.pk,))]
    Module.objects.filter(pk=module.pk).update(is_optional=True)
    assert late(by, NOW) == []


def test_a_class_has_its_own_dates_and_its_staff_sees_it_alone():
    quiz = make_quiz(questions=1, kind="graded")
    course = quiz.course
    evening = sections.create(course=course, key="evening", title="Evening", now=NOW)
    sections.set_dates(section=evening, quiz=quiz, opens_at=None, closes_at=NOW)
    inside, outside = join(evening, UserFactory()), make_learner(course)
    of_class, all_of_it = teacher(course, section=evening), teacher(course)
    assert late(all_of_it, NOW) == late(of_class, NOW) == [(quiz, (inside.pk,), ())]
    for by in (teacher(course, role="author"), outside.user):
        assert late(by, NOW) == []
        assert stuck(by, NOW + 20 * DAY) == []
    idle = NOW + 20 * DAY
    assert stuck(all_of_it, idle) == [((), (inside.pk, outside.pk))]
    assert stuck(of_class, idle) == [((), (inside.pk,))]


def test_stuck_is_who_fails_often_or_does_nothing():
    quiz = make_quiz(questions=1, kind="graded")
    lesson = make_lesson(module=quiz.module)
    course = quiz.course
    failing, passing, idle, done = (make_learner(course) for _ in range(4))
    by = teacher(course)
    for number in range(3):
        at = NOW + number * DAY
        assert stuck(by, at) == []
        take(failing, quiz, WRONG, at)
        take(passing, quiz, WRONG if number < 2 else RIGHT, at)
    Enrolment.objects.filter(pk=done.pk).update(completed_at=NOW)
    assert stuck(by, NOW + 3 * DAY) == [((failing.pk,), ())]

    lessons.visit(reader=reader_of(idle), lesson_key=lesson.key, now=NOW + 5 * DAY)
    assert stuck(by, NOW + 18 * DAY) == [((failing.pk,), (failing.pk, passing.pk))]
    assert stuck(by, NOW + 19 * DAY)[0][1] == (failing.pk, passing.pk, idle.pk)
    (found,) = falling_behind.stuck(by=by, now=NOW + 19 * DAY)
    assert found.enrolments == (failing.pk, passing.pk, idle.pk)
    assert stuck(by, NOW + 200 * DAY) == [((failing.pk,), ())]


def test_trials_and_more_learners_change_nothing_of_it(django_assert_num_queries):
    quiz = make_quiz(questions=1, kind="graded", closes_at=NOW)
    course, by = quiz.course, UserFactory(is_superuser=True)
    trials.begin(course=course, place="", back="/", by=by, now=NOW)
    assert late(by, NOW) == []
    for size in (1, 3):
        while Enrolment.objects.learners().count() < size:
            make_learner(course)
        with django_assert_num_queries(6):
            assert len(falling_behind.late(by=by, now=NOW)[0].closed) == size
        with django_assert_num_queries(3):
            assert len(falling_behind.stuck(by=by, now=NOW + 15 * DAY)[0].idle) == size
