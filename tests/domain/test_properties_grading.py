"""An item's state is a fold over its gradings: the best try counts, a person's word replaces."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.domain import grading
from courses.domain.reveal.policy import Policy
from courses.models import AttemptItem, Grading

pytestmark = pytest.mark.slow

PROPERTY = settings(deadline=None)
AUTO, PERSON, REGRADE = Grading.Kind.AUTO, Grading.Kind.PERSON, Grading.Kind.REGRADE
REPEAT = Grading.Kind.REPEAT
POINTS = Decimal("3")

scaled = st.one_of(
    st.sampled_from([Fraction(0), Fraction(1)]), st.fractions(0, 1, max_denominator=9)
)
judgements = st.lists(
    st.tuples(st.sampled_from([AUTO, AUTO, AUTO, PERSON, REGRADE]), st.one_of(st.none(), scaled)),
    max_size=8,
)


def policy(tries):
    credit = [str(Fraction(1, number)) for number in range(1, tries + 1)]
    settings = {"kind": "practice", "feedback_mode": "interactive", "pass_mark": "80"}
    return Policy.load({**settings, "credit": credit})


def rows(judged, rules):
    """Grading rows as the domain writes them: credit by the tries that went before."""
    found, tries = [], 0
    for sequence, (kind, share) in enumerate(judged, start=1):
        if kind != AUTO and share is None:
            share = Fraction(0)  # noqa: PLW2901 - a person always gives a number
        credit = rules.credit_of(tries + 1) if kind == AUTO else Fraction(1)
        score = None if share is None else Fraction(POINTS) * share * credit
        tries += kind == AUTO and share is not None
        found.append(
            Grading(sequence=sequence, kind=kind, scaled=share, credit=credit, score=score)
        )
    return found


def summary(judged, tries=3):
    rules = policy(tries)
    return grading.summarise(gradings=rows(judged, rules), policy=rules)


@PROPERTY
@given(judgements, st.integers(1, 4))
def test_fold_equals_the_reference(judged, tries):
    """The reference looks back from the end: the last word that replaced, and what came after."""
    graded = rows(judged, policy(tries))
    replaced = [place for place, row in enumerate(graded) if row.kind != AUTO]
    people = [row for row in graded if row.kind == PERSON]
    start = replaced[-1] if replaced else 0
    scores = [row.score for row in graded[start:] if row.score is not None]
    counted = [row for row in graded if row.kind == AUTO and row.score is not None]
    is_right = bool(people) or any(row.scaled == 1 for row in counted)

    found = summary(judged, tries)

    assert found.score == (max(scores) if scores else None)
    assert found.tries == len(counted)
    assert found.is_closed == (is_right or len(counted) >= tries)


@PROPERTY
@given(judgements, scaled)
def test_trying_on_never_takes_anything_away(judged, share):
    before, after = summary(judged), summary([*judged, (AUTO, share)])

    assert after.tries == before.tries + 1
    assert after.score >= (before.score or 0)
    assert after.is_closed >= before.is_closed


@PROPERTY
@given(judgements, scaled)
def test_a_persons_word_replaces_whatever_stood_before(judged, share):
    found = summary([*judged, (PERSON, share)])

    assert (found.score, found.is_closed) == (Fraction(POINTS) * share, True)


@PROPERTY
@given(judgements, st.integers(1, 4))
def test_summary_stays_between_nothing_and_full_marks(judged, tries):
    found = summary(judged, tries)
    item = AttemptItem(points=POINTS)
    grading.apply_summary(item=item, summary=found)

    assert found.score is None or 0 <= found.score <= POINTS
    assert item.scaled == (None if found.score is None else found.score / 3)


@PROPERTY
@given(judgements)
def test_a_judgement_that_waits_for_a_person_is_no_try(judged):
    assert summary([*judged, (AUTO, None)]) == summary(judged)


@PROPERTY
@given(judgements, scaled)
def test_the_same_response_again_changes_nothing(judged, share):
    assert summary([*judged, (REPEAT, share)]) == summary(judged)


@PROPERTY
@given(judgements, st.lists(st.tuples(scaled, st.booleans()), min_size=1, max_size=3), st.data())
def test_an_undone_regrade_leaves_everything_as_it_would_be_without(judged, regrades, data):
    rules = policy(3)
    found = rows(judged, rules)
    without = grading.summarise(gradings=found, policy=rules)
    for batch, (share, is_dropped) in enumerate(regrades, start=1):
        points = Decimal(0) if is_dropped else Decimal(3)
        score = None if is_dropped else Fraction(points) * share
        row = Grading(kind=REGRADE, batch_id=batch, points=points, scaled=share, score=score)
        found.insert(data.draw(st.integers(0, len(found))), row)
    regraded = grading.summarise(gradings=found, policy=rules)
    undone = [
        Grading(kind=REGRADE, batch_id=batch, is_undo=True) for batch in range(1, len(regrades) + 1)
    ]

    assert (regraded.tries, regraded.is_closed) == (without.tries, without.is_closed)
    assert regraded.points is not None
    assert grading.summarise(gradings=[*found, *undone], policy=rules) == without
