"""One verdict everywhere: by which mark, by which method, after a person's word, and as shown."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain import attempts, grading, overrides, progress, quiz_changes, review, scoring
from courses.domain.outline import outline
from courses.domain.verifying import verify
from courses.models import Attempt, AttemptItem, Event, LineItem, LineItemRule, Quiz, Result
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    WRONG,
    add_item,
    make_learner,
    make_question,
    make_quiz,
    reader_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def take(learner, quiz, *raws):
    by = learner.user
    quiz.refresh_from_db()
    sitting = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)
    for position, raw in enumerate(raws, start=1):
        attempts.save(attempt=sitting, position=position, raw=raw, based_on=0, by=by, now=NOW)
    return attempts.submit(attempt=sitting, by=by, now=NOW + dt.timedelta(minutes=1))


def verdicts(learner):
    """What every reader returns for the learner's one attempt: (verdict, mark)."""
    sitting = Attempt.objects.select_related("quiz").get(enrolment=learner)
    page = review.review(attempt=sitting, by=learner.user, now=NOW)
    quiz = attempts.quiz_page(reader=reader_of(learner), quiz_key=sitting.quiz.key, now=NOW)
    (listed,) = attempts.latest_of(by=learner.user, now=NOW, limit=9)
    learner.course.refresh_from_db()
    plan = outline(learner.course)
    found = progress.course_progress(enrolment=learner, outline=plan, now=NOW)
    result = Result.objects.get(enrolment=learner)
    assert (page.pass_mark, quiz.pass_mark) == (result.pass_mark, result.pass_mark)
    assert listed.has_passed in (page.has_passed, None)
    assert quiz.attempts[0].has_passed in (page.has_passed, None)
    assert found.is_done(plan.steps[-1]) == bool(page.has_passed)
    assert page.has_passed == quiz.result.has_passed == result.has_passed
    assert list(verify(now=NOW, is_fixing=False)) == []
    return page.has_passed, page.pass_mark


def set_mark(quiz, mark, *, channel="save"):
    quiz.pass_mark = Decimal(mark)
    if channel == "save":
        quiz.save()
    else:
        Quiz.objects.filter(pk=quiz.pk).update(pass_mark=quiz.pass_mark)
        quiz_changes.follow(quizzes=[quiz], now=timezone.now())


@pytest.mark.parametrize("channel", ["save", "many"])
def test_a_lowered_mark_counts_at_once_for_everybody(channel):
    quiz = make_quiz(questions=2, pass_mark=Decimal(80))
    ada, bob = make_learner(quiz.course), make_learner(quiz.course)
    take(ada, quiz, RIGHT, WRONG)
    assert verdicts(ada) == (False, 80)

    set_mark(quiz, 50, channel=channel)
    assert verdicts(ada) == (True, 50)
    take(bob, quiz, RIGHT, WRONG)
    assert verdicts(bob) == (True, 50)
    events = Event.objects.filter(type="result.changed", enrolment=ada)
    assert [row.data["has_passed"] for row in events.order_by("pk")] == [False, True]


def test_a_raised_mark_takes_no_pass_away_and_counts_for_the_next():
    quiz = make_quiz(questions=2, pass_mark=Decimal(50))
    ada, bob = make_learner(quiz.course), make_learner(quiz.course)
    take(ada, quiz, RIGHT, WRONG)
    set_mark(quiz, 80)
    take(bob, quiz, RIGHT, WRONG)

    assert verdicts(ada) == (True, 50)
    assert verdicts(bob) == (False, 80)
    set_mark(quiz, 60)
    assert verdicts(bob) == (False, 60)
    marks = LineItemRule.objects.order_by("sequence").values_list("pass_mark", flat=True)
    assert list(marks) == [50, 80, 60]
    assert Event.objects.filter(type="result.changed", enrolment=ada).count() == 1


def test_the_mark_that_an_attempt_began_with_is_kept():
    quiz = make_quiz(questions=2, pass_mark=Decimal(50))
    ada = make_learner(quiz.course)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    set_mark(quiz, 80)
    attempts.save(attempt=sitting, position=1, raw=RIGHT, based_on=0, by=ada.user, now=NOW)
    attempts.submit(attempt=sitting, by=ada.user, now=NOW)

    assert verdicts(ada) == (True, 50)


def test_a_stricter_method_takes_no_pass_away():
    quiz = make_quiz(questions=1, grade_method="best")
    ada = make_learner(quiz.course)
    take(ada, quiz, RIGHT)
    take(ada, quiz, WRONG)
    quiz.grade_method = "last"
    quiz.save()

    result = Result.objects.get()
    assert (result.percent, result.has_passed) == (100, True)
    for sitting in Attempt.objects.all():
        page = review.review(attempt=sitting, by=ada.user, now=NOW)
        assert page.has_passed is True, "one verdict, whichever attempt is looked at"


@pytest.mark.parametrize(("raw", "scaled"), [(WRONG, Fraction(1)), (RIGHT, Fraction(0))])
def test_a_person_s_word_is_the_verdict_everywhere(client, raw, scaled):
    quiz = make_quiz(questions=1)
    ada, grace = make_learner(quiz.course), make_learner(quiz.course, role="instructor")
    take(ada, quiz, raw)
    column = LineItem.objects.get()
    overrides.override(line_item=column, enrolment=ada, scaled=scaled, by=grace.user, now=NOW)

    assert verdicts(ada) == (bool(scaled), quiz.pass_mark)
    client.force_login(ada.user)
    sitting = Attempt.objects.get()
    pages = [
        reverse("cx_courses:review", args=[sitting.uuid]),
        reverse("cx_courses:quiz", args=[quiz.course.key, quiz.key]),
        reverse("cx_courses:progress"),
    ]
    for address in pages:
        html = client.get(address).content.decode().lower()
        wrong = "not passed" if scaled else ">passed<"
        assert wrong not in html, address


