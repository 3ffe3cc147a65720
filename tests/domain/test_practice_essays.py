"""An essay in practice: nobody marks it, so it counts for nothing, written or not."""

from fractions import Fraction

import pytest

from courses.domain import attempts, grading
from courses.models import Attempt, AttemptItem
from tests.factories import (
    NOW,
    RIGHT,
    ModuleFactory,
    QuizFactory,
    add_item,
    make_learner,
    make_question,
    reader_of,
)
from tests.questions.cases import EXAMPLES

pytestmark = pytest.mark.django_db

WRITTEN = {"text": "A word that means everything means nothing."}


def sat(kind, *, essay, feedback_mode="deferred"):
    """A closed attempt at a choice, answered right, and an essay."""
    quiz = QuizFactory(module=ModuleFactory(), kind=kind, feedback_mode=feedback_mode)
    add_item(quiz, make_question(quiz.module), position=1)
    text = make_question(quiz.module, kind="essay", data=EXAMPLES["essay"][0])
    add_item(quiz, text, position=2)
    learner = make_learner(quiz.course)
    by = learner.user
    reader = reader_of(learner)
    page = attempts.quiz_page(reader=reader, quiz_key=quiz.key, now=NOW)
    sitting = attempts.start(reader=reader, quiz_key=quiz.key, by=by, now=NOW)
    sent = {"attempt": sitting, "based_on": 0, "by": by, "now": NOW}
    attempts.save(**sent, position=1, raw=RIGHT)
    if essay:
        attempts.save(**sent, position=2, raw=essay)
    return attempts.submit(attempt=sitting, by=by, now=NOW), page


@pytest.mark.parametrize("feedback_mode", ["deferred", "immediate"])
@pytest.mark.parametrize("essay", [WRITTEN, None], ids=["written", "blank"])
def test_in_practice_an_essay_neither_costs_nor_shrinks_anything(essay, feedback_mode):
    done, page = sat("practice", essay=essay, feedback_mode=feedback_mode)
    points = Fraction(AttemptItem.objects.get(position=1).points)

    assert (done.state, done.score, done.score_maximum) == ("graded", points, points)
    assert (done.percent, page.points_total) == (100, points)
    assert AttemptItem.objects.get(position=2).score is None
    [_choice, text] = attempts_items(done)
    assert (text.is_marked, _choice.is_marked) == (False, True)


def attempts_items(done):
    return [attempts.view_of(item) for item in done.items.order_by("position")]


def test_in_graded_work_a_blank_essay_costs_and_a_written_one_waits():
    blank, _page = sat("graded", essay=None)
    written, page = sat("graded", essay=WRITTEN)

    assert (blank.state, blank.percent) == (Attempt.State.GRADED, 50)
    assert written.state == Attempt.State.SUBMITTED
    assert page.points_total == written.score_maximum


def test_manual_grading_of_practice_counts():
    done, _page = sat("practice", essay=WRITTEN)
    item = AttemptItem.objects.get(position=2)
    by = done.enrolment.user
    grading.grade_by_person(item=item, scaled=Fraction(1, 2), by=by, now=NOW)
    done.refresh_from_db()

    assert done.percent == 75
