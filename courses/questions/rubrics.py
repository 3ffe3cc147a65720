"""A rubric as those who mark use it: criteria with a weight, levels with their share. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from courses.errors import Invalid, Problem


@dataclass(frozen=True)
class RubricLevel:
    """One level of a criterion. `scaled` is its share of the criterion, 0…1."""

    text: str
    scaled: Fraction


@dataclass(frozen=True)
class RubricCriterion:
    """A criterion; texts are Markdown source. `weight` is its share of the whole question."""

    key: str
    text: str
    weight: Fraction
    levels: tuple[RubricLevel, ...]


def equal_steps(count: int) -> tuple[Fraction, ...]:
    """Return the points of levels that were given none: 0 for the first, 1 for the last."""
    return tuple(Fraction(index, max(count - 1, 1)) for index in range(count))


def criterion(
    *, key: str, text: str, levels: Sequence[str], points: Sequence[Fraction], total: Fraction
) -> RubricCriterion:
    """Return a criterion whose levels earn these points; `total` is the most of all criteria."""
    most = max(points)
    return RubricCriterion(
        key=key,
        text=text,
        weight=most / total,
        levels=tuple(
            RubricLevel(level, earned / most) for level, earned in zip(levels, points, strict=True)
        ),
    )


def marks(*, rubric: Sequence[RubricCriterion], levels: Mapping[str, int]) -> Fraction:
    """Return the share of full marks (0…1) that these levels earn together.

    Raises Invalid for a criterion without a level, a level that it has not, an unknown criterion.
    """
    problems = [*_unknown(rubric, levels), *_missing(rubric, levels)]
    if problems:
        raise Invalid(problems=problems)
    earned = [one.weight * one.levels[levels[one.key]].scaled for one in rubric]
    return sum(earned, Fraction(0))


def _unknown(rubric: Sequence[RubricCriterion], levels: Mapping[str, int]) -> list[Problem]:
    known = {one.key for one in rubric}
    text = _("The rubric has no criterion with this key.")
    return [Problem(f"levels.{key}", text) for key in levels if key not in known]


def _missing(rubric: Sequence[RubricCriterion], levels: Mapping[str, int]) -> list[Problem]:
    problems = []
    for one in rubric:
        level = levels.get(one.key)
        if level is None:
            problems.append(Problem(f"levels.{one.key}", _("Choose a level.")))
        elif not 0 <= level < len(one.levels):
            problems.append(Problem(f"levels.{one.key}", _("The criterion has no such level.")))
    return problems
