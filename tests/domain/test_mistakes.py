"""My mistakes: which questions are asked again, with which numbers, and when they leave."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.domain import access, attempts, cards, lessons, mistake_sets, mistakes
from courses.errors import Conflict, Invalid, NotAllowed, NotFound
from courses.models import Attempt, AttemptItem, Quiz, ReviewCard
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    QuizFactory,
    add_item,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
    take_quiz,
)

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]

DAY = dt.timedelta(days=1)
NUMBERS = {
    "stem": "Of 9000 people {n} came back. How many did not?",
    "params": {"n": {"min": 1, "max": 8000}},
    "blanks": [{"key": "gone", "label": "Gone", "answer": "9000 - n", "feedback": "The others."}],
}
MISSED = {"blank": {"gone": "-1"}}


@pytest.fixture
def quiz():
    return make_quiz(questions=3)


@pytest.fixture
def ada(quiz):
    return make_learner(quiz.course)


def asked(ada, now=NOW):
    page = mistake_sets.open_set(reader=reader_of(ada), now=now)
    return [card.view.question_key for card in page.cards if not card.view.is_answered]


def respond(ada, key, raw=RIGHT, now=NOW, **extra):
    given = {"raw": raw, "based_on": 0, "by": ada.user, "now": now, **extra}
    return mistake_sets.respond(reader=reader_of(ada), question_key=key, **given)


def key_of(quiz, position):
    return quiz.items.get(position=position).question.key


def check(ada, lesson, raw, key, now=NOW):
    lessons.respond(
        reader=reader_of(ada), lesson_key=lesson.key, question_key=key,
        raw=raw, based_on=0, by=ada.user, now=now,
    )  # fmt: skip


# --- what is in it


def test_set_asks_what_was_wrong_in_a_finished_quiz(ada, quiz):
    take_quiz(ada, quiz, RIGHT, WRONG, RIGHT)
    assert asked(ada) == [key_of(quiz, 2)]
    assert mistakes.count(enrolment=ada, now=NOW) == mistakes.MistakeCount(1, 1)


def test_set_of_another_learner_is_empty(ada, quiz):
    take_quiz(ada, quiz, WRONG, WRONG, WRONG)
    assert asked(make_learner(quiz.course)) == []


def test_nothing_of_a_running_attempt_is_asked(ada, quiz):
    attempt = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    attempts.save(attempt=attempt, position=1, raw=WRONG, based_on=0, by=ada.user, now=NOW)
    assert asked(ada) == []


def test_questions_of_a_test_under_way_wait_until_it_is_over(ada, quiz):
    take_quiz(ada, quiz, WRONG, RIGHT, RIGHT)
    second = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    assert asked(ada) == []
    attempts.submit(attempt=second, by=ada.user, now=NOW)
    assert key_of(quiz, 1) in asked(ada)


@pytest.mark.parametrize("hidden", ["solution", "correctness", "explanation"])
def test_what_the_review_still_hides_is_no_mistake_yet(ada, quiz, hidden):
    shown = ["response", "correctness", "points", "feedback", "explanation", "solution", "overall"]
    part = [name for name in shown if name != hidden]
    quiz.review = {"just_after": part, "later": part, "after_last_try": part, "after_close": shown}
    quiz.closes_at = NOW + DAY
    quiz.save()
    take_quiz(ada, quiz, WRONG, WRONG, WRONG)
    assert asked(ada) == []
    assert len(asked(ada, NOW + 2 * DAY)) == 3


def test_void_attempts_are_left_out(ada, quiz):
    attempt = take_quiz(ada, quiz, WRONG, RIGHT, RIGHT)
    Attempt.objects.filter(pk=attempt.pk).update(voided_at=NOW)
    assert asked(ada) == []


def test_questions_without_points_after_a_correction_are_left_out(ada, quiz):
    attempt = take_quiz(ada, quiz, WRONG, RIGHT, RIGHT)
    AttemptItem.objects.filter(attempt=attempt).update(new_points=0)
    assert asked(ada) == []


def test_retired_question_is_not_asked(ada, quiz):
    take_quiz(ada, quiz, WRONG, RIGHT, RIGHT)
    quiz.course.questions.update(is_retired=True)
    assert asked(ada) == []


def test_wrong_check_of_a_lesson_is_asked():
    lesson = make_lesson(checks=2)
    ada = make_learner(lesson.module.course)
    first, second = (one.question.key for one in lesson.checks.items.order_by("position"))
    check(ada, lesson, WRONG, first)
    check(ada, lesson, RIGHT, second)
    assert asked(ada) == [first]


def test_guesses_are_no_mistakes():
    lesson = make_lesson(checks=1)
    ada = make_learner(lesson.module.course)
    question = lesson.checks.items.get().question
    question.tags.create(course=lesson.module.course, key="guess")
    check(ada, lesson, WRONG, question.key)
    assert asked(ada) == []


def test_what_was_missed_last_comes_first(ada, quiz):
    other = QuizFactory(course=quiz.course, module=quiz.module)
    add_item(other, make_question(quiz.module), position=1)
    take_quiz(ada, quiz, WRONG, RIGHT, RIGHT)
    take_quiz(ada, other, WRONG, now=NOW + DAY)
    assert asked(ada, NOW + DAY) == [key_of(other, 1), key_of(quiz, 1)]


def test_set_has_no_more_cards_than_the_daily_review(ada, quiz, settings):
    settings.COURSES_REVIEW_SET = 2
    take_quiz(ada, quiz, WRONG, WRONG, WRONG)
    page = mistake_sets.open_set(reader=reader_of(ada), now=NOW)
    assert (len(page.cards), page.mistake_count, page.more_count) == (2, 3, 1)


def test_questions_that_give_each_other_away_are_in_different_sets(ada, quiz):
    first, second = (quiz.items.get(position=number).question for number in (1, 2))
    first.enemies = [second.key]
    first.save()
    take_quiz_of(ada, quiz, [first, second])
    assert len(set(asked(ada)) & {first.key, second.key}) == 1


def take_quiz_of(ada, quiz, questions):
    """Miss each question in a quiz of its own: enemies are in no quiz together."""
    for question in questions:
        one = QuizFactory(course=quiz.course, module=quiz.module)
        add_item(one, question, position=1)
        take_quiz(ada, one, WRONG)


# --- when it leaves


def test_mistake_leaves_when_it_was_right_on_two_days(ada, quiz):
    take_quiz(ada, quiz, WRONG, RIGHT, RIGHT)
    key = key_of(quiz, 1)
    respond(ada, key, now=NOW)
    assert asked(ada, NOW) == []
    assert mistakes.count(enrolment=ada, now=NOW) == mistakes.MistakeCount(1, 0)
    assert asked(ada, NOW + DAY) == [key]
    respond(ada, key, now=NOW + DAY)
    assert mistakes.count(enrolment=ada, now=NOW + 2 * DAY) == mistakes.MistakeCount(0, 0)


def test_wrong_again_begins_anew(ada, quiz):
    take_quiz(ada, quiz, WRONG, RIGHT, RIGHT)
    key = key_of(quiz, 1)
    for number, raw in enumerate((RIGHT, WRONG, RIGHT)):
        respond(ada, key, raw, now=NOW + number * DAY)
    assert asked(ada, NOW + 3 * DAY) == [key]
    respond(ada, key, now=NOW + 3 * DAY)
    assert asked(ada, NOW + 4 * DAY) == []


def test_responses_elsewhere_count_as_well(ada, quiz):
    take_quiz(ada, quiz, WRONG, RIGHT, RIGHT)
    take_quiz(ada, quiz, RIGHT, RIGHT, RIGHT, now=NOW + DAY)
    take_quiz(ada, quiz, RIGHT, RIGHT, RIGHT, now=NOW + 2 * DAY)
    assert asked(ada, NOW + 2 * DAY) == []


# --- responding


def test_response_is_judged_at_once_and_counts_nowhere(ada, quiz):
    take_quiz(ada, quiz, WRONG, RIGHT, RIGHT)
    done = respond(ada, key_of(quiz, 1))
    assert done.card.view.is_correct is True
    assert (done.number, done.card_count, done.is_done, done.is_new) == (1, 1, True, True)
    attempt = Attempt.objects.get(quiz__key="my-mistakes")
    assert attempt.quiz.is_review
    assert attempt.quiz.kind == Quiz.Kind.PRACTICE
    assert not quiz.course.line_items.filter(quiz=attempt.quiz).exists()


def test_card_of_the_daily_review_is_not_moved():
    lesson = make_lesson(checks=1, review=1)
    ada = make_learner(lesson.module.course)
    (key,) = lesson.review
    check(ada, lesson, WRONG, key)
    before = ReviewCard.objects.values().get()
    respond(ada, key)
    assert ReviewCard.objects.values().get() == before
    assert cards.set_counts(enrolments=[ada], now=NOW + 30 * DAY) == {ada.pk: 1}


def test_same_response_again_changes_nothing(ada, quiz):
    take_quiz(ada, quiz, WRONG, RIGHT, RIGHT)
    key = key_of(quiz, 1)
    respond(ada, key, idempotency_key="k-1")
    again = respond(ada, key, idempotency_key="k-1")
    assert not again.is_new
    assert AttemptItem.objects.filter(attempt__quiz__key="my-mistakes").count() == 1


def test_second_response_on_one_day_is_refused(ada, quiz):
    take_quiz(ada, quiz, WRONG, RIGHT, RIGHT)
    key = key_of(quiz, 1)
    respond(ada, key, WRONG)
    with pytest.raises(Conflict):
        respond(ada, key, RIGHT, based_on=1)


def test_empty_response_is_refused_and_leaves_no_trace(ada, quiz):
    take_quiz(ada, quiz, WRONG, RIGHT, RIGHT)
    with pytest.raises(Invalid):
        respond(ada, key_of(quiz, 1), {})
    assert not Attempt.objects.filter(quiz__key="my-mistakes").exists()


def test_what_is_no_mistake_is_not_found(ada, quiz):
    take_quiz(ada, quiz, WRONG, RIGHT, RIGHT)
    for key in (key_of(quiz, 2), "nothing"):
        with pytest.raises(NotFound):
            respond(ada, key)


def test_preview_has_no_mistakes(quiz):
    nobody = access.Reader(course=quiz.course, enrolment=None, is_author=True)
    with pytest.raises(NotAllowed):
        mistake_sets.open_set(reader=nobody, now=NOW)


def test_next_set_has_what_the_first_left(ada, quiz, settings):
    settings.COURSES_REVIEW_SET = 2
    take_quiz(ada, quiz, WRONG, WRONG, WRONG)
    first = asked(ada)
    for key in first:
        respond(ada, key)
    assert asked(ada) == []
    mistake_sets.begin_next(reader=reader_of(ada), by=ada.user, now=NOW)
    (left,) = asked(ada)
    assert left not in first


def test_numbers_are_new_each_time_and_stay_until_the_response(ada, quiz):
    question = make_question(quiz.module, kind="numeric", data=NUMBERS)
    one = QuizFactory(course=quiz.course, module=quiz.module)
    add_item(one, question, position=1)
    take_quiz(ada, one, MISSED)
    numbers = []
    for day in range(1, 4):
        now = NOW + day * DAY
        (first,), (second,) = (
            [
                card.view.q["stem"]
                for card in mistake_sets.open_set(reader=reader_of(ada), now=now).cards
            ]
            for _look in range(2)
        )
        assert first == second
        respond(ada, question.key, MISSED, now=now)
        item = AttemptItem.objects.filter(attempt__quiz__key="my-mistakes").latest("pk")
        assert item.params["values"]["n"] in first.replace(",", "")
        numbers.append(item.params["values"]["n"])
    assert len(set(numbers)) == 3


def test_query_count_does_not_grow(ada, quiz):
    def cost():
        reader = reader_of(ada)
        with CaptureQueriesContext(connection) as found:
            mistake_sets.open_set(reader=reader, now=NOW + 9 * DAY)
        return len(found)

    take_quiz(ada, quiz, WRONG, RIGHT, RIGHT)
    cost()
    before = cost()
    for number in range(1, 5):
        take_quiz(ada, quiz, WRONG, WRONG, WRONG, now=NOW + number * DAY)
    assert cost() == before
