"""A person's mark by a rubric: levels of criteria, what they earn, how they are shown. Pure.

A grading keeps them in its `parts`: `{"key": criterion, "level": 2, "scaled": "2/3", "feedback"}`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from courses.errors import Invalid, Problem
from courses.models import Grading, QuestionVersion


@dataclass(frozen=True)
class PartMark:
    """The level that a person chose for one criterion, and what they say about it (Markdown)."""

    key: str
    level: int
    feedback: str = ""


@dataclass(frozen=True)
class WorkedOut:
    """What a person gives a response: the share, and the parts that it is the sum of."""

    scaled: Fraction
    parts: list[dict[str, Any]]


@dataclass(frozen=True)
class CriterionMark:
    """A marked criterion as people read it; texts are Markdown source. `points` of `most`."""

    key: str
    text: str
    level: int | None
    """None where two marks were averaged."""
    level_text: str
    points: Fraction
    most: Fraction
    feedback: str


def worked_out(
    *,
    version: QuestionVersion,
    parts: Sequence[PartMark],
    scaled: Fraction | None = None,
    reason: str = "",
) -> WorkedOut:
    """Return the mark that these parts earn by the version's rubric.

    `scaled` replaces their sum, with a reason. Without parts it is the whole mark. Raises Invalid
    for parts that do not fit the rubric, a share outside 0…1, a changed sum without a reason.
    """
    if scaled is not None and not 0 <= scaled <= 1:
        raise Invalid(_("A grade must be between zero and the maximum score."))
    if not parts:
        if scaled is None:
            raise Invalid(
                problems=[Problem("scaled", _("Give a grade, or a level for each criterion."))]
            )
        return WorkedOut(scaled, [])
    kind, data = version.question_type, version.parsed
    levels = {part.key: part.level for part in parts}
    total = kind.marks(data, levels)
    if total is None or len(levels) < len(parts):
        raise Invalid(problems=[Problem("parts", _("These parts do not fit the rubric."))])
    if scaled is not None and scaled != total and not reason.strip():
        text = _("The levels earn something else. Say why you give another grade.")
        raise Invalid(problems=[Problem("reason", text)])
    earned = {one.key: one.levels[levels[one.key]].scaled for one in kind.rubric(data)}
    rows = [
        {
            "key": part.key,
            "level": part.level,
            "scaled": str(earned[part.key]),
            "feedback": part.feedback,
        }
        for part in parts
    ]
    return WorkedOut(total if scaled is None else scaled, rows)


def latest(*, gradings: Iterable[Grading]) -> Grading | None:
    """Return the last grading by a person, if there is one."""
    rows = [row for row in gradings if row.kind == Grading.Kind.PERSON]
    return rows[-1] if rows else None


def levels_of(*, parts: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return criterion → level of stored parts; those of an average have none."""
    return {row["key"]: row["level"] for row in parts if row.get("level") is not None}


def shown(
    *, version: QuestionVersion, parts: Sequence[Mapping[str, Any]], worth: Decimal
) -> tuple[CriterionMark, ...]:
    """Return stored parts as people read them, in the rubric's order, with its points."""
    given = {row["key"]: row for row in parts if "level" in row}
    if not given:
        return ()
    found = []
    for one in version.question_type.rubric(version.parsed):
        row = given.get(one.key)
        if row is None:
            continue
        level, most = row["level"], one.weight * Fraction(worth)
        is_known = level is not None and 0 <= level < len(one.levels)
        found.append(
            CriterionMark(
                key=one.key,
                text=one.text,
                level=level,
                level_text=one.levels[level].text if is_known else "",
                points=(one.levels[level].scaled if is_known else Fraction(row["scaled"])) * most,
                most=most,
                feedback=str(row.get("feedback") or ""),
            )
        )
    return tuple(found)
