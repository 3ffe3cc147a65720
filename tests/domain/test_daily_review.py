"""The daily review: who gets which cards, and what a set of them does."""

import datetime as dt
import re
from fractions import Fraction

import pytest

from courses.domain import access, attempts, cards, daily_review, lessons, mastery
from courses.domain.outline import outline
from courses.errors import Closed, Invalid, NotAllowed, NotFound
from courses.models import (
    Attempt,
    AttemptItem,
    Course,
    Event,
    Question,
    Response,
    Result,
    ReviewCard,
)
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    VOTE,
    WRONG,
    UserFactory,
    add_checks,
    add_version,
    make_learner,
    make_lesson,
    make_question,
    reader_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]

DAY = dt.timedelta(days=1)
LATER = NOW + 30 * DAY


@pytest.fixture
def lesson():
    return make_lesson(checks=4, review=3)


@pytest.fixture
def ada(lesson):
    return make_learner(lesson.module.course)


def checks(lesson):
    return [piece["check"] for piece in lesson.rendered["segments"] if "check" in piece]


def learn(ada, lesson, raws=(), now=NOW):
    """Answer every check of the lesson: as given, the others right."""
    for key, raw in zip(checks(lesson), [*raws, *[RIGHT] * 9], strict=False):
        lessons.respond(
            reader=reader_of(ada),
            lesson_key=lesson.key,
            question_key=key,
            raw=raw,
            based_on=0,
            by=ada.user,
            now=now,
        )


def today(ada, now=LATER):
    return daily_review.open_review(reader=reader_of(ada), now=now)


def asked(ada, now=LATER):
    return [card.view.question_key for card in today(ada, now).cards]


def respond(ada, question, raw=RIGHT, now=LATER, based_on=0, **more):
    return daily_review.respond(
        reader=reader_of(ada),
        question_key=question,
        raw=raw,
        based_on=based_on,
        by=ada.user,
        now=now,
        **more,
    )


def snooze(ada, question, now=LATER):
    daily_review.snooze(reader=reader_of(ada), question_key=question, by=ada.user, now=now)


def count(ada, now=LATER):
    """Return the number that pages show beside the link."""
    return cards.set_counts(enrolments=[ada], now=now).get(ada.pk, 0)


def begin_next(ada, now=LATER):
    daily_review.begin_next(reader=reader_of(ada), by=ada.user, now=now)


# --- entering


def test_the_checks_that_come_back_get_cards_when_the_lesson_is_completed(ada, lesson):
    first, *others = checks(lesson)
    learn(ada, lesson, [WRONG, RIGHT])

    rows = {card.question.key: card.due_on for card in ada.cards.all()}
    assert sorted(rows) == sorted(lesson.review) == sorted([first, *others[:2]])
    assert rows[first] == (NOW + DAY).date()
    assert rows[others[0]] == (NOW + 2 * DAY).date()


def test_cards_are_made_when_the_lesson_is_completed(ada, lesson):
    lessons.respond(
        reader=reader_of(ada),
        lesson_key=lesson.key,
        question_key=checks(lesson)[0],
        raw=RIGHT,
        based_on=0,
        by=ada.user,
        now=NOW,
    )

    assert not ReviewCard.objects.exists()


def test_practising_the_lesson_again_moves_no_card(ada, lesson):
    learn(ada, lesson)
    before = list(ada.cards.values())
    lessons.practise_again(reader=reader_of(ada), lesson_key=lesson.key, by=ada.user, now=LATER)
    learn(ada, lesson, [WRONG, WRONG, WRONG], now=LATER)

    assert list(ada.cards.values()) == before


def test_votes_and_essays_get_no_cards(ada, lesson):
    quiz = lesson.checks
    odd = [
        make_question(lesson.module, kind="vote", data=VOTE),
        make_question(lesson.module, kind="essay", data=ESSAY),
    ]
    add_checks(lesson, quiz, odd)
    lesson.review = checks(lesson)
    lesson.save()

    plan = outline(Course.objects.get(pk=lesson.module.course_id))
    keys = [place.question.key for place in plan.lesson(lesson.key).review_places]
    assert keys == checks(lesson)[:4]


