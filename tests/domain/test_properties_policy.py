"""What is shown when: seven fields, five moments, every state an attempt can be in."""

import datetime as dt
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.domain.reveal import policy
from courses.domain.reveal.policy import Moment, Policy
from courses.questions.base import Reveal

PROPERTY = settings(deadline=None)
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
ALL = ("response", "correctness", "points", "feedback", "explanation", "solution", "overall")
SECRET = ("correctness", "feedback", "explanation", "solution")


def rules(kind="graded", mode="deferred", review=None, credit=("1", "1/2")):
    return Policy.load(
        {
            "kind": kind,
            "feedback_mode": mode,
            "credit": list(credit),
            "review": review or {},
            "pass_mark": "80",
        }
    )


def shown(reveal):
    return {name for name in ALL if getattr(reveal, name)}


ONLY_SCORE = {"response", "points", "overall"}
# The state of the attempt → what each kind of quiz shows then, by its defaults.
TABLE = {
    ("practice", Moment.DURING): set(ALL),
    ("practice", Moment.JUST_AFTER): set(ALL),
    ("practice", Moment.LATER): set(ALL),
    ("practice", Moment.AFTER_CLOSE): set(ALL),
    ("graded", Moment.DURING): {"response"},
    ("graded", Moment.JUST_AFTER): set(ALL),
    ("graded", Moment.LATER): set(ALL),
    ("graded", Moment.AFTER_CLOSE): set(ALL),
    ("exam", Moment.DURING): {"response"},
    ("exam", Moment.JUST_AFTER): ONLY_SCORE,
    ("exam", Moment.LATER): ONLY_SCORE,
    ("exam", Moment.AFTER_CLOSE): set(ALL),
}


@pytest.mark.parametrize(("kind", "moment"), TABLE)
def test_defaults(kind, moment):
    assert shown(rules(kind).reveal_at(moment)) == TABLE[kind, moment]


@pytest.mark.parametrize("kind", ["practice", "graded", "exam"])
@pytest.mark.parametrize("review", [None, {"later": ["points"], "after_close": ["solution"]}])
def test_after_the_last_try_a_dated_quiz_waits_for_its_date(kind, review):
    """Unless its table has another rule; a quiz without a date never closes, and does not wait."""
    chosen = rules(kind, review=review)

    def after_last_try(*, is_dated):
        return chosen.reveal_at(Moment.AFTER_LAST_TRY, is_dated=is_dated)

    assert after_last_try(is_dated=True) == chosen.reveal_at(Moment.LATER)
    assert after_last_try(is_dated=False) == chosen.reveal_at(Moment.AFTER_CLOSE)
    named = rules(kind, review={**(review or {}), "after_last_try": ["correctness"]})
    for is_dated in (True, False):
        reveal = named.reveal_at(Moment.AFTER_LAST_TRY, is_dated=is_dated)
        assert shown(reveal) == {"correctness"}


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize("field", ALL)
def test_a_quiz_may_choose_every_field_at_every_moment(field, moment):
    """35 cells, each alone: a field is shown where the quiz names it and nowhere else."""
    chosen = rules("exam", review={name: [field] if name == moment else [] for name in Moment})

    assert {name: shown(chosen.reveal_at(name)) for name in Moment} == {
        name: {field} if name == moment else set() for name in Moment
    }


# The five states of an open item: (graded, closed) as far as its mode can bring it there.
@pytest.mark.parametrize("kind", ["practice", "graded", "exam"])
@pytest.mark.parametrize(("is_graded", "is_closed"), list(product([False, True], repeat=2)))
@pytest.mark.parametrize("mode", ["deferred", "immediate", "interactive"])
def test_while_the_attempt_is_open(kind, mode, is_graded, is_closed):
    reveal = rules(kind, mode).reveal_during(is_graded=is_graded, is_closed=is_closed)

    if mode == "deferred" or not is_graded:
        assert reveal == Reveal.nothing()
    elif is_closed:
        assert shown(reveal) == TABLE[kind, Moment.DURING] | {"response"}
    else:
        assert shown(reveal) == TABLE[kind, Moment.DURING] - {"solution", "explanation"}
    assert {type(value) for value in reveal.as_dict().values()} == {bool}


@PROPERTY
@given(
    st.dictionaries(st.sampled_from(list(Moment)), st.lists(st.sampled_from(ALL), unique=True)),
    st.sampled_from(["practice", "graded", "exam"]),
    st.sampled_from(["deferred", "immediate", "interactive"]),
)
def test_policy_reveals_nothing_before_the_first_judgement(review, kind, mode):
    """Whatever table a quiz chooses, an item that nobody judged yet shows nothing of its key."""
    chosen = rules(kind, mode, review)

    for is_closed in (False, True):
        reveal = chosen.reveal_during(is_graded=False, is_closed=is_closed)
        assert not shown(reveal) & {*SECRET, "points", "overall"}
    waiting = shown(chosen.reveal_during(is_graded=True, is_closed=False))
    assert not waiting & {"solution", "explanation"}


