"""What counts for one learner in one column, and whether it passes. Pure.

The mark is the lowest since the learner's first attempt began: a lowered one counts at once for
everybody, a raised one takes no pass away. In the same way the most generous method counts.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from courses.domain import scoring
from courses.models import Attempt, LineItemRule, Result, ResultOverride

RULE = "rule"
"""Where a frozen policy holds the number of the rule under which its attempt began."""


def cell(
    *,
    rules: Sequence[LineItemRule],
    finished: Sequence[Attempt],
    override: ResultOverride | None,
) -> dict[str, Any]:
    """Return the columns of a Result. `rules` (at least one) and `finished` are in their order."""
    override = override if override is not None and _is_standing(override) else None
    if not finished and override is None:
        return dict(_EMPTY)
    in_force = _since(standing(rules), finished, override)
    promised = [] if in_force[0].is_binding else _promised(finished)
    mark = min([*(row.pass_mark for row in in_force), *promised])
    if override is not None and override.is_excused:
        return {**_EXCUSED, "pass_mark": mark}
    earned = _earned(finished, [row.grade_method for row in in_force], mark)
    return {**earned, **(_overridden(Fraction(override.scaled), mark) if override else {})}


def _is_standing(override: ResultOverride) -> bool:
    """Return whether it says something; else it takes back what an earlier one said."""
    return override.is_excused or override.scaled is not None


def of_attempt(*, attempt: Attempt, pass_mark: Decimal) -> bool | None:
    """Return whether this attempt alone passes; None for practice and while a person may decide."""
    if attempt.policy.get("kind") == "practice" or not attempt.score_maximum:
        return None
    return _passes(_share(attempt), pass_mark, _is_pending(attempt))


def _since(
    rules: Sequence[LineItemRule], finished: Sequence[Attempt], override: ResultOverride | None
) -> list[LineItemRule]:
    """Return the rules in force since the learner began, or since a person overrode the result.

    One that is binding takes the place of all before it.
    """
    numbers = [int(finished[0].policy.get(RULE) or 1)] if finished else []
    if override is not None:
        before = [row.sequence for row in rules if row.at <= override.given_at]
        numbers.append(max(before, default=rules[0].sequence))
    found = [row for row in rules if row.sequence >= min(numbers)] or [rules[-1]]
    binding = [place for place, row in enumerate(found) if row.is_binding]
    return found[binding[-1] :] if binding else found


def standing(rules: Sequence[LineItemRule]) -> list[LineItemRule]:
    """Return the rules without those of regrades that were undone."""
    undone = {row.batch_id for row in rules if row.is_undo}
    return [row for row in rules if row.batch_id is None or row.batch_id not in undone]


def _promised(finished: Sequence[Attempt]) -> list[Decimal]:
    return [Decimal(str(one.policy["pass_mark"])) for one in finished[:1]]


def _earned(finished: Sequence[Attempt], methods: Sequence[str], mark: Decimal) -> dict[str, Any]:
    if not finished:
        return dict(_EMPTY)
    scored = [one for one in finished if one.score_maximum]
    shares = [_share(one) for one in scored]
    counted = (scoring.counted(method=method, shares=shares) for method in methods)
    share = max((one for one in counted if one is not None), default=None)
    is_pending = any(map(_is_pending, finished))
    return {
        "attempt": next((one for one in scored if _share(one) == share), finished[-1]),
        **_score(share, mark),
        "has_passed": None if share is None else _passes(share, mark, is_pending),
        "is_overridden": False,
        "is_excused": False,
        "activity_progress": Result.ActivityProgress.COMPLETED,
        "grading_progress": (
            Result.GradingProgress.PENDING_MANUAL
            if is_pending
            else Result.GradingProgress.FULLY_GRADED
        ),
        "submitted_at": max(one.submitted_at for one in finished if one.submitted_at),
    }


def _overridden(share: Fraction, mark: Decimal) -> dict[str, Any]:
    """Return the columns that an override sets in place of what the attempts earned."""
    return {
        **_score(share, mark),
        "has_passed": _passes(share, mark, is_pending=False),
        "is_overridden": True,
        "activity_progress": Result.ActivityProgress.COMPLETED,
        "grading_progress": Result.GradingProgress.FULLY_GRADED,
    }


def _score(share: Fraction | None, mark: Decimal) -> dict[str, Any]:
    percent = None if share is None else share * 100
    return {
        "score_given": percent,
        "score_maximum": Fraction(100),
        "percent": None if percent is None else scoring.beside(percent, mark=Fraction(mark)),
        "pass_mark": mark,
    }


_EMPTY: dict[str, Any] = {
    "attempt": None,
    "score_given": None,
    "score_maximum": None,
    "percent": None,
    "pass_mark": None,
    "has_passed": None,
    "is_overridden": False,
    "is_excused": False,
    "activity_progress": Result.ActivityProgress.INITIALIZED,
    "grading_progress": Result.GradingProgress.NOT_READY,
    "submitted_at": None,
}
"""Of a learner who has finished nothing in this column."""

_EXCUSED: dict[str, Any] = {
    **_EMPTY,
    "is_excused": True,
    "activity_progress": Result.ActivityProgress.COMPLETED,
    "grading_progress": Result.GradingProgress.FULLY_GRADED,
}
"""Of a learner who need not do it: nothing counts, and nothing is left to do."""

COLUMNS = tuple(_EMPTY)
"""The columns of a Result that a cell fills."""


def _share(attempt: Attempt) -> Fraction:
    """Return the share of an attempt whose maximum is not zero."""
    return Fraction(attempt.score or 0) / Fraction(attempt.score_maximum or 1)


def _is_pending(attempt: Attempt) -> bool:
    return attempt.state == Attempt.State.SUBMITTED


def _passes(share: Fraction, mark: Decimal, is_pending: bool) -> bool | None:
    if share * 100 >= Fraction(mark):
        return True
    return None if is_pending else False