# --- a set


def test_looking_writes_nothing_and_shows_the_same_twice(ada, lesson):
    learn(ada, lesson)
    before = Attempt.objects.count()

    assert [card.view.q for card in today(ada).cards] == [card.view.q for card in today(ada).cards]
    assert Attempt.objects.count() == before


def test_next_due_date_is_shown_when_nothing_is_due(ada, lesson):
    learn(ada, lesson)
    page = today(ada, NOW)

    assert (page.cards, page.due_count, page.card_count) == ([], 0, 3)
    assert page.next_on == (NOW + 2 * DAY).date()


def test_a_set_looks_the_same_before_and_after_it_begins(ada, lesson):
    learn(ada, lesson)
    before = today(ada).cards
    respond(ada, before[0].view.question_key)
    after = today(ada).cards

    assert [card.view.question_key for card in after] == [c.view.question_key for c in before]
    assert [card.view.q for card in after[1:]] == [card.view.q for card in before[1:]]
    assert [card.lesson.key for card in after] == [lesson.key] * 3


def test_a_response_is_explained_at_once_and_the_card_moves_on(ada, lesson):
    learn(ada, lesson)
    key = asked(ada)[0]
    done = respond(ada, key, RIGHT)

    card = ada.cards.get(question__key=key)
    assert (done.is_new, done.is_done, done.card.view.is_correct) == (True, False, True)
    assert (card.review_count, card.lapse_count, card.reviewed_at) == (1, 0, LATER)
    assert done.card.due_on == card.due_on > LATER.date() + 7 * DAY
    assert all(option["feedback"] for option in done.card.view.q["options"])


def test_a_lapse_brings_the_card_back_within_days(ada, lesson):
    learn(ada, lesson)
    key = asked(ada)[0]
    respond(ada, key, WRONG)

    card = ada.cards.get(question__key=key)
    assert (card.review_count, card.lapse_count) == (1, 1)
    assert (card.due_on - LATER.date()).days <= 3


def test_a_card_moves_once_however_often_the_response_is_sent(ada, lesson):
    learn(ada, lesson)
    key = asked(ada)[0]
    first = respond(ada, key, WRONG, idempotency_key="once")
    again = respond(ada, key, WRONG, idempotency_key="once", now=LATER + dt.timedelta(seconds=9))

    assert (first.is_new, again.is_new) == (True, False)
    assert again.card.due_on == first.card.due_on
    with pytest.raises(Closed):
        respond(ada, key, RIGHT, based_on=1)
    assert ada.cards.get(question__key=key).review_count == 1


def test_a_blank_response_begins_nothing(ada, lesson):
    learn(ada, lesson)
    before = Attempt.objects.count()
    with pytest.raises(Invalid):
        respond(ada, asked(ada)[0], {})

    assert Attempt.objects.count() == before


def test_question_outside_the_set_is_not_found(ada, lesson):
    learn(ada, lesson)

    with pytest.raises(NotFound):
        respond(ada, checks(lesson)[3])
    with pytest.raises(NotFound):
        respond(ada, checks(lesson)[0], now=NOW)
    assert Response.objects.filter(item__attempt__quiz__is_review=True).count() == 0


def test_the_set_is_done_with_its_last_card(ada, lesson):
    learn(ada, lesson)
    done = [respond(ada, key).is_done for key in asked(ada)]

    page = today(ada)
    assert done == [False, False, True]
    assert (page.is_done, page.answered_count, page.due_count) == (True, 3, 0)


def test_a_set_is_small_and_the_next_one_holds_the_rest(ada, lesson, settings):
    settings.COURSES_REVIEW_SET = 2
    learn(ada, lesson)
    first = asked(ada)
    assert today(ada).due_count == 1
    for key in first:
        respond(ada, key)
    assert asked(ada) == first
    begin_next(ada)

    second = asked(ada)
    assert len(second) == 1
    assert not {*first} & {*second}