@PROPERTY
@given(
    st.integers(0, 10_000),
    st.one_of(st.none(), st.integers(-10_000, 10_000)),
    st.booleans(),
)
def test_moment(submitted_ago_s, closes_in_s, has_tries):
    submitted_at = NOW - dt.timedelta(seconds=submitted_ago_s)
    closes_at = None if closes_in_s is None else NOW + dt.timedelta(seconds=closes_in_s)

    found = policy.moment(
        submitted_at=submitted_at, closes_at=closes_at, has_tries=has_tries, now=NOW
    )

    if closes_in_s is not None and closes_in_s <= 0:
        assert found == Moment.AFTER_CLOSE
    elif not has_tries:
        assert found == Moment.AFTER_LAST_TRY
    else:
        assert found == (Moment.JUST_AFTER if submitted_ago_s < 600 else Moment.LATER)


@PROPERTY
@given(st.one_of(st.none(), st.integers(-10_000, 10_000)), st.booleans())
def test_an_open_attempt_is_during_whatever_else_is_true(closes_in_s, has_tries):
    closes_at = None if closes_in_s is None else NOW + dt.timedelta(seconds=closes_in_s)

    found = policy.moment(submitted_at=None, closes_at=closes_at, has_tries=has_tries, now=NOW)

    assert found == Moment.DURING


@PROPERTY
@given(st.integers(0, 5_000), st.integers(0, 5_000), st.integers(1, 20_000))
def test_moments_only_move_forward(first_s, more_s, closes_in_s):
    order = list(Moment)
    closes_at = NOW + dt.timedelta(seconds=closes_in_s)

    def at(seconds):
        now = NOW + dt.timedelta(seconds=seconds)
        return policy.moment(submitted_at=NOW, closes_at=closes_at, has_tries=True, now=now)

    assert order.index(at(first_s)) <= order.index(at(first_s + more_s))


falling_credits = st.lists(
    st.fractions(min_value=0, max_value=1, max_denominator=12), min_size=1, max_size=5
).map(lambda shares: sorted(shares, reverse=True))


@PROPERTY
@given(falling_credits, st.integers(1, 12))
def test_credit_falls_and_stays_at_the_last_share(shares, try_number):
    chosen = rules("practice", "interactive", credit=[str(share) for share in shares])

    assert chosen.tries == len(shares)
    assert chosen.credit_of(try_number) == shares[min(try_number, len(shares)) - 1]
    assert policy.check_credit([str(share) for share in shares]) == []


@pytest.mark.parametrize("mode", ["deferred", "immediate"])
def test_only_interactive_work_has_several_tries(mode):
    assert rules("practice", mode).tries == 1
    assert rules("practice", mode).credit_of(3) == Fraction(1)


@pytest.mark.parametrize("wrong", [["1/2", "1"], ["2"], ["-1/2"], ["much"], ["1/0"]])
def test_credit_that_makes_no_sense_is_a_problem(wrong):
    assert len(policy.check_credit(wrong)) == 1


def test_policy_reads_the_settings_of_a_quiz_and_their_defaults():
    base = {"kind": "exam", "feedback_mode": "deferred", "pass_mark": "62.5"}

    plain = Policy.load(base)
    assert (plain.kind, plain.feedback_mode, plain.credit) == ("exam", "deferred", (1,))
    assert (plain.grace_s, plain.pass_mark) == (0, Fraction(125, 2))
    assert plain.one_item_per_page is False
    assert plain.reveal_table == policy.DEFAULTS["exam"]
    more = {"grace_s": 30, "one_item_per_page": 1, "review": {"later": []}, "credit": None}
    full = Policy.load({**base, **more, "feedback_mode": "interactive"})
    assert (full.grace_s, full.one_item_per_page, full.credit) == (30, True, (1,))
    assert full.reveal_table == {**policy.DEFAULTS["exam"], "later": []}


def test_just_after_lasts_ten_minutes_and_the_close_counts_from_its_moment():
    def moment(seconds, closes_at=None):
        now = NOW + dt.timedelta(seconds=seconds)
        return policy.moment(submitted_at=NOW, closes_at=closes_at, has_tries=True, now=now)

    assert (moment(599), moment(600)) == (Moment.JUST_AFTER, Moment.LATER)
    close = NOW + dt.timedelta(seconds=60)
    assert (moment(59, close), moment(60, close)) == (Moment.JUST_AFTER, Moment.AFTER_CLOSE)


def test_table_of_what_is_shown_is_checked_with_places():
    table = {
        "later": ["points"],
        "never": ["points"],
        "during": "points",
        "just_after": 3,
        "after_close": ["points", "key"],
    }

    found = [(one.path, str(one.message)) for one in policy.check_reveal_table(table)]

    moments = "during, just_after, later, after_last_try, after_close"
    assert found == [
        ("review.never", f"Unknown moment; known: {moments}."),
        ("review.during", "A list of fields is expected here."),
        ("review.just_after", "A list of fields is expected here."),
        ("review.after_close", f"Unknown field; known: {', '.join(ALL)}."),
    ]


@pytest.mark.parametrize(
    ("credit", "message"),
    [
        (["much"], "Enter credit as a share"),
        (["1/0"], "Enter credit as a share"),
        ([2, 1], "between 0 and 1"),
        ([1, -1], "between 0 and 1"),
        (["1/2", 1], "must not rise"),
    ],
)
def test_problem_of_credit_says_what_is_wrong(credit, message):
    (problem,) = policy.check_credit(credit)

    assert problem.path == "credit"
    assert message in str(problem.message)
    assert policy.check_credit([1, 1, 0.5, 0]) == []
