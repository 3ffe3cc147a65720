"""A mark by levels of a rubric: what it earns, what it is based on, what the learner sees."""

from fractions import Fraction

import pytest
from django.urls import reverse

from courses.domain import attempts, grading
from courses.domain.person_marks import PartMark
from courses.domain.verifying import verify
from courses.errors import Conflict, Invalid
from tests.factories import NOW, add_item, make_learner, make_question, make_quiz, reader_of

pytestmark = pytest.mark.django_db

ESSAY = {
    "stem": "Say it in one sentence.",
    "rubric": [
        {"key": "clear", "text": "Is it **clear**?", "levels": ["no", "partly", "yes"]},
        {"key": "own", "text": "Own words", "levels": ["copied", "own"], "points": ["0", "3"]},
    ],
    "model_answer": "An experience is lived.",
}
LEVELS = (PartMark("clear", 1, "Say *who*."), PartMark("own", 1))


@pytest.fixture
def handed_in():
    """An essay worth 8 points that waits for a mark."""
    quiz = make_quiz(questions=0)
    add_item(quiz, make_question(quiz.module, kind="essay", data=ESSAY), position=1, points="8")
    ada = make_learner(quiz.course)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    sent = {"position": 1, "raw": {"text": "It is lived."}, "based_on": 0, "by": ada.user}
    attempts.save(attempt=sitting, now=NOW, **sent)
    return attempts.submit(attempt=sitting, by=ada.user, now=NOW)


def give(attempt, **values):
    return grading.grade_by_person(item=attempt.items.get(), by=None, now=NOW, **values)


def test_levels_add_up_and_are_kept_as_parts(handed_in):
    row = give(handed_in, parts=LEVELS, based_on=1)

    assert (row.scaled, row.score) == (Fraction(7, 8), 7)
    assert row.parts == [
        {"key": "clear", "level": 1, "scaled": "1/2", "feedback": "Say *who*."},
        {"key": "own", "level": 1, "scaled": "1", "feedback": ""},
    ]
    assert not list(verify(now=NOW))


def test_another_sum_needs_a_reason(handed_in):
    with pytest.raises(Invalid) as refused:
        give(handed_in, parts=LEVELS, scaled=Fraction(1, 2))
    assert [problem.path for problem in refused.value.problems] == ["reason"]

    row = give(handed_in, parts=LEVELS, scaled=Fraction(1, 2), reason="Handed in late.")
    assert (row.scaled, row.score) == (Fraction(1, 2), 4)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"parts": LEVELS[:1]},
        {"parts": (*LEVELS, PartMark("other", 0))},
        {"parts": (*LEVELS, PartMark("own", 0))},
        {"parts": (PartMark("clear", 3), LEVELS[1])},
        {"parts": LEVELS, "scaled": Fraction(2), "reason": "More than all."},
    ],
)
def test_parts_that_do_not_fit_the_rubric_are_refused_and_nothing_is_stored(values, handed_in):
    with pytest.raises(Invalid):
        give(handed_in, **values)

    assert handed_in.items.get().gradings.count() == 1


def test_a_mark_over_one_that_was_not_seen_is_refused_with_it(handed_in):
    first = give(handed_in, scaled=Fraction(1), based_on=1)

    with pytest.raises(Conflict) as refused:
        give(handed_in, parts=LEVELS, based_on=1)

    assert refused.value.details["grading"] == [first]
    assert give(handed_in, parts=LEVELS, based_on=2).sequence == 3


def test_the_learner_sees_the_levels_with_their_points_and_safe_feedback(handed_in, client):
    hostile = "<script>alert(1)</script> [a](javascript:alert(1)) and *that*"
    give(handed_in, parts=(PartMark("clear", 1, hostile), LEVELS[1]), feedback="**Good.**")
    client.force_login(handed_in.enrolment.user)
    page = client.get(reverse("cx_courses:review", args=[handed_in.uuid])).text

    assert "Is it <strong>clear</strong>?" in page
    assert "1 of 2 points" in page
    assert "6 of 6 points" in page
    assert "<em>that</em>" in page
    assert "<strong>Good.</strong>" in page
    assert page.count("Your grade") == 2
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_levels_are_hidden_where_points_are(handed_in, client):
    handed_in.policy = {**handed_in.policy, "review": {"just_after": ["feedback"], "later": []}}
    handed_in.save(update_fields=["policy"])
    give(handed_in, parts=LEVELS)
    client.force_login(handed_in.enrolment.user)
    page = client.get(reverse("cx_courses:review", args=[handed_in.uuid])).text

    assert "partly" not in page
    assert "own words" not in page.lower()
