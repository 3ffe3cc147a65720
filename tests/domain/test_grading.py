"""Judgements: what a row records, how rows add up, and what a person's grading changes."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from courses.domain import attempts, grading
from courses.domain.attempts import saving
from courses.domain.reveal.policy import Policy
from courses.errors import Conflict, Invalid
from courses.models import Attempt, AttemptItem, Event, Grading, Response, Result
from courses.questions.base import Outcome, Part
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    VOTE,
    WRONG,
    UserFactory,
    add_item,
    make_learner,
    make_question,
    make_quiz,
    reader_of,
)
from tests.questions.cases import EXAMPLES

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)
WRITTEN = {"text": "It is what a person lives through."}
HALF = Fraction(1, 2)


def policy(kind="graded", mode="deferred", credit=()):
    settings = {"kind": kind, "feedback_mode": mode, "credit": credit, "pass_mark": "80"}
    return Policy.load(settings)


def take(*raws, essay=True, **extra):
    """A submitted attempt at a quiz of two choices of 2 points and perhaps an essay of 4."""
    quiz = make_quiz(questions=2, points="2", **extra)
    if essay:
        text = make_question(quiz.module, kind="essay", data=ESSAY)
        add_item(quiz, text, position=3, points="4")
    ada = make_learner(quiz.course)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    sent = {"attempt": sitting, "based_on": 0, "by": ada.user, "now": NOW}
    for position, raw in enumerate(raws, start=1):
        attempts.save(**sent, position=position, raw=raw)
    return attempts.submit(attempt=sitting, by=ada.user, now=NOW)


def open_item(kind="single_choice", data=None):
    quiz = make_quiz(questions=0)
    add_item(quiz, make_question(quiz.module, kind=kind, data=data), position=1, points="3")
    ada = make_learner(quiz.course)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    return sitting.items.get()


def test_judge_compares_the_value_with_the_key():
    item = open_item()
    for raw, scaled in ((RIGHT, 1), (WRONG, 0)):
        value = item.version.question_type.parse(item.version.parsed, item.params, raw)
        assert grading.judge(item=item, value=value).scaled == scaled


def test_judge_reckons_with_the_figures_of_the_item():
    item = open_item("numeric", EXAMPLES["numeric"][0])
    item.params = {"values": {"p": "60", "s": "40", "d": "20"}}  # 120 answers, NPS 33.3

    for nps, scaled in (("33.3", 1), ("66.7", 0)):
        assert (
            grading.judge(item=item, value={"blank": {"nps": nps}, "decimal": "."}).scaled == scaled
        )


def test_essay_in_practice_is_marked_by_nobody():
    item = open_item("essay", ESSAY)
    choice = open_item()
    for kind, is_marked in (("practice", False), ("graded", True), ("exam", True)):
        rules = policy(kind)
        essay = item.version.question_type
        assert grading.is_marked(kind=essay, policy=rules) is is_marked
        assert grading.is_marked(kind=choice.version.question_type, policy=rules)

    assert grading.judge_at_the_end(item=item, policy=policy("practice")) == Outcome(None)
    assert grading.judge_at_the_end(item=item, policy=policy()).scaled == 0
    assert grading.judge_at_the_end(item=choice, policy=policy("practice")).scaled == 0


def test_grading_row_records_the_outcome_with_the_credit_of_its_try():
    item = AttemptItem(points=Decimal(3), tries=1)
    response = Response(revision=2)
    outcome = Outcome(HALF, (Part("a", Fraction(1, 3), "Nearly."),), "Half of it.")
    rules = policy("practice", "interactive", ("1", "1/2", "1/4"))

    row = grading.grading_row(
        item=item, outcome=outcome, policy=rules, response=response, sequence=7, now=NOW
    )

    assert (row.item, row.response, row.sequence, row.graded_at) == (item, response, 7, NOW)
    assert (row.kind, row.scaled, row.credit) == (Grading.Kind.AUTO, HALF, HALF)
    assert row.score == Fraction(3, 4)
    assert row.parts == [{"key": "a", "scaled": "1/3", "feedback": "Nearly."}]
    assert row.feedback == "Half of it."

    given = {"item": item, "policy": rules, "response": None, "sequence": 1, "now": NOW}
    waiting = grading.grading_row(outcome=Outcome(None), **given)
    assert (waiting.scaled, waiting.score, waiting.parts) == (None, None, [])


def test_repeated_row_copies_the_earlier_judgement():
    item, response = AttemptItem(points=Decimal(3)), Response(revision=3)
    earlier = Grading(
        sequence=1, scaled=HALF, credit=Fraction(1, 4), score=Fraction(3, 8), parts=[{"key": "a"}]
    )
    earlier.feedback = "Half of it."

    row = saving.repeated_row(item=item, earlier=earlier, response=response, sequence=2, now=LATER)

    assert (row.item, row.response, row.sequence, row.graded_at) == (item, response, 2, LATER)
    assert row.kind == Grading.Kind.REPEAT
    for name in ("scaled", "credit", "score", "parts", "feedback"):
        assert getattr(row, name) == getattr(earlier, name)


def row(kind, scaled, score=None):
    return Grading(kind=kind, scaled=scaled, score=scaled if score is None else score)


def test_summary_keeps_the_best_try_and_a_persons_grade_replaces_it():
    auto, person, repeat = Grading.Kind.AUTO, Grading.Kind.PERSON, Grading.Kind.REPEAT
    rules = policy("practice", "interactive", ("1", "1/2", "1/3"))
    zero, one = Fraction(0), Fraction(1)
    cases = [
        ([], (0, None, False)),
        ([row(auto, HALF), row(auto, zero)], (2, HALF, False)),
        ([row(auto, zero), row(auto, HALF)], (2, HALF, False)),
        ([row(auto, zero)] * 3, (3, zero, True)),
        ([row(auto, one, HALF)], (1, HALF, True)),
        ([row(auto, one, HALF), row(auto, zero)], (2, HALF, True)),
        ([row(auto, HALF), row(repeat, HALF)], (1, HALF, False)),
        ([row(repeat, HALF), row(auto, zero)], (1, zero, False)),
        ([row(auto, None), row(auto, zero)], (1, zero, False)),
        ([row(auto, one), row(person, zero)], (1, zero, True)),
        ([row(person, HALF), row(auto, one)], (1, one, True)),
    ]
    for gradings, expected in cases:
        found = grading.summarise(gradings=gradings, policy=rules)
        assert (found.tries, found.score, found.is_closed) == expected


def test_summary_is_put_on_the_item():
    item = open_item()
    grading.apply_summary(item=item, summary=grading.Summary(2, HALF, is_closed=True))
    assert (item.tries, item.score, item.scaled) == (2, HALF, Fraction(1, 6))
    assert item.is_closed is True

    grading.apply_summary(item=item, summary=grading.Summary(0, None, is_closed=False))
    assert (item.tries, item.score, item.scaled) == (0, None, None)
    assert item.is_closed is False


def test_vote_is_final_once_it_is_given():
    vote, choice = open_item("vote", VOTE), open_item()
    assert not grading.is_final(item=vote)
    vote.value = choice.value = {"choice": "a"}
    assert grading.is_final(item=vote)
    assert not grading.is_final(item=choice)
    grading.apply_summary(item=vote, summary=grading.Summary(0, None, is_closed=False))
    assert vote.is_closed


def test_pending_is_a_written_essay_outside_practice_without_a_score():
    essay, choice = open_item("essay", ESSAY), open_item()
    assert not grading.is_pending(item=essay, policy=policy())
    essay.value, choice.value = WRITTEN, RIGHT
    assert grading.is_pending(item=essay, policy=policy())
    assert not grading.is_pending(item=essay, policy=policy("practice"))
    assert not grading.is_pending(item=choice, policy=policy())
    essay.score = Fraction(0)
    assert not grading.is_pending(item=essay, policy=policy())


def test_totals_wait_for_the_essay_and_follow_when_it_is_graded():
    done = take(RIGHT, WRONG, WRITTEN, pass_mark=60)
    assert (done.state, done.score, done.score_maximum) == ("submitted", 2, 8)
    assert (done.percent, done.has_passed) == (25, None)
    essay = done.items.get(position=3)
    grace = UserFactory()

    made = grading.grade_by_person(
        item=essay,
        scaled=Fraction(3, 4),
        by=grace,
        now=LATER,
        feedback="Good.",
        reason="Second look",
    )

    assert (made.sequence, made.kind, made.scaled, made.score) == (2, "person", Fraction(3, 4), 3)
    assert (made.feedback, made.reason) == ("Good.", "Second look")
    assert (made.by, made.graded_at) == (grace, LATER)
    assert made.response == essay.responses.get()
    assert Grading.objects.get(pk=made.pk).score == 3
    essay.refresh_from_db()
    assert (essay.score, essay.scaled, essay.is_closed) == (3, Fraction(3, 4), True)
    done.refresh_from_db()
    assert (done.state, done.score, done.percent) == ("graded", 5, Decimal("62.5"))
    assert done.has_passed is True
    result = Result.objects.get(enrolment=done.enrolment, line_item__quiz=done.quiz)
    assert (result.percent, result.has_passed) == (Decimal("62.5"), True)
    done.enrolment.refresh_from_db()
    assert done.enrolment.completed_at == LATER


def test_event_says_whether_the_score_is_shown_at_that_time():
    review = {"just_after": [], "later": [], "after_close": ["points"]}
    done = take(RIGHT, WRONG, WRITTEN, closes_at=NOW + timedelta(days=1), review=review)
    essay = done.items.get(position=3)

    for now in (LATER, NOW + timedelta(days=1)):
        grading.grade_by_person(item=essay, scaled=HALF, by=None, now=now)

    rows = Event.objects.filter(type="attempt.graded").order_by("pk")
    assert [row.data["is_shown"] for row in rows] == [False, True]


def test_grading_by_a_person_is_recorded_as_an_event():
    done = take(RIGHT, RIGHT, WRITTEN)
    grace = UserFactory()
    Event.objects.all().delete()

    grading.grade_by_person(item=done.items.get(position=3), scaled=HALF, by=grace, now=LATER)

    graded, *others = Event.objects.order_by("pk")
    assert [event.type for event in others] == ["result.changed"]
    for event in (graded, *others):
        assert (event.by, event.occurred_at) == (grace, LATER)
        assert (event.enrolment, event.course) == (done.enrolment, done.quiz.course)
    assert graded.type == "attempt.graded"
    assert graded.data == {
        "is_shown": True,
        "attempt": str(done.uuid),
        "quiz": done.quiz.key,
        "number": 1,
        "state": "graded",
        "percent": 75,
        "has_passed": False,
        "submitted_at": "2026-03-02T09:00:00Z",
    }


def test_grading_of_one_of_two_essays_leaves_the_attempt_waiting():
    quiz = make_quiz(questions=0)
    for position in (1, 2):
        text = make_question(quiz.module, kind="essay", data=ESSAY)
        add_item(quiz, text, position=position)
    ada = make_learner(quiz.course)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    for position in (1, 2):
        given = {"position": position, "raw": WRITTEN, "based_on": 0, "by": ada.user}
        attempts.save(attempt=sitting, now=NOW, **given)
    attempts.submit(attempt=sitting, by=ada.user, now=NOW)
    item = sitting.items.get(position=2)

    first, second = (
        grading.grade_by_person(item=item, scaled=scaled, by=ada.user, now=LATER)
        for scaled in (Fraction(1), Fraction(0))
    )

    assert (first.sequence, second.sequence) == (2, 3)
    assert (second.feedback, second.reason) == ("", "")
    sitting.refresh_from_db()
    assert (sitting.state, sitting.has_passed) == ("submitted", None)
    assert not Event.objects.filter(type="attempt.graded").exists()


def test_grade_is_between_nothing_and_all_and_for_a_closed_attempt():
    done = take(RIGHT, RIGHT, WRITTEN)
    essay = done.items.get(position=3)
    for scaled in (Fraction(-1, 100), Fraction(101, 100)):
        with pytest.raises(Invalid, match="between zero and the maximum"):
            grading.grade_by_person(item=essay, scaled=scaled, by=None, now=LATER)
    for scaled in (Fraction(0), Fraction(1)):
        grading.grade_by_person(item=essay, scaled=scaled, by=None, now=LATER)

    item = open_item()
    with pytest.raises(Conflict, match="still open"):
        grading.grade_by_person(item=item, scaled=HALF, by=None, now=LATER)


def test_totals_pass_by_the_mark_of_the_attempt_or_a_given_one():
    done = take(RIGHT, WRONG, essay=False, pass_mark=80)
    items = list(done.items.all())
    assert (done.percent, done.has_passed, done.state) == (50, False, "graded")

    grading.set_totals(attempt=done, items=items, pass_mark=Decimal(50))
    assert done.has_passed is True
    grading.set_totals(attempt=done, items=items, pass_mark=Decimal(0))
    assert done.has_passed is True
    grading.set_totals(attempt=done, items=items)
    assert done.has_passed is False
    grading.set_totals(attempt=done, items=[])
    assert (done.percent, done.score_maximum, done.state) == (None, 0, Attempt.State.GRADED)
