"""What somebody notes while they mark a response: levels of the rubric, comments and texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from courses.domain.person_marks import PartMark
from courses.models import Grading
from courses.posted import LONGEST, clean_text, row_number
from courses.questions.rubrics import RubricCriterion

TEXTS = ("feedback", "points", "reason")
"""What is typed beside the levels: the fields of the form."""


@dataclass(frozen=True)
class LevelChoice:
    """A level as the page offers it; `points` is what it earns of the item."""

    index: int
    text: str
    points: Fraction
    is_chosen: bool


@dataclass(frozen=True)
class CriterionChoice:
    """A criterion as the page offers it."""

    number: int
    key: str
    text: str
    most: Fraction
    levels: tuple[LevelChoice, ...]
    comment: str
    errors: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"level.{self.key}"

    @property
    def comment_name(self) -> str:
        return f"comment.{self.key}"


@dataclass
class Noted:
    """What somebody noted: levels and comments by criterion, and the other fields' texts."""

    levels: dict[str, int] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls, data: Mapping[str, Any], rubric: Sequence[RubricCriterion]) -> "Noted":
        """Return what a form sent; levels that are none are left out."""
        found = cls()
        for one in rubric:
            level = row_number(str(data.get(f"level.{one.key}", "")))
            if level is not None and level < len(one.levels):
                found.levels[one.key] = level
            comment = clean_text(str(data.get(f"comment.{one.key}", "")))[:LONGEST].strip()
            if comment:
                found.comments[one.key] = comment
        for name in TEXTS:
            found.texts[name] = clean_text(str(data.get(name, "")))[:LONGEST]
        return found

    @classmethod
    def stored(cls, draft: Mapping[str, Any]) -> "Noted":
        """Return what a claim keeps."""
        return cls(
            **{name: dict(draft.get(name) or {}) for name in ("levels", "comments", "texts")}
        )

    @classmethod
    def graded(cls, row: Grading) -> "Noted":
        """Return the mark that stands."""
        levels = {one["key"]: one["level"] for one in row.parts if one.get("level") is not None}
        comments = {one["key"]: one["feedback"] for one in row.parts if one.get("feedback")}
        return cls(levels, comments, {"feedback": row.feedback})

    def as_draft(self) -> dict[str, Any]:
        return {"levels": self.levels, "comments": self.comments, "texts": self.texts}

    @property
    def parts(self) -> list[PartMark]:
        """The parts of a mark by levels, of the criteria that have one."""
        return [
            PartMark(key, level, self.comments.get(key, "")) for key, level in self.levels.items()
        ]

    def choices(
        self,
        rubric: Sequence[RubricCriterion],
        worth: Decimal,
        errors: Mapping[str, tuple[str, ...]],
    ) -> list[CriterionChoice]:
        """Return the rubric with what is chosen in it."""
        return [
            CriterionChoice(
                number=number,
                key=one.key,
                text=one.text,
                most=one.weight * Fraction(worth),
                levels=tuple(
                    LevelChoice(
                        index,
                        level.text,
                        level.scaled * one.weight * Fraction(worth),
                        self.levels.get(one.key) == index,
                    )
                    for index, level in enumerate(one.levels)
                ),
                comment=self.comments.get(one.key, ""),
                errors=errors.get(one.key, ()),
            )
            for number, one in enumerate(rubric, start=1)
        ]
