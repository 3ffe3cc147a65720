"""Item analysis: every figure against a second, naive version of it, and planted wrong keys."""

from math import isclose
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import wrong_keys
from courses.domain.analysis import choices, intervals, quizzes
from courses.domain.analysis.choices import ChoiceKey
from courses.domain.analysis.findings import ItemFinding
from courses.domain.analysis.quizzes import distribution
from courses.domain.analysis.scored import Column, ScoredItem
from tests.domain import naive_analysis as naive
from tests.lengths import length

QUICK = settings(deadline=None, max_examples=25)
KEY = ChoiceKey(tuple("abcd"), frozenset("b"))


def analyse(attempts, keys, verdicts=()):
    return quizzes.analyse(quizzes.AnalysisInput(attempts, keys, verdicts))


def compared(column):
    return choices.comparisons(column=column, key=KEY)


def about(value):
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def drawn_attempts(*, seed=3, learners=40, bank=12, size=8, levels=2):
    """Attempts of learners who differ, at forms that were drawn where the bank is larger."""
    source = Random(seed)
    attempts = []
    for _learner in range(learners):
        ability = source.gauss(0, 1)
        versions = sorted(source.sample(range(bank), size))
        attempt = []
        for version in versions:
            share = sum(ability + source.gauss(0, 1) > version / 6 - 1 for _level in range(levels))
            share /= levels
            chosen = "b" if share == 1 else source.choice("acd")
            attempt.append(ScoredItem(version, share, 1.0 + version % 3, (chosen,)))
        attempts.append(attempt)
    return attempts


@pytest.mark.parametrize(
    "form",
    [
        {"levels": 1, "bank": 8},
        {"levels": 4, "bank": 8},
        {"levels": 1, "bank": 12},
        {"levels": 3, "bank": 11, "learners": 75},
    ],
)
def test_figures_equal_their_definitions(form):
    attempts = drawn_attempts(**form)
    found = analyse(attempts, {})
    trust = found.reliability
    assert trust.alpha.value == about(float(naive.alpha(attempts)))
    assert (trust.alpha.low, trust.alpha.high) == about(naive.alpha_range(attempts))
    assert trust.sem_points == about(naive.standard_error(attempts))
    for one in found.questions:
        shares = [share for share, _r, _t in naive.shares_and_rests(attempts, one.version)]
        assert one.n == one.drawn == len(shares)
        assert one.facility.value == about(sum(shares) / len(shares))
        assert one.discrimination.value == about(naive.item_rest(attempts, one.version))
        expected = naive.fisher(one.discrimination.value, one.n)
        assert (one.discrimination.low, one.discrimination.high) == about(expected)
        assert one.point_biserial.value == about(naive.item_total(attempts, one.version))
        assert one.alpha_without == about(float(naive.alpha(attempts, without=one.version)))
    if form["bank"] == 8:
        assert trust.alpha.value == about(naive.cronbach(attempts))


@QUICK
@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_share_has_the_interval_of_wilson(pair):
    found = intervals.wilson(successes=pair[0], n=pair[1])
    low, high = naive.wilson(*pair)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)
    assert 0 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize(
    ("df", "quantile"), [(1, 12.7062047), (2, 4.30265273), (9, 2.26215716), (120, 1.97993041)]
)
def test_t_agrees_with_printed_tables(df, quantile):
    assert intervals.t_quantile(df) == pytest.approx(quantile, abs=1e-7)
    assert intervals.t_tail(t=quantile, df=df) == pytest.approx(0.025, abs=1e-9)
    assert intervals.t_tail(t=-quantile, df=df) == pytest.approx(0.975, abs=1e-9)


def test_partial_scores_have_the_interval_of_their_mean():
    """By hand: mean 0.5, standard deviation √(1/3)/…, t with three degrees of freedom."""
    found = intervals.mean([0.25, 0.75, 0.5, 0.5])
    error = (0.125 / 3) ** 0.5 / 2
    assert found.value == 0.5
    assert found.high - 0.5 == pytest.approx(3.182446305 * error, abs=1e-8)
    assert intervals.mean([1.0, 1.0, 0.5]).high == 1


