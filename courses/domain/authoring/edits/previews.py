"""A version as a learner would be shown it, before any learner is."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from django.utils.translation import gettext as _

from courses.domain.item_views import ItemView, sample_item
from courses.errors import Conflict, CoursesError
from courses.models import QuestionVersion
from courses.questions.base import Json, QuestionType, Reveal, flatten


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

    Nothing is stored. The same seed gives the same order and numbers. `reviewed` is what the
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


DRAWS = 10
OPEN, RIGHT, PARTLY, WRONG, ANSWERED, SOLUTION = STATES = (
    "open", "right", "partly", "wrong", "answered", "solution",
)  # fmt: skip
"""What a learner may be in with a question; `answered` is what nobody or a person judges."""


@dataclass(frozen=True)
class DraftPreview:
    """One state of a question that is not saved, and which others it has."""

    state: str
    states: tuple[str, ...]
    view: ItemView
    draws: list[dict[str, str]]
    """What ten learners would get, by column; empty where nothing is drawn."""


def preview_draft(*, version: QuestionVersion, state: str, seed: int) -> DraftPreview | None:
    """Show a version that is perhaps unfinished, and not stored; None where it cannot be shown.

    A state that the question does not have is shown as `open`.
    """
    # A type promises to show what its check approves of. An unfinished question may stop it in
    # ways that it does not name.
    with contextlib.suppress(Exception):
        kind, data = version.question_type, version.parsed
        params = kind.prepare(data, Random(seed))  # noqa: S311 (no secret)
        responses: dict[str, Json | None] = {OPEN: None}
        with contextlib.suppress(Exception):
            found = dict(_responses(kind, data, params))
            responses |= {name: found[name] for name in STATES if name in found}
        chosen = state if state in responses else OPEN
        reveal = {
            OPEN: Reveal.nothing(),
            SOLUTION: Reveal.everything(),
        }.get(chosen, Reveal(correctness=True, feedback=True, explanation=True))
        view = sample_item(
            version=version, params=params, response=responses[chosen], reveal=reveal
        )
        draws: list[dict[str, str]] = []
        with contextlib.suppress(Exception):
            draws = kind.draws(data, range(seed, seed + DRAWS))
        return DraftPreview(chosen, tuple(responses), view, draws)
    return None


def _responses(
    kind: QuestionType[Any], data: Any, params: Json
) -> Iterator[tuple[str, Json | None]]:
    """Yield states with a response that leads to them; the first of each in the samples counts."""
    yield SOLUTION, None
    seen = set()
    solution = kind.solution(data, params)
    if solution is not None:
        seen.add(RIGHT)
        yield RIGHT, kind.read(data, params, flatten(solution))
    for sample in kind.samples(data, params):
        response = None if sample.is_unreadable else kind.read(data, params, flatten(sample.raw))
        if response is None:
            continue
        scaled = sample.scaled
        state = ANSWERED if scaled is None else WRONG if scaled == 0 else PARTLY
        if scaled != 1 and state not in seen:
            seen.add(state)
            yield state, response
