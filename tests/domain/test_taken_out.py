"""What was taken out of a course counts for nothing that is still to come."""

import datetime as dt

import pytest

from courses.domain import attempts, cards, daily_review, lessons, mastery, review
from courses.errors import NotFound
from courses.models import Enrolment, QuizItem, Tag
from tests.factories import NOW, RIGHT, WRONG, make_learner, make_lesson, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LATER = NOW + dt.timedelta(days=30)


def keys(lesson):
    return [piece["check"] for piece in lesson.rendered["segments"] if "check" in piece]


def fresh(learner):
    return Enrolment.objects.select_related("course", "user").get(pk=learner.pk)


def learn(learner, lesson):
    for key in keys(lesson):
        lessons.respond(
            reader=reader_of(fresh(learner)), lesson_key=lesson.key, question_key=key, raw=RIGHT,
            based_on=0, by=learner.user, now=NOW,
        )  # fmt: skip


def take(learner, quiz, raw=RIGHT):
    by = learner.user
    sitting = attempts.start(reader=reader_of(fresh(learner)), quiz_key=quiz.key, by=by, now=NOW)
    attempts.save(attempt=sitting, position=1, raw=raw, based_on=0, by=by, now=NOW)
    return attempts.submit(attempt=sitting, by=by, now=NOW)


def mastered(learner):
    (row,) = mastery.by_objective(enrolment=fresh(learner), now=LATER)
    return row.count, row.share


def give_objective(module):
    objective = module.objectives.create(course=module.course, key="O", text="tell", bloom="apply")
    module.questions.update(objective=objective)


def take_check_out(lesson):
    QuizItem.objects.get(quiz=lesson.checks, question__key=keys(lesson)[0]).delete()
    lesson.save()


def archive_the_lesson(lesson):
    lesson.is_archived = True
    lesson.save()


def archive_the_module(lesson):
    lesson.module.is_archived = True
    lesson.module.save()


def make_the_lesson_a_draft(lesson):
    lesson.is_draft = True
    lesson.save()


def make_the_module_a_draft(lesson):
    lesson.module.is_draft = True
    lesson.module.save()


def keep_it_from_coming_back(lesson):
    lesson.review = lesson.review[1:]
    lesson.save()


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (take_check_out, 1),
        (archive_the_lesson, 0),
        (archive_the_module, 0),
        (make_the_lesson_a_draft, 0),
        (make_the_module_a_draft, 0),
        (keep_it_from_coming_back, 1),
    ],
)
def test_cards_go_with_what_they_ask(change, left):
    lesson = make_lesson(checks=2, review=2)
    ada = make_learner(lesson.module.course)
    learn(ada, lesson)
    assert daily_review.open_review(reader=reader_of(fresh(ada)), now=LATER).card_count == 2

    change(lesson)
    ada = fresh(ada)
    page = daily_review.open_review(reader=reader_of(ada), now=LATER)
    counts = cards.set_counts(enrolments=[ada], now=LATER).get(ada.pk, 0)
    due = cards.due(enrolment=ada, now=LATER).count()
    assert (len(page.cards), page.card_count, counts, due) == (left, left, left, left)


def test_open_set_drops_removed_checks():
    lesson = make_lesson(checks=3, review=3)
    ada = make_learner(lesson.module.course)
    learn(ada, lesson)

    def respond(key):
        return daily_review.respond(
            reader=reader_of(fresh(ada)), question_key=key, raw=RIGHT, based_on=0,
            by=ada.user, now=LATER,
        )  # fmt: skip

    first, second, third = keys(lesson)
    assert (respond(second).card_count, respond(second).is_done) == (3, False)
    take_check_out(lesson)

    page = daily_review.open_review(reader=reader_of(fresh(ada)), now=LATER)
    assert {card.view.question_key for card in page.cards} == {second, third}
    with pytest.raises(NotFound):
        respond(first)
    done = respond(third)
    assert (done.card_count, done.is_done) == (2, True)


def test_archived_module_is_no_prerequisite():
    needed = make_quiz(questions=1)
    final = make_quiz(questions=1, module=make_lesson(checks=0).module, course=needed.course)
    final.module.course = needed.course
    final.module.save()
    final.requires_modules.add(needed.module)
    ada = make_learner(needed.course)
    page = attempts.quiz_page(reader=reader_of(ada), quiz_key=final.key, now=NOW)
    assert needed.title in page.refusal

    needed.module.is_archived = True
    needed.module.save()
    ada = fresh(ada)
    page = attempts.quiz_page(reader=reader_of(ada), quiz_key=final.key, now=NOW)
    assert page.may_start
    with pytest.raises(NotFound):
        attempts.quiz_page(reader=reader_of(ada), quiz_key=needed.key, now=NOW)


def test_mastery_ignores_removed_questions():
    lesson = make_lesson(checks=2)
    give_objective(lesson.module)
    ada = make_learner(lesson.module.course)
    learn(ada, lesson)
    assert mastered(ada)[0] == 2

    take_check_out(lesson)
    assert mastered(ada)[0] == 1
    question = lesson.module.questions.get(key=keys(lesson)[1])
    question.is_retired = True
    question.save()
    assert mastered(ada) == (0, None)


def test_practice_and_guesses_are_not_judged():
    """A pre-test, and a check that asks for a guess before the text, do not count for mastery."""
    lesson = make_lesson(checks=2)
    pretest = make_quiz(questions=1, kind="practice", module=lesson.module)
    graded = make_quiz(questions=1, module=lesson.module)
    give_objective(lesson.module)
    guess = lesson.module.questions.get(key=keys(lesson)[0])
    guess.tags.add(Tag.objects.create(course=lesson.module.course, key="guess"))
    ada = make_learner(lesson.module.course)

    sitting = take(ada, pretest, WRONG)
    assert sitting.has_passed is None
    assert mastered(ada) == (0, None)
    page = review.review(attempt=sitting, by=ada.user, now=NOW)
    assert [(row.share, row.is_met) for row in page.by_objective] == [(0, None)]
    assert (page.has_passed, page.to_repeat) == (None, [])
    learn(ada, lesson)
    assert mastered(ada) == (1, 1)
    take(ada, graded, WRONG)
    assert mastered(ada) == (2, 0.5)


def test_objective_is_met_by_three_responses_on_two_days():
    lesson = make_lesson(checks=2)
    graded = make_quiz(questions=1, module=lesson.module)
    give_objective(lesson.module)
    ada = make_learner(lesson.module.course)

    def is_met():
        (row,) = mastery.by_objective(enrolment=fresh(ada), now=LATER)
        return row.response_count, row.day_count, row.is_met

    learn(ada, lesson)
    assert is_met() == (2, 1, False)
    take(ada, graded)
    assert is_met() == (3, 1, False)
    by = ada.user
    again = attempts.start(reader=reader_of(fresh(ada)), quiz_key=graded.key, by=by, now=LATER)
    attempts.save(attempt=again, position=1, raw=RIGHT, based_on=0, by=by, now=LATER)
    attempts.submit(attempt=again, by=by, now=LATER)
    assert is_met() == (4, 2, True)
