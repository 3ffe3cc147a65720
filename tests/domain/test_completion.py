"""Completion follows from the facts, however they changed; once, with its event."""

import datetime as dt
from random import Random

import pytest

from courses.domain import completion, enrolments, lessons, progress, relay
from courses.domain.outline import outline
from courses.models import Course, Event, LessonProgress, QuizItem, ReviewCard
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    add_item,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(days=2)


def run_relay():
    relay.run_once(clock=lambda: LATER, jitter=Random(1))


def done(learner, lesson):
    step = outline(learner.course).lesson(lesson.key)
    progress.complete_lesson(enrolment=learner, lesson=step, by=learner.user, now=NOW)


def completed(learner):
    learner.refresh_from_db()
    events = Event.objects.filter(type="course.completed", enrolment=learner).count()
    assert events == (learner.completed_at is not None)
    return learner.completed_at


def keys(lesson):
    return [piece["check"] for piece in lesson.rendered["segments"] if "check" in piece]


def answer(learner, lesson, key, raw=RIGHT, based_on=0):
    learner.course.refresh_from_db()
    return lessons.respond(
        reader=reader_of(learner),
        lesson_key=lesson.key,
        question_key=key,
        raw=raw,
        based_on=based_on,
        by=learner.user,
        now=NOW,
    )


def take_out(lesson, key):
    QuizItem.objects.get(quiz=lesson.checks, question__key=key).delete()
    kept = [piece for piece in lesson.rendered["segments"] if piece.get("check") != key]
    lesson.rendered = {"segments": kept}
    lesson.save()


def archive_lesson(_first, second):
    second.is_archived = True
    second.save()


def make_its_module_optional(first, second):
    second.module = make_lesson(module=None, checks=0).module
    second.module.course = first.module.course
    second.module.is_optional = True
    second.module.save()
    second.save()


def archive_its_module(first, second):
    make_its_module_optional(first, second)
    second.module.is_optional = False
    second.module.is_archived = True
    second.module.save()


@pytest.mark.parametrize("change", [archive_lesson, make_its_module_optional, archive_its_module])
def test_course_is_completed_when_a_removed_step_was_the_last_open_one(change):
    first = make_lesson(checks=0)
    second = make_lesson(checks=0, module=first.module)
    ada, bob = make_learner(first.module.course), make_learner(first.module.course)
    done(ada, first)
    run_relay()
    assert completed(ada) is None

    change(first, second)
    run_relay()
    run_relay()
    assert completed(ada) == LATER
    assert completed(bob) is None


def test_a_required_quiz_that_is_put_aside_completes_too():
    lesson = make_lesson(checks=0)
    quiz = make_quiz(module=lesson.module, questions=1)
    ada = make_learner(lesson.module.course)
    done(ada, lesson)
    quiz.is_archived = True
    quiz.save()
    run_relay()

    assert completed(ada) == LATER


def test_added_step_takes_no_completion_away():
    lesson = make_lesson(checks=0)
    ada = make_learner(lesson.module.course)
    done(ada, lesson)
    make_lesson(checks=0, module=lesson.module)
    run_relay()

    assert completed(ada) == NOW


def test_course_is_completed_at_the_next_visit_after_a_change():
    first = make_lesson(checks=0)
    second = make_lesson(checks=0, module=first.module)
    ada = make_learner(first.module.course)
    done(ada, first)
    enrolments.withdraw(enrolment=ada, by=None, now=NOW)
    archive_lesson(first, second)
    run_relay()
    assert completed(ada) is None

    course = Course.objects.get(pk=ada.course_id)
    enrolments.enrol(course=course, user=ada.user, now=LATER)
    assert completed(ada) == LATER


def test_a_lesson_whose_open_check_goes_is_completed_with_its_cards():
    lesson = make_lesson(checks=2, review=1)
    ada = make_learner(lesson.module.course)
    first, second = keys(lesson)
    answer(ada, lesson, first, WRONG)
    answer(ada, lesson, first, RIGHT, based_on=1)
    take_out(lesson, second)
    run_relay()

    row = LessonProgress.objects.get(enrolment=ada, lesson=lesson)
    assert row.completed_at == LATER
    assert Event.objects.filter(type="lesson.completed", enrolment=ada).count() == 1
    assert ReviewCard.objects.filter(enrolment=ada).count() == 1
    assert completed(ada) == LATER


def test_checks_that_were_replaced_do_not_complete_a_lesson():
    """Three checks, the answered second is replaced: the new one is still open."""
    lesson = make_lesson(checks=3)
    ada = make_learner(lesson.module.course)
    first, second, third = keys(lesson)
    answer(ada, lesson, first)
    answer(ada, lesson, second)
    take_out(lesson, second)
    new = make_question(lesson.module)
    add_item(lesson.checks, new, position=9)
    lesson.rendered = {"segments": [*lesson.rendered["segments"], {"check": new.key}]}
    lesson.save()

    assert not answer(ada, lesson, third).is_lesson_completed
    run_relay()
    assert completed(ada) is None
    assert answer(ada, lesson, new.key).is_lesson_completed
    assert completed(ada) == NOW


def test_a_course_without_changes_costs_one_query(django_assert_num_queries):
    make_learner(make_lesson(checks=0).module.course)
    run_relay()

    with django_assert_num_queries(1):
        assert completion.complete_due(now=LATER) == 0