def test_unanswered_card_is_due_again_and_not_wrong(ada, lesson):
    learn(ada, lesson)
    first, *others = asked(ada)
    respond(ada, first)
    tomorrow = LATER + DAY
    assert sorted(asked(ada, tomorrow)) == sorted(others)
    respond(ada, asked(ada, tomorrow)[0], now=tomorrow)

    former = Attempt.objects.filter(quiz__is_review=True).earliest("number")
    assert (former.is_open, former.percent) == (False, 100)
    assert former.items.count() == 1
    assert AttemptItem.objects.filter(attempt__quiz__is_review=True, score=0).count() == 0


def test_numbers_stay_until_they_are_answered_and_are_fresh_then(ada, lesson):
    """A page that was left open over midnight is judged as it was shown."""
    learn(ada, lesson)
    data = {
        "stem": "Of 100 people {n} came back. How many did not?",
        "params": {"n": {"min": 1, "max": 90}},
        "blanks": [
            {"key": "gone", "label": "Gone", "answer": "100 - n", "feedback": "The others."}
        ],
    }
    card = ada.cards.first()
    add_version(card.question, kind="numeric", data=data)
    respond(ada, next(key for key in asked(ada) if key != card.question.key))

    def stem(now):
        page = today(ada, now)
        return next(
            one.view.q["stem"] for one in page.cards if one.view.question_key == card.question.key
        )

    tomorrow = LATER + DAY
    evening = stem(LATER)
    assert stem(tomorrow) == evening
    number = 100 - int(re.search(r"people (\d+)", evening)[1])
    done = respond(ada, card.question.key, {"blank": {"gone": str(number)}}, now=tomorrow)
    assert done.card.view.is_correct
    assert stem(LATER + 400 * DAY) != evening


def test_a_set_that_is_handed_in_like_an_attempt_holds_what_was_answered(ada, lesson):
    learn(ada, lesson)
    respond(ada, asked(ada)[0])
    attempt = Attempt.objects.get(quiz__is_review=True)
    attempts.submit(attempt=attempt, by=ada.user, now=LATER)

    assert [item.score for item in attempt.items.all()] == [1]
    assert len(asked(ada)) == 2


def test_the_daily_review_never_counts_for_the_course(ada, lesson):
    learn(ada, lesson)
    before = Event.objects.filter(type="course.completed").count()
    for key in asked(ada):
        respond(ada, key, WRONG)
    begin_next(ada)

    assert not Result.objects.exists()
    assert Event.objects.filter(type="course.completed").count() == before == 1


def test_recalled_cards_count_for_objectives(ada, lesson):
    objective = lesson.module.objectives.create(
        course=lesson.module.course, key="OBJ-1", text="tell", bloom="apply"
    )
    lesson.module.questions.update(objective=objective)
    learn(ada, lesson)
    for key in asked(ada):
        respond(ada, key, WRONG)

    found = mastery.by_objective(enrolment=ada, now=LATER)
    assert [(row.count, row.share) for row in found] == [(4, Fraction(1, 4))]


# --- what becomes of a card


def test_new_version_keeps_the_cards_memory(ada, lesson):
    learn(ada, lesson)
    card = ada.cards.first()
    newer = add_version(card.question)

    page = today(ada)
    assert len(page.cards) == 3
    respond(ada, card.question.key)
    assert Response.objects.latest("pk").item.version == newer
    card.refresh_from_db()
    assert card.review_count == 1


def test_a_retired_question_is_asked_no_more(ada, lesson):
    learn(ada, lesson)
    question = ada.cards.first().question
    question.is_retired = True
    question.save()

    assert len(asked(ada)) == 2
    assert today(ada).card_count == 2
    assert cards.set_counts(enrolments=[ada], now=LATER) == {ada.pk: 2}


