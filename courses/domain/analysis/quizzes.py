"""The figures of a whole quiz: its questions, its reliability, the spread of its scores. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from courses.domain.analysis import findings, questions
from courses.domain.analysis.choices import ChoiceKey
from courses.domain.analysis.intervals import Interval, wilson
from courses.domain.analysis.questions import QuestionFigures
from courses.domain.analysis.reliability import Reliability, deviation, reliability
from courses.domain.analysis.scored import ScoredAttempt, columns, earned_of

BINS = 10


@dataclass(frozen=True)
class QuizFigures:
    """What is known of a quiz from attempts of its learners. None: it cannot be said."""

    attempts: int
    questions: tuple[QuestionFigures, ...]
    """The most suspicious one first."""
    reliability: Reliability | None
    mean_percent: float | None
    median_percent: float | None
    deviation_percent: float | None
    distribution: tuple[int, ...]
    """Attempts with 0 to below 10 per cent, and so on; the last has 100 per cent too."""
    passed: Interval | None
    judged: int
    """Attempts that have passed or failed."""


def analyse(
    *,
    attempts: Sequence[ScoredAttempt],
    keys: Mapping[int, ChoiceKey],
    verdicts: Sequence[bool | None] = (),
) -> QuizFigures:
    """Return the figures of attempts. `keys` are those of versions with options to choose."""
    sums = [earned_of(attempt) for attempt in attempts]
    found = columns(attempts=attempts, sums=sums)
    trust = reliability(attempts=attempts, earned=sums)
    without = trust.without if trust is not None else {}
    rows = [
        questions.figures_of(
            version=version,
            column=column,
            key=keys.get(version),
            alpha_without=without.get(version),
        )
        for version, column in found.items()
    ]
    percents = [100 * earned / worth for earned, worth in sums if worth]
    is_enough = len(percents) >= findings.LEAST
    judged = [one for one in verdicts if one is not None]
    return QuizFigures(
        attempts=len(attempts),
        questions=tuple(sorted(rows, key=lambda one: (*questions.order(one), one.version))),
        reliability=trust,
        mean_percent=math.fsum(percents) / len(percents) if is_enough else None,
        median_percent=median(percents) if is_enough else None,
        deviation_percent=deviation(percents) if is_enough else None,
        distribution=distribution(percents) if is_enough else (0,) * BINS,
        passed=wilson(successes=sum(judged), n=len(judged))
        if len(judged) >= findings.LEAST
        else None,
        judged=len(judged),
    )


def distribution(percents: Sequence[float]) -> tuple[int, ...]:
    """Return how many values each tenth of the scale has."""
    counts = [0] * BINS
    for percent in percents:
        # A share such as 0.7 may come out a rounding error below its tenth.
        counts[min(BINS - 1, int(percent / 100 * BINS + 1e-9))] += 1
    return tuple(counts)