def test_what_was_not_judged_or_does_not_count_changes_no_other_figure():
    attempts = drawn_attempts(levels=1)
    more = [[*attempt, ScoredItem(98, None, 3.0), ScoredItem(99, 1.0, 0.0)] for attempt in attempts]
    before, after = analyse(attempts, {}), analyse(more, {})
    assert after.reliability == before.reliability
    known = {one.version: one for one in after.questions}
    assert [known[one.version] for one in before.questions] == list(before.questions)
    for version in (98, 99):
        assert known[version].drawn == 40
        assert known[version].n == 0
        assert known[version].facility is None


def test_order_of_the_attempts_changes_no_figure_but_the_jackknife():
    attempts = drawn_attempts(levels=3)
    turned = [attempt[::-1] for attempt in attempts[::-1]]
    first, second = analyse(attempts, {}), analyse(turned, {})
    assert first.reliability.alpha.value == about(second.reliability.alpha.value)
    for one, other in zip(first.questions, second.questions, strict=True):
        assert one.version == other.version
        assert one.suspicion == about(other.suspicion)


@pytest.mark.parametrize(
    "attempts",
    [
        [],
        [[]] * 9,
        [[ScoredItem(1, 1.0, 1.0)]] * 9,
        [[ScoredItem(1, 1.0, 1.0), ScoredItem(2, 0.0, 1.0)]] * 9,
        [[ScoredItem(1, None, 1.0), ScoredItem(2, None, 0.0)]] * 9,
        [[ScoredItem(1, 0.1, 0.3), ScoredItem(2, 0.7, 0.1)]] * 40,
    ],
)
def test_what_cannot_be_said_is_none(attempts):
    found = analyse(attempts, {1: KEY}, [None] * len(attempts))
    assert found.reliability is None
    assert found.passed is None
    assert all(one.discrimination is None for one in found.questions)
    assert all(one.alpha_without is None for one in found.questions)


def test_nothing_is_said_of_four_attempts():
    found = analyse(drawn_attempts(bank=8)[:4], {}, [True] * 4)
    assert {one.finding for one in found.questions} == {ItemFinding.TOO_FEW}
    assert (found.reliability, found.mean_percent, found.passed) == (None, None, None)
    assert sum(found.distribution) == 0


def test_thirds_have_ties_in_the_middle():
    assert choices.thirds([1, 2, 3, 4, 5, 6]) == [0, 0, 1, 1, 2, 2]
    assert choices.thirds([1, 1, 1, 1, 5, 6]) == [1, 1, 1, 1, 2, 2]
    assert choices.thirds([1, 5, 5, 5, 5, 5]) == [0, 1, 1, 1, 1, 1]
    assert choices.thirds([2, 2]) == [1, 1]