def test_a_response_that_a_person_gave_full_marks_is_right():
    quiz = make_quiz(questions=1)
    ada, grace = make_learner(quiz.course), make_learner(quiz.course, role="instructor")
    sitting = take(ada, quiz, WRONG)
    item = AttemptItem.objects.get()
    grading.grade_by_person(item=item, scaled=Fraction(1), by=grace.user, now=NOW)
    sitting.refresh_from_db()

    (view,) = review.review(attempt=sitting, by=ada.user, now=NOW).items
    assert (view.is_correct, view.score) == (True, 1)
    assert not any("is_correct" in option for option in view.q["options"])
    assert verdicts(ada) == (True, quiz.pass_mark)


def test_no_verdict_while_a_person_still_grades():
    quiz = make_quiz(questions=1)
    add_item(quiz, make_question(quiz.module, kind="essay", data=ESSAY), position=2)
    ada = make_learner(quiz.course)
    take(ada, quiz, WRONG, {"text": "A longer text of my own."})

    assert verdicts(ada) == (None, quiz.pass_mark)
    set_mark(quiz, 10)
    assert verdicts(ada) == (None, 10)


def test_a_renamed_quiz_is_renamed_in_its_column():
    quiz = make_quiz(questions=1)
    take(make_learner(quiz.course), quiz, RIGHT)
    Quiz.objects.filter(pk=quiz.pk).update(title="Final check")

    column = LineItem.objects.select_related("quiz").get()
    assert (column.label, str(column)) == ("Final check", "Final check")


# --- What is shown beside a mark


@pytest.mark.parametrize(
    ("percent", "mark", "shown"),
    [
        ("79.600", "80", "79.6"),
        ("79.960", "80", "79.96"),
        ("79.996", "80", "79.996"),
        ("79.400", "80", "79"),
        ("80.000", "80", "80"),
        ("79.500", "79.50", "80"),
        ("79.400", "79.50", "79"),
        ("79.499", "79.30", "79.5"),
        ("66.667", "80", "67"),
    ],
)
def test_no_rounded_number_lies_on_the_other_side_of_the_mark(percent, mark, shown):
    found = scoring.shown(Decimal(percent), mark=Decimal(mark))

    assert str(found) == shown
    assert (found >= Decimal(mark)) == (Decimal(percent) >= Decimal(mark))


def test_stored_percent_is_not_rounded_to_the_mark():
    assert scoring.beside(Fraction(799999, 10000), mark=Fraction(80)) == Decimal("79.999")
    assert scoring.beside(Fraction(239, 3), mark=Fraction(80)) == Decimal("79.667")
    assert scoring.beside(Fraction(80), mark=Fraction(80)) == Decimal("80.000")


@pytest.mark.parametrize(("mark", "mark_text"), [("80", "80% needed"), ("79.50", "79.5% needed")])
def test_the_pages_show_the_mark_with_its_decimals(client, mark, mark_text):
    quiz = make_quiz(questions=0, pass_mark=Decimal(mark))
    for position, points in enumerate(("199", "51"), start=1):
        add_item(quiz, make_question(quiz.module), position=position, points=points)
    ada = make_learner(quiz.course)
    sitting = take(ada, quiz, RIGHT, WRONG)
    client.force_login(ada.user)
    html = client.get(reverse("cx_courses:review", args=[sitting.uuid])).content.decode()

    assert mark_text in html
    assert (">79.6%<" in html) is (mark == "80")


# --- Rules that change while attempts are under way


def begin(learner, quiz):
    by = learner.user
    return attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)


@pytest.mark.parametrize("channel", ["save", "many"])
def test_more_time_reaches_open_attempts_and_less_does_not(channel):
    closes = NOW + dt.timedelta(hours=1)
    quiz = make_quiz(questions=1, time_limit_s=1800, closes_at=closes)
    sitting = begin(make_learner(quiz.course), quiz)

    def change(**values):
        Quiz.objects.filter(pk=quiz.pk).update(**values)
        quiz.refresh_from_db()
        if channel == "save":
            quiz.save()
        moved = quiz_changes.follow(quizzes=[quiz], now=NOW)[quiz.pk]
        sitting.refresh_from_db()
        return sitting.deadline_at - NOW, moved.unchanged

    assert change(time_limit_s=2400) == (dt.timedelta(minutes=40), 0)
    assert change(time_limit_s=7200) == (dt.timedelta(hours=1), 0)
    assert change(closes_at=closes + dt.timedelta(hours=3)) == (dt.timedelta(hours=2), 0)
    assert change(time_limit_s=60) == (dt.timedelta(hours=2), 1)
    assert quiz_changes.count_unchanged(quiz=quiz) == 1
    Quiz.objects.filter(pk=quiz.pk).update(time_limit_s=None, closes_at=None)
    quiz.refresh_from_db()
    quiz_changes.follow(quizzes=[quiz], now=NOW)
    sitting.refresh_from_db()
    assert sitting.deadline_at is None


def test_a_limit_that_comes_later_leaves_open_attempts_as_they_are():
    quiz = make_quiz(questions=1)
    sitting = begin(make_learner(quiz.course), quiz)
    quiz.time_limit_s = 60
    quiz.save()

    sitting.refresh_from_db()
    assert sitting.deadline_at is None
    assert quiz_changes.count_unchanged(quiz=quiz) == 1
