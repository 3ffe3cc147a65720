"""The figures of one question version, and what stands out in them. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from courses.domain.analysis import choices, intervals
from courses.domain.analysis.choices import ChoiceComparison, ChoiceKey, OptionRow
from courses.domain.analysis.findings import LEAST, Evidence, ItemFinding, finding_of
from courses.domain.analysis.intervals import Interval
from courses.domain.analysis.scored import Column


@dataclass(frozen=True)
class QuestionFigures:
    """What is known of a question version. None: it cannot be said."""

    version: int
    drawn: int
    n: int
    facility: Interval | None
    discrimination: Interval | None
    """The correlation of its score with the rest (Henrysson 1963)."""
    point_biserial: Interval | None
    """With the whole score, itself included: for readers of other reports."""
    alpha_without: float | None
    options: tuple[OptionRow, ...]
    thirds: tuple[int, int, int]
    finding: ItemFinding
    option: str
    """The option that the finding is about."""
    comparisons: tuple[ChoiceComparison, ...]
    seconds: Interval | None
    """The median time until the first response to it."""
    timed: int
    """Attempts in which that time is known."""
    errors: tuple[int, ...]
    """How often each of the errors was met that the author foresaw."""
    checked: int
    """Responses in which they were looked for."""
    suspicion: float | None
    """A t value, to order questions by: the higher, the more a key is to be doubted."""


@dataclass(frozen=True)
class Beside:
    """What is known of a question version beside its scores."""

    key: ChoiceKey | None = None
    alpha_without: float | None = None
    seconds: Sequence[float] = ()
    errors: tuple[int, ...] = ()
    checked: int = 0


NOTHING_BESIDE = Beside()


def figures_of(*, version: int, column: Column, beside: Beside = NOTHING_BESIDE) -> QuestionFigures:
    """Return the figures of one question version."""
    if column.n < LEAST:
        return _unsaid(version, column)
    discrimination = _correlation(column, column.rests)
    key = beside.key
    compared = choices.comparisons(column=column, key=key) if key is not None else []
    options = choices.option_table(column=column, key=key) if key is not None else []
    facility = _facility(column)
    evidence = Evidence(column.n, key, facility, discrimination, compared, options)
    finding, option = finding_of(evidence)
    return QuestionFigures(
        version=version,
        drawn=column.drawn,
        n=column.n,
        facility=facility,
        discrimination=discrimination,
        point_biserial=_correlation(column, column.totals),
        alpha_without=beside.alpha_without,
        options=tuple(options),
        thirds=choices.sizes_of_thirds(column) if options else (0, 0, 0),
        finding=finding,
        option=option,
        comparisons=tuple(compared),
        seconds=intervals.median(beside.seconds) if len(beside.seconds) >= LEAST else None,
        timed=len(beside.seconds),
        errors=beside.errors,
        checked=beside.checked,
        suspicion=_suspicion(column.n, discrimination, compared),
    )


def order(figures: QuestionFigures) -> tuple[int, float, float]:
    """Return by what questions are sorted, the most suspicious one first."""
    facility = figures.facility.value if figures.facility else 1.0
    doubt = -math.inf if figures.suspicion is None else figures.suspicion
    return (0 if figures.finding.is_suspicious else 1, -doubt, facility)


def _unsaid(version: int, column: Column) -> QuestionFigures:
    return QuestionFigures(
        version=version,
        drawn=column.drawn,
        n=column.n,
        facility=None,
        discrimination=None,
        point_biserial=None,
        alpha_without=None,
        options=(),
        thirds=(0, 0, 0),
        finding=ItemFinding.TOO_FEW,
        option="",
        comparisons=(),
        seconds=None,
        timed=0,
        errors=(),
        checked=0,
        suspicion=None,
    )


def _facility(column: Column) -> Interval:
    """Return the mean share, with Wilson's interval where it was right or wrong."""
    if column.is_dichotomous:
        return intervals.wilson(successes=round(sum(column.shares)), n=column.n)
    return intervals.mean(column.shares)


def _correlation(column: Column, others: list[float]) -> Interval | None:
    return intervals.correlation(xs=column.shares, ys=others) if column.has_rests else None


def _suspicion(n: int, r: Interval | None, compared: list[ChoiceComparison]) -> float | None:
    """Return the largest t of a wrong option, else that of a negative correlation."""
    if compared:
        return compared[0].t
    if r is None or abs(r.value) >= 1 or n < 3:
        return None
    return -r.value * math.sqrt((n - 2) / (1 - r.value**2))
