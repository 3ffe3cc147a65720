"""A draw takes no check of a lesson: its solution was shown there."""

import pytest

from courses.domain import attempts
from courses.domain.authoring import edits
from courses.errors import Conflict
from courses.models import Question
from tests.factories import (
    NOW,
    ObjectiveFactory,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db


def course_with(*, checks, free):
    """(quiz, lesson): a quiz that draws two of an objective that all the questions share."""
    lesson = make_lesson(checks=checks)
    objective = ObjectiveFactory(module=lesson.module)
    Question.objects.update(objective=objective)
    for _number in range(free):
        make_question(lesson.module, objective=objective)
    quiz = make_quiz(questions=0, module=lesson.module)
    quiz.items.create(position=1, draw_count=2, draw_objective=objective)
    return quiz, lesson


def drawn(quiz):
    learner = make_learner(quiz.course)
    by = learner.user
    attempt = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)
    return set(attempt.items.values_list("version__question__key", flat=True))


def test_a_draw_takes_the_free_ones():
    quiz, lesson = course_with(checks=6, free=2)
    checks = set(lesson.checks.items.values_list("question__key", flat=True))

    for _number in range(5):
        assert not drawn(quiz) & checks


def test_checks_do_not_fill_a_draw_and_give_a_warning():
    quiz, _lesson = course_with(checks=6, free=1)

    (problem,) = edits.quiz_problems(quiz)
    assert problem.path == "items.0.draw.count"
    assert problem.message == "The bank has 1 questions left for this draw, not 2."
    with pytest.raises(Conflict):
        drawn(quiz)


@pytest.mark.parametrize("gone", ["lesson", "module", "check"])
def test_former_checks_may_be_drawn(gone):
    quiz, lesson = course_with(checks=6, free=0)
    assert edits.quiz_problems(quiz)
    if gone == "check":
        lesson.checks.items.all().delete()
    else:
        row = lesson if gone == "lesson" else lesson.module
        row.is_archived = True
        row.save()

    assert edits.quiz_problems(quiz) == []


def test_an_author_may_place_a_check_by_name():
    quiz, lesson = course_with(checks=1, free=2)
    check = lesson.checks.items.get().question
    quiz.items.create(position=2, question=check)

    assert check.key in drawn(quiz)
