"""A mark by levels of a rubric: what it earns, what it is based on, what the learner sees."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.urls import reverse

from courses.domain import attempts, grading, jobs, regrading, review
from courses.domain.person_marks import PartMark
from courses.domain.verifying import verify
from courses.errors import Conflict, Invalid
from courses.models import Attempt, RegradeOutcome
from tests.factories import (
    NOW,
    UserFactory,
    add_item,
    add_version,
    make_learner,
    make_question,
    make_quiz,
    reader_of,
)

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


def corrected(attempt, *, own=("0", "1"), transform="rule", **more):
    """Let the last level of the second criterion earn as much as that of the first."""
    rubric = [ESSAY["rubric"][0], {**ESSAY["rubric"][1], "points": list(own)}]
    question = attempt.items.get().version.question
    version = add_version(question, kind="essay", data={**ESSAY, "rubric": rubric})
    change = regrading.Correction(question, version, None)
    batch = regrading.apply(
        course=attempt.quiz.course,
        quizzes=[attempt.quiz],
        by=UserFactory(),
        now=NOW,
        changes=[change],
        reason="The words were worth too much.",
        transform=transform,
        spares=False,
        **more,
    )
    work()
    return batch


def work():
    for turn in range(1, 4):
        now = NOW + timedelta(seconds=61 * turn)
        jobs.work(clock=lambda now=now: now, until=now + timedelta(seconds=1))


def scaled_of(attempt):
    return attempt.items.get().scaled


def test_levels_are_added_up_anew_by_a_corrected_rubric_and_back(handed_in):
    give(handed_in, parts=LEVELS, based_on=1)
    assert scaled_of(handed_in) == Fraction(7, 8)

    batch = corrected(handed_in)
    assert scaled_of(handed_in) == Fraction(3, 4)
    outcome = RegradeOutcome.objects.get()
    assert outcome.state == "changed"

    shown = review.review(attempt=Attempt.objects.get(), by=handed_in.enrolment.user, now=NOW)
    assert [(one.points, one.most) for one in shown.items[0].marks] == [(2, 4), (4, 4)]
    regrading.undo(batch=batch, by=UserFactory(), now=NOW)
    work()
    assert scaled_of(handed_in) == Fraction(7, 8)
    assert not list(verify(now=NOW))


@pytest.mark.parametrize(
    "mark",
    [
        {"scaled": Fraction(1, 2)},
        {"parts": LEVELS, "scaled": Fraction(1, 2), "reason": "Handed in late."},
    ],
)
def test_a_mark_that_is_no_sum_of_levels_stays(handed_in, mark):
    give(handed_in, **mark)

    corrected(handed_in)

    assert scaled_of(handed_in) == Fraction(1, 2)
    assert RegradeOutcome.objects.get().notes == ["by_person"]
