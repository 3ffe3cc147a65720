"""A version as a learner would be shown it, before any learner is."""

from dataclasses import dataclass
from random import Random

from django.utils.translation import gettext as _

from courses.errors import Conflict, CoursesError
from courses.models import QuestionVersion
from courses.questions.base import Json, Reveal, flatten


@dataclass(frozen=True)
class Preview:
    """`content` is what an attempt shows; the rest is there if the solution was asked for.

    `solution` is what a learner would send to earn full marks, None where a person must judge.
    """

    content: Json
    solution: Json | None = None
    reviewed: Json | None = None
    hints: tuple[str, ...] = ()


def preview_version(*, version: QuestionVersion, seed: int, has_solution: bool) -> Preview:
    """Return the version as a learner would see it, and reviewed.

    Nothing is stored.\n\nThe same seed gives the same order and numbers. `reviewed` is what the
    review of a right response shows: solution, feedback, explanation. Raises Conflict when the
    version cannot be shown, for example because its type no longer exists.
    """
    try:
        return _preview(version, Random(seed), has_solution=has_solution)  # noqa: S311 (no secret)
    except CoursesError as error:
        text = _("This version cannot be shown: %(reason)s")
        raise Conflict(text % {"reason": error.message}) from error


def _preview(version: QuestionVersion, source: Random, *, has_solution: bool) -> Preview:
    kind, data = version.question_type, version.parsed
    params = kind.prepare(data, source)
    content = kind.present(data, params, None, Reveal.nothing())
    if not has_solution:
        return Preview(content)
    sent = kind.solution(data, params)
    right = None if sent is None else kind.read(data, params, flatten(sent))
    return Preview(
        content=content,
        solution=sent,
        reviewed=kind.present(data, params, right, Reveal.everything()),
        hints=kind.hints(data, params),
    )
