"""The figures of a whole quiz: its questions, its reliability, the spread of its scores. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from courses.domain.analysis import intervals, questions
from courses.domain.analysis.choices import ChoiceKey
from courses.domain.analysis.findings import LEAST
from courses.domain.analysis.intervals import Interval, wilson
from courses.domain.analysis.questions import Beside, QuestionFigures
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
    seconds: Interval | None
    """The median time from start to end."""


@dataclass(frozen=True)
class AnalysisInput:
    """What an analysis is made of. Mappings are by question version."""

    attempts: Sequence[ScoredAttempt]
    keys: Mapping[int, ChoiceKey] = field(default_factory=dict)
    """Of versions with options to choose."""
    verdicts: Sequence[bool | None] = ()
    """Of each attempt, whether it has passed."""
    durations: Sequence[float] = ()
    """Seconds from the start of an attempt to its end."""
    seconds: Mapping[int, Sequence[float]] = field(default_factory=dict)
    """Seconds until the first response to a question."""
    errors: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """How often each foreseen error was met."""
    checked: Mapping[int, int] = field(default_factory=dict)
    """Responses in which errors were looked for."""


def analyse(given: AnalysisInput) -> QuizFigures:
    """Return the figures of attempts."""
    attempts = given.attempts
    sums = [earned_of(attempt) for attempt in attempts]
    trust = reliability(attempts=attempts, earned=sums)
    rows = [
        questions.figures_of(version=version, column=column, beside=_beside(version, given, trust))
        for version, column in columns(attempts=attempts, sums=sums).items()
    ]
    percents = [100 * earned / worth for earned, worth in sums if worth]
    is_enough = len(percents) >= LEAST
    judged = [one for one in given.verdicts if one is not None]
    return QuizFigures(
        attempts=len(attempts),
        questions=tuple(sorted(rows, key=lambda one: (*questions.order(one), one.version))),
        reliability=trust,
        mean_percent=math.fsum(percents) / len(percents) if is_enough else None,
        median_percent=median(percents) if is_enough else None,
        deviation_percent=deviation(percents) if is_enough else None,
        distribution=distribution(percents) if is_enough else (0,) * BINS,
        passed=wilson(successes=sum(judged), n=len(judged)) if len(judged) >= LEAST else None,
        judged=len(judged),
        seconds=intervals.median(given.durations) if len(given.durations) >= LEAST else None,
    )


def _beside(version: int, given: AnalysisInput, trust: Reliability | None) -> Beside:
    return Beside(
        key=given.keys.get(version),
        alpha_without=trust.without.get(version) if trust is not None else None,
        seconds=given.seconds.get(version, ()),
        errors=tuple(given.errors.get(version, ())),
        checked=given.checked.get(version, 0),
    )


def distribution(percents: Sequence[float]) -> tuple[int, ...]:
    """Return how many values each tenth of the scale has."""
    counts = [0] * BINS
    for percent in percents:
        # A share such as 0.7 may come out a rounding error below its tenth.
        counts[min(BINS - 1, int(percent / 100 * BINS + 1e-9))] += 1
    return tuple(counts)
