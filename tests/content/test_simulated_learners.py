"""Simulated learners sit every quiz of the course: scores rise with ability.

Two learners of two abilities do so in the check, twenty of four abilities among the proofs.

How order is judged, so that luck cannot decide it: all seeds are fixed, learners of one number
share their luck across the abilities, and what is compared is the mean of their first attempts
at a quiz, which must rise strictly from each ability to the next.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from statistics import mean
from typing import Any

import pytest
from django.db import transaction

from tests.content.oracle import shipped
from tests.content.simulation import TUTOR, Record, run
from tests.lengths import LONG, two_lengths

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

EXAM = "final-exam"
FEW = 2
"""Learners in the check."""


@pytest.fixture(scope="module", params=two_lengths())
def record(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Record]:
    """One run for all tests of this file; nothing of it stays in the database."""
    few = Record(abilities=(0.3, 0.9), learners_each=1)
    with django_db_blocker.unblock(), transaction.atomic():
        yield run(Record() if request.param == LONG else few)
        transaction.set_rollback(True)


def authored() -> Iterator[tuple[str, set[str]]]:
    """Key and tags of every question in the course's files."""
    for module in shipped().modules:
        for question in module.questions:
            yield question.key, set(question.tags)


def test_every_quiz_was_sat_by_everybody(record: Record) -> None:
    course = shipped()
    quizzes = [*course.quizzes, *(quiz for module in course.modules for quiz in module.quizzes)]
    people = Counter(one.quiz for one in record.sittings if one.number == 1)

    assert people == {quiz.key: record.people for quiz in quizzes}


def test_scores_order_by_ability_in_every_quiz(record: Record, capsys: Any) -> None:
    means = {
        quiz: [
            mean(one.percent for one in record.first(quiz, ability)) for ability in record.abilities
        ]
        for quiz in record.quizzes
    }

    with capsys.disabled():
        lines = [f"  {quiz:14}" + "".join(f"{m:7.1f}" for m in row) for quiz, row in means.items()]
        sys.stdout.write(f"\nMean per cent at {record.abilities}:\n" + "\n".join(lines) + "\n")
    for quiz, row in means.items():
        assert all(weaker < stronger for weaker, stronger in pairwise(row)), (quiz, row)


def test_attempt_has_no_item_twice(record: Record) -> None:
    for sitting in record.sittings:
        assert len(sitting.keys) == len(sitting.met), sitting


def test_second_attempt_draws_other_items_as_far_as_the_bank_allows(
    record: Record, capsys: Any
) -> None:
    repeated, met = Counter(), Counter()
    for first, second in record.pairs():
        again = first.keys & second.keys
        assert len(again) == record.must_repeat[second.quiz], (second.learner, second.quiz)
        repeated[second.quiz] += len(again)
        met[second.quiz] += len(second.met)

    with capsys.disabled():
        shares = {quiz: f"{repeated[quiz] / met[quiz]:.0%}" for quiz in met}
        sys.stdout.write(f"\nMet again in a second attempt: {shares}\n")
    assert set(met) == set(record.must_repeat)
    assert sum(repeated.values()) == 0, "the banks hold enough for two attempts without repeats"


def test_every_question_of_the_banks_was_met(record: Record) -> None:
    banked = {key for key, tags in authored() if tags & {"bank", "exam"}}
    met = {key for sitting in record.sittings for key in sitting.keys}

    # Few learners meet most of them, twenty all.
    assert len(banked - met) <= (0 if record.people == 20 else len(banked) // 10)


def test_pass_mark_is_decided_on_the_exact_score(record: Record) -> None:
    graded = [one for one in record.sittings if one.has_passed is not None]
    for one in graded:
        assert one.score == sum((met.scaled for met in one.met), Fraction(0)), one
        assert one.has_passed == (100 * one.score >= one.pass_mark * one.maximum), one

    assert {one.has_passed for one in graded} == {True, False}


def test_pass_mark_parts_the_able_from_the_others(record: Record) -> None:
    passed = {
        ability: mean(one.has_passed for one in record.first(EXAM, ability))
        for ability in record.abilities
    }

    wanted = {0.3: 0, 0.5: 0, 0.7: pytest.approx(0.5, abs=0.5), 0.9: 1}
    assert passed == {ability: wanted[ability] for ability in record.abilities}


def test_exam_opens_only_to_those_who_passed_the_quizzes(record: Record) -> None:
    needed = {"m1-quiz", "m2-quiz", "m3-quiz", "m4-quiz"}
    alone: dict[str, set[str]] = {}
    for one in record.sittings:
        passed = alone.setdefault(one.learner, set())
        if one.has_passed and one.ability != TUTOR:
            passed.add(one.quiz)

    shut_out = {learner for learner, passed in alone.items() if not needed <= passed}
    assert set(record.shut_out) == shut_out
    assert 0 < len(shut_out) < record.people


def test_second_exam_waits_a_day(record: Record) -> None:
    assert len(record.too_early) == record.people


def test_tutored_attempts_earn_everything(record: Record) -> None:
    """The solution of every type, through the engine, is full marks: numbers of one's own too."""
    tutored = [one for one in record.sittings if one.ability == TUTOR]

    assert {one.percent for one in tutored} == {100.0}
    met_tutored = {met.type for one in tutored for met in one.met}
    all_met = {met.type for one in record.sittings for met in one.met}
    # The one who is tutored among few learners need not meet every type.
    assert len(all_met - met_tutored) <= (0 if record.people > FEW else 3)


def test_parameterised_items_are_met_and_part_the_able_from_the_others(record: Record) -> None:
    numbers = {
        ability: [
            met.scaled
            for one in record.sittings
            if one.ability == ability
            for met in one.met
            if met.has_numbers
        ]
        for ability in record.abilities
    }

    assert all(len(rows) >= 10 * record.learners_each for rows in numbers.values())
    means = [mean(rows) for rows in numbers.values()]
    assert all(weaker < stronger for weaker, stronger in pairwise(means)), means
