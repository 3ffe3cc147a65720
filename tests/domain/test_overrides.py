"""A person sets a result, excuses from it, or takes that back; completion follows both ways."""

from datetime import timedelta
from fractions import Fraction

import pytest

from courses.domain import falling_behind, gradebook, overrides, progress
from courses.domain.outline import outline
from courses.domain.verifying import verify
from courses.errors import Conflict, Invalid
from courses.models import Enrolment, Event, Result
from tests.admin.conftest import teacher_of
from tests.factories import NOW, RIGHT, WRONG, make_learner, make_quiz, take_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell():
    quiz = make_quiz(questions=2, pass_mark=60)
    ada = make_learner(quiz.course)
    return {"line_item": gradebook.line_item(quiz), "enrolment": ada}


def decide(cell, scaled=None, **more):
    more.setdefault("now", NOW)
    return overrides.override(**cell, scaled=scaled, by=None, **more)


def result(cell):
    return Result.objects.get(**cell)


def is_complete(cell):
    return Enrolment.objects.get(pk=cell["enrolment"].pk).completed_at is not None


def test_who_is_excused_is_done_without_a_mark(cell):
    ada, quiz = cell["enrolment"], cell["line_item"].quiz
    take_quiz(ada, quiz, RIGHT, WRONG)
    assert (result(cell).percent, is_complete(cell)) == (50, False)

    decide(cell, is_excused=True, reason="Ill")
    row = result(cell)
    assert (row.percent, row.has_passed, row.is_excused, row.is_overridden) == (
        None, None, True, False,
    )  # fmt: skip
    assert row.shown_at is not None
    assert is_complete(cell)
    found = progress.course_progress(enrolment=ada, outline=outline(ada.course), now=NOW)
    assert found.percent == 100
    assert falling_behind.late(by=teacher_of(ada.course), now=NOW + timedelta(days=1)) == []
    assert list(verify(now=NOW)) == []

    decide(cell)
    assert (result(cell).percent, result(cell).is_excused, is_complete(cell)) == (50, False, False)
    types = list(Event.objects.order_by("pk").values_list("type", flat=True))
    assert types.count("course.completed") == types.count("course.completion_withdrawn") == 1
    assert list(verify(now=NOW)) == []


def test_completion_goes_when_the_pass_goes_and_not_otherwise(cell):
    decide(cell, Fraction(7, 10))
    assert is_complete(cell)
    decide(cell, Fraction(8, 10))
    assert is_complete(cell)
    decide(cell, Fraction(1, 10))
    assert not is_complete(cell)


def test_what_somebody_did_not_see_is_not_overwritten(cell):
    seen = overrides.state_of(**cell)
    decide(cell, Fraction(1, 2), based_on=seen)
    with pytest.raises(Conflict):
        decide(cell, Fraction(1, 4), based_on=seen)
    assert result(cell).percent == 50
    decide(cell, Fraction(1, 4), based_on=overrides.state_of(**cell))
    seen = overrides.state_of(**cell)
    decide(cell)
    take_quiz(cell["enrolment"], cell["line_item"].quiz, RIGHT, RIGHT)
    with pytest.raises(Conflict):
        decide(cell, is_excused=True, based_on=seen)


def test_a_share_must_be_one_and_nobody_is_excused_with_one(cell):
    for wrong in ({"scaled": Fraction(3, 2)}, {"scaled": Fraction(1, 2), "is_excused": True}):
        with pytest.raises(Invalid):
            decide(cell, **wrong)
    assert not Result.objects.exists()
