"""Figures as plain JSON, and back."""

from dataclasses import asdict
from typing import Any

from courses.domain.analysis.choices import ChoiceComparison, OptionRow
from courses.domain.analysis.findings import ItemFinding
from courses.domain.analysis.intervals import Interval
from courses.domain.analysis.questions import QuestionFigures
from courses.domain.analysis.quizzes import QuizFigures
from courses.domain.analysis.reliability import Reliability

DIGITS = 9
"""Significant digits of a stored figure."""


def dump(figures: QuizFigures) -> dict[str, Any]:
    """Return the figures as plain JSON."""
    found: dict[str, Any] = _rounded(asdict(figures))
    if found["reliability"]:
        # Stored with each question.
        del found["reliability"]["without"]
    return found


def load(data: dict[str, Any]) -> QuizFigures | None:
    """Return stored figures; None before they were computed for the first time."""
    if not data:
        return None
    trust = data["reliability"]
    values = {
        **data,
        "questions": tuple(map(_question, data["questions"])),
        "distribution": tuple(data["distribution"]),
        "passed": _interval(data["passed"]),
        "seconds": _interval(data["seconds"]),
        "reliability": trust
        and Reliability(**{**trust, "alpha": _interval(trust["alpha"]), "without": {}}),
    }
    return QuizFigures(**values)


def _question(data: dict[str, Any]) -> QuestionFigures:
    intervals = ("facility", "discrimination", "point_biserial", "seconds")
    options = tuple(OptionRow(**{**row, "thirds": tuple(row["thirds"])}) for row in data["options"])
    return QuestionFigures(
        **{
            **data,
            **{name: _interval(data[name]) for name in intervals},
            "options": options,
            "thirds": tuple(data["thirds"]),
            "errors": tuple(data["errors"]),
            "finding": ItemFinding(data["finding"]),
            "comparisons": tuple(ChoiceComparison(**row) for row in data["comparisons"]),
        }
    )


def _interval(data: dict[str, float] | None) -> Interval | None:
    return Interval(**data) if data else None


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {str(name): _rounded(one) for name, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value