def test_everybody_has_their_own(ada, lesson):
    learn(ada, lesson)
    bob = make_learner(lesson.module.course)

    assert today(bob).card_count == 0
    with pytest.raises(NotFound):
        respond(bob, checks(lesson)[0])
    assert cards.set_counts(enrolments=[ada, bob], now=LATER) == {ada.pk: 3}


def test_in_a_preview_there_is_none(lesson):
    root = UserFactory(is_superuser=True)
    reader = access.reader(course_key=lesson.module.course.key, by=root)
    with pytest.raises(NotAllowed):
        daily_review.open_review(reader=reader, now=NOW)


# --- the number that every page shows, and cards that are put off


def test_the_number_is_what_the_set_asks_however_many_are_due(ada, lesson, settings):
    settings.COURSES_REVIEW_SET = 2
    learn(ada, lesson)
    seen = [(count(ada), today(ada).left_count)]
    for key in asked(ada):
        respond(ada, key)
        seen.append((count(ada), today(ada).left_count))

    assert seen == [(2, 2), (1, 1), (0, 0)]
    assert today(ada).due_count == 1
    begin_next(ada)
    assert (count(ada), today(ada).left_count) == (1, 1)


def test_the_number_counts_no_card_whose_enemy_is_in_the_set(ada, lesson):
    learn(ada, lesson)
    first, second, _third = Question.objects.filter(key__in=lesson.review).order_by("pk")
    first.enemies = [second.key]
    first.save()
    ada.course.refresh_from_db()

    assert (count(ada), today(ada).left_count) == (2, 2)


def test_the_number_of_yesterdays_set_is_that_of_a_new_one(ada, lesson):
    learn(ada, lesson)
    respond(ada, asked(ada)[0], WRONG)

    assert (count(ada, LATER + DAY), today(ada, LATER + DAY).left_count) == (3, 3)


def test_a_card_that_is_put_off_comes_tomorrow_and_makes_the_set_smaller(ada, lesson):
    learn(ada, lesson)
    first, *others = asked(ada)
    before = ada.cards.values("stability", "reviewed_at", "review_count").get(question__key=first)
    snooze(ada, first)
    snooze(ada, first)

    assert asked(ada) == others
    assert (count(ada), today(ada).due_count) == (2, 0)
    card = ada.cards.filter(question__key=first)
    assert card.values("stability", "reviewed_at", "review_count").get() == before
    assert card.get().due_on == (LATER + DAY).date()
    assert first in asked(ada, LATER + DAY)


def test_an_answered_card_is_not_put_off(ada, lesson):
    learn(ada, lesson)
    first = asked(ada)[0]
    respond(ada, first)
    due_on = ada.cards.get(question__key=first).due_on
    snooze(ada, first)

    assert ada.cards.get(question__key=first).due_on == due_on
    assert first in asked(ada)


def test_a_card_that_was_put_off_in_another_window_still_takes_a_response(ada, lesson):
    learn(ada, lesson)
    first = asked(ada)[0]
    snooze(ada, first)
    done = respond(ada, first)

    assert done.is_new
    assert first in asked(ada)


def test_what_is_not_in_the_set_is_not_put_off(ada, lesson):
    learn(ada, lesson)
    for key in ("no-such", checks(lesson)[3]):
        with pytest.raises(NotFound):
            snooze(ada, key)

    assert not Attempt.objects.filter(quiz__is_review=True).exists()


def test_all_cards_put_off_is_a_day_without_a_card(ada, lesson):
    learn(ada, lesson)
    for key in asked(ada):
        snooze(ada, key)
    page = today(ada)

    assert (page.cards, page.is_begun, page.current, count(ada)) == ([], True, None, 0)


def test_the_finish_names_lessons_of_cards_that_were_not_right(ada, lesson):
    learn(ada, lesson)
    first, second, third = asked(ada)
    respond(ada, first, WRONG)
    respond(ada, second, WRONG)
    respond(ada, third)
    page = today(ada)

    assert page.known_count == 1
    assert [one.key for one in page.worth_reading] == [lesson.key]
