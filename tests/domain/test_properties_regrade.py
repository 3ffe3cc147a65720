"""What a correction makes of an attempt: equal to a naive second one, and nobody falls unasked."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.domain.regrading import plan

pytestmark = pytest.mark.slow

PROPERTY = settings(deadline=None)
shares = st.one_of(
    st.none(), st.sampled_from([Fraction(0), Fraction(1)]), st.fractions(0, 1, max_denominator=6)
)
points = st.sampled_from([Decimal("0.5"), Decimal(1), Decimal(2), Decimal(5)])


@st.composite
def attempts(draw):
    found = []
    for key in range(draw(st.integers(1, 6))):
        share, is_touched = draw(shares), draw(st.booleans())
        found.append(
            plan.ItemState(
                key=key,
                worth=draw(points),
                share=share,
                is_pending=share is None and draw(st.booleans()),
                is_touched=is_touched,
                judged=draw(shares),
                new_worth=draw(st.one_of(st.none(), points)),
                kept=draw(st.sampled_from(["", "", "", plan.BY_PERSON])) if is_touched else "",
            )
        )
    return found


def total(rows):
    """The share of (share, worth, is pending): naive, by lists."""
    counted = [(share or 0, worth) for share, worth, waits in rows if share is not None or waits]
    whole = sum(Fraction(worth) for _share, worth in counted)
    return sum(share * Fraction(worth) for share, worth in counted) / whole if whole else None


def remark(items, transform, spares):
    """A second implementation: what each item counts afterwards, as (share, worth)."""
    before = [(one.share, one.worth, one.is_pending) for one in items]
    after = []
    for one in items:
        if not one.is_touched or one.kept:
            after.append((one.share, one.worth, one.is_pending))
        elif transform == "drop":
            after.append((None, Decimal(0), one.is_pending))
        else:
            worth = one.new_worth or one.worth
            share = Fraction(1) if transform == "full" else one.judged
            if transform == "rule" and spares and None not in (one.judged, one.share):
                share = max(one.judged, one.share)
            after.append((share, worth, share is None and one.is_pending))
    old, new = total(before), total(after)
    is_lower = old is not None and (new is None or new < old)
    if (old is not None and new is None) or (spares and is_lower):
        after = before
    return [(share, worth) for share, worth, _waits in after]


def applied(items, transform, spares):
    effects = {
        one.key: one for one in plan.plan(items=items, transform=transform, spares=spares).items
    }
    return [
        (effects[one.key].share, effects[one.key].worth)
        if one.key in effects
        else (one.share, one.worth)
        for one in items
    ]


transforms = st.sampled_from([plan.RULE, plan.FULL, plan.DROP])


@PROPERTY
@given(attempts(), transforms, st.booleans())
def test_plan_equals_a_naive_remark(items, transform, spares):
    assert applied(items, transform, spares) == remark(items, transform, spares)


@PROPERTY
@given(attempts(), transforms)
def test_nobody_falls_where_that_is_promised(items, transform):
    waits = {one.key: one.is_pending for one in items}
    rows = zip(items, applied(items, transform, spares=True), strict=True)
    after = total(
        [(share, worth, share is None and waits[one.key]) for one, (share, worth) in rows]
    )
    before = total([(one.share, one.worth, one.is_pending) for one in items])

    assert before is None or after >= before


@PROPERTY
@given(attempts(), transforms, st.booleans())
def test_a_persons_mark_is_left_alone_and_named(items, transform, spares):
    found = plan.plan(items=items, transform=transform, spares=spares)
    marked = {one.key for one in items if one.kept}

    assert marked.isdisjoint(one.key for one in found.items)
    assert (plan.BY_PERSON in found.notes) == bool(marked)


def test_an_attempt_of_which_nothing_would_count_stays():
    only = plan.ItemState(key=1, worth=Decimal(1), share=Fraction(1), is_touched=True)
    found = plan.plan(items=[only], transform=plan.DROP, spares=False)

    assert (found.items, found.notes) == ((), (plan.NOTHING_LEFT,))
