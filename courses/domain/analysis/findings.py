"""What stands out in the figures of a question: the first rule that applies is said. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from courses.domain.analysis import choices
from courses.domain.analysis.choices import ChoiceComparison, ChoiceKey, OptionRow
from courses.domain.analysis.intervals import Interval

LEAST = 5
"""Answers below which nothing is said."""
ENOUGH = 20
"""Answers below which the share of right answers is shown in grey."""
ENOUGH_TO_COMPARE = 30
"""Answers below which discrimination and alpha are shown in grey."""
CLEAR, SLIGHT = 0.3, 0.2
"""A correlation with the rest that is clear, and one below which a question hardly separates."""
HARD = 0.3


class ItemFinding(StrEnum):
    """What is said about a question."""

    WRONG_KEY = "wrong_key"
    """Stronger learners choose another option more often than the key."""
    NEGATIVE = "negative"
    """Stronger learners fail here more often."""
    TOO_FEW = "too_few"
    NOBODY = "nobody"
    EVERYBODY = "everybody"
    WEAK = "weak"
    HARD = "hard"
    UNUSED = "unused"
    """Nobody chooses one of the wrong options."""
    CLEAR = "clear"
    FEW = "few"
    NOTHING = "nothing"

    @property
    def is_suspicious(self) -> bool:
        return self in (ItemFinding.WRONG_KEY, ItemFinding.NEGATIVE)


@dataclass(frozen=True)
class Evidence:
    """What the rules look at."""

    n: int
    key: ChoiceKey | None
    facility: Interval
    discrimination: Interval | None
    comparisons: list[ChoiceComparison]
    options: list[OptionRow]

    @property
    def r_high(self) -> float:
        found = self.discrimination
        return 1.0 if found is None or found.high is None else found.high

    @property
    def r_low(self) -> float:
        found = self.discrimination
        return -1.0 if found is None or found.low is None else found.low


def finding_of(evidence: Evidence) -> tuple[ItemFinding, str]:
    """Return what matters most, and the key of the option that it is about or ""."""
    for finding, rule in _RULES:
        option = rule(evidence)
        if option is not None:
            return finding, option
    return ItemFinding.NOTHING, ""


def _if(is_true: bool) -> str | None:
    return "" if is_true else None


def _wrong_key(seen: Evidence) -> str | None:
    return next((one.option for one in seen.comparisons if one.is_suspicious), None)


def _negative(seen: Evidence) -> str | None:
    """Apply where options cannot be compared: the whole interval is below zero."""
    is_compared = seen.key is not None and seen.key.takes_one
    return _if(not is_compared and seen.n >= choices.LEAST and seen.r_high < 0)


def _unused(seen: Evidence) -> str | None:
    right = seen.key.right if seen.key is not None else ()
    unused = (row.key for row in seen.options if row.key and not row.chosen)
    return next((option for option in unused if option not in right), None)


_RULES: tuple[tuple[ItemFinding, Callable[[Evidence], str | None]], ...] = (
    (ItemFinding.WRONG_KEY, _wrong_key),
    (ItemFinding.NEGATIVE, _negative),
    (ItemFinding.FEW, lambda seen: _if(seen.n < ENOUGH)),
    (ItemFinding.EVERYBODY, lambda seen: _if(seen.facility.value == 1)),
    (ItemFinding.NOBODY, lambda seen: _if(seen.facility.value == 0)),
    (ItemFinding.FEW, lambda seen: _if(seen.n < ENOUGH_TO_COMPARE)),
    (ItemFinding.WEAK, lambda seen: _if(seen.r_high < SLIGHT)),
    (ItemFinding.HARD, lambda seen: _if((seen.facility.high or 0) < HARD)),
    (ItemFinding.UNUSED, _unused),
    (ItemFinding.CLEAR, lambda seen: _if(seen.r_low >= CLEAR)),
)
