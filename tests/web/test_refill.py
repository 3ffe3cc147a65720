"""What was typed, put back into a question: as if it had been stored."""

from random import Random

import pytest

from courses.questions import registry
from courses.questions.base import Reveal, flatten
from courses.web.refill import refill
from tests.questions.examples import EXAMPLES

QUESTIONS = [(kind, data) for kind, examples in EXAMPLES.items() for data in examples]


@pytest.mark.parametrize(("kind", "data"), QUESTIONS)
def test_a_refilled_question_shows_what_a_stored_response_would(kind: str, data) -> None:
    question_type = registry.get(kind)
    loaded = question_type.load(data)
    params = question_type.prepare(loaded, Random(1))
    response = question_type.solution(loaded, params) or question_type.parse(
        loaded, params, flatten(next(question_type.samples(loaded, params)).raw)
    )
    empty = question_type.present(loaded, params, None, Reveal.nothing())
    stored = question_type.present(loaded, params, response, Reveal.nothing())
    raw = flatten(response)
    if kind == "ordering":
        places = {key: str(place) for place, key in enumerate(raw["order"], start=1)}
        raw = {f"position.{key}": [place] for key, place in places.items()}

    assert shown(refill(empty, raw)) == shown(stored)


def shown(q):
    """What fields show, whatever the order of the rows."""
    if isinstance(q, list):
        return sorted((shown(part) for part in q), key=repr)
    if isinstance(q, dict):
        kept = ("value", "chosen", "position", "is_chosen", "options", "regions", "blanks")
        lists = ("prompts", "cards", "elements", "paragraphs", "key", "text", "field")
        return {name: shown(q[name]) for name in (*kept, *lists) if name in q}
    return q
