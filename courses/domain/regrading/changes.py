"""What a correction changes, as it is stored with its batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from courses.errors import Invalid
from courses.models import Course, Question, QuestionVersion, RegradeBatch, RegradePreview

MOST_POINTS = 1000
NAME_LENGTH = 90


@dataclass(frozen=True)
class Correction:
    """A question that is judged anew: by this version, with these points; None: as before.

    With `old` only responses to these versions are, by their numbers as rows.
    """

    question: Question
    version: QuestionVersion | None = None
    points: Decimal | None = None
    old: tuple[int, ...] = ()


def check(*, course: Course, changes: Sequence[Correction], transform: str) -> None:
    """Raise Invalid for a change that cannot be applied."""
    for one in changes:
        version = one.version
        if one.question.course_id != course.pk:
            raise Invalid(_("This question is not one of the course."))
        if one.points is not None and not 0 < one.points < MOST_POINTS:
            raise Invalid(_("Points are more than 0 and less than 1000."))
        if version is None:
            continue
        if version.question_id != one.question.pk:
            raise Invalid(_("This version is not one of the question."))
        if version.status != QuestionVersion.Status.READY:
            raise Invalid(_("Results are corrected by a published version, not by a draft."))
        if one.question.versions.exclude(type=version.type).exists():
            raise Invalid(_("The versions of this question are of different types."))
    if transform not in RegradeBatch.Transform.values:
        raise Invalid(_("Unknown way to correct results."))


def name_of(*, question: Question, version: QuestionVersion | None) -> str:
    """Return what people know the question by: the beginning of its stem."""
    stem = version.text.split("\n", 1)[0] if version is not None else ""
    return Truncator(stem).chars(NAME_LENGTH) or question.key


def dumped(changes: Sequence[Correction]) -> list[dict[str, Any]]:
    """Return the changes as plain JSON."""
    return [
        {
            "question": one.question.pk,
            "version": one.version.pk if one.version else None,
            "points": str(one.points) if one.points is not None else None,
            "old": list(one.old),
        }
        for one in changes
    ]


def loaded(stored: RegradeBatch | RegradePreview) -> dict[int, Correction]:
    """Return question → its change, of a batch or a preview. Two queries."""
    questions = Question.objects.in_bulk([row["question"] for row in stored.changes])
    wanted = [row["version"] for row in stored.changes if row["version"]]
    versions = QuestionVersion.objects.select_related("question").in_bulk(wanted)
    return {
        row["question"]: Correction(
            questions[row["question"]],
            versions.get(row["version"]),
            None if row["points"] is None else Decimal(row["points"]),
            tuple(row.get("old", ())),
        )
        for row in stored.changes
    }