def test_option_table_counts_each_choice_in_its_third():
    column = Column(
        drawn=6,
        shares=[0, 1, 0, 1, 0, 0],
        rests=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
        totals=[0.1] * 6,
        chosen=[("a",), ("b",), ("a", "c"), ("b",), (), ("gone",)],
    )
    rows = {row.key: row for row in choices.option_table(column=column, key=KEY)}
    assert rows["a"].thirds == (1, 1, 0)
    assert rows["b"].thirds == (1, 1, 0)
    assert rows["c"].thirds == (0, 1, 0)
    assert (rows["d"].chosen, rows["d"].mean_rest) == (0, None)
    assert rows[choices.NOTHING].thirds == (0, 0, 1)
    assert rows["a"].mean_rest == pytest.approx(0.2)
    chosen = [1.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    expected = intervals.correlation(xs=chosen, ys=column.rests).value
    assert rows["a"].discrimination == pytest.approx(expected)
    assert rows["d"].discrimination is None
    assert choices.sizes_of_thirds(column) == (2, 2, 2)


def column_of(groups):
    """A column of option → rest scores of its choosers; "b" is the key."""
    pairs = [(option, rest) for option, rests in groups.items() for rest in rests]
    return Column(
        drawn=len(pairs),
        shares=[float(option == "b") for option, _rest in pairs],
        rests=[rest for _option, rest in pairs],
        totals=[rest for _option, rest in pairs],
        chosen=[(option,) if option else () for option, _rest in pairs],
    )


def test_comparison_is_the_pooled_t_test():
    """By hand: means 0.7 and 0.5, pooled variance 0.01, so t = 0.2 / √(0.01 · (1/10 + 1/10))."""
    high = [0.6, 0.8] * 5
    column = column_of({"a": high, "b": [0.4, 0.6] * 5, "c": [0.1]})
    (found,) = compared(column)
    assert found.option == "a"
    variance = (10 * 0.01 + 10 * 0.01) / 18
    t = 0.2 / (variance * 0.2) ** 0.5
    assert found.t == pytest.approx(t)
    assert found.p == pytest.approx(3 * intervals.t_tail(t=t, df=18))
    assert found.is_suspicious


def test_key_that_nobody_chooses_is_compared_with_all_others():
    column = column_of({"a": [0.7, 0.9] * 8, "c": [0.2, 0.3] * 5, "b": [0.1]})
    assert compared(column)[0].option == "a"
    assert compared(column)[0].is_suspicious


def test_few_choosers_and_few_answers_are_not_compared():
    strong = [0.8, 0.9, 0.9, 0.9]
    assert compared(column_of({"a": strong, "b": [0.1, 0.2] * 10})) == []
    assert compared(column_of({"a": strong * 2, "b": [0.1, 0.2] * 5})) == []


def test_negative_question_without_single_key_is_suspected():
    """Partial scores that fall as the rest rises: no option can be named."""
    source = Random(4)
    attempts = []
    for _learner in range(40):
        ability = source.gauss(0, 1)
        good = [float(ability + source.gauss(0, 1) > 0) for _item in range(8)]
        bad = 0.5 if ability + source.gauss(0, 0.5) > 0 else 1.0
        attempts.append(
            [
                *(ScoredItem(n, share, 1.0) for n, share in enumerate(good)),
                ScoredItem(9, bad, 1.0, ("b", "c")),
            ]
        )
    keys = {9: ChoiceKey(tuple("abcd"), frozenset("bc"), takes_one=False)}
    for known in ({}, keys):
        first, *others = analyse(attempts, known).questions
        assert (first.version, first.finding) == (9, ItemFinding.NEGATIVE)
        assert not any(one.finding.is_suspicious for one in others)


def test_distribution_counts_everybody_once():
    assert distribution([0, 9.9, 10, 70, 100 * 0.7, 99.9, 100]) == (2, 1, 0, 0, 0, 0, 0, 2, 0, 2)


def test_verdicts_give_the_pass_rate():
    attempts = drawn_attempts(bank=8)
    found = analyse(attempts, {}, [True] * 30 + [False] * 6 + [None] * 4)
    assert (found.judged, found.passed.value) == (36, about(30 / 36))


@pytest.mark.two_lengths
def test_planted_wrong_keys_are_found():
    """With 60 learners; `python -m bench.wrong_keys` prints the figures of 20, 60 and 200."""
    tally, source = wrong_keys.Tally(60), Random(1)
    for _quiz in range(length(short=12, long=200)):
        wrong_keys.count(tally, source)
    assert tally.found / tally.quizzes > length(short=45, long=60) / 100
    assert tally.first / tally.found > 0.9
    assert tally.false / tally.clean < 0.012


def test_wrong_key_of_a_clear_question_is_found_and_named():
    source = Random(8)
    models = [wrong_keys.draw_model(source) for _question in range(20)]
    models[7] = wrong_keys.Model("a", 1.2, 0.0, {"b": (1, -0.5), "c": (1, -0.5), "d": (1, -0.5)})
    answers = wrong_keys.draw_answers(models, 60, source)
    keys = [model.right for model in models]
    keys[7] = "b"
    first = wrong_keys.analysed(answers, keys).questions[0]
    assert (first.version, first.finding, first.option) == (7, ItemFinding.WRONG_KEY, "a")
    assert first.discrimination.value < 0
    assert isclose(sum(row.chosen for row in first.options), 60)
