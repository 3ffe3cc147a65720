"""What was typed, put back into a question: as if it had been stored."""

from random import Random
from typing import Any

import pytest

from courses.questions import registry
from courses.questions.base import QuestionType, Reveal, flatten
from tests.questions.cases import EXAMPLES

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
    sent = [flatten(response)]
    if kind == "ordering":
        places = {key: str(place) for place, key in enumerate(sent[0]["order"], start=1)}
        sent.append({f"position.{key}": [place] for key, place in places.items()})

    for raw in sent:
        assert shown(question_type.refill(empty, raw)) == shown(stored)


def shown(q):
    """What fields show, whatever the order of the rows."""
    if isinstance(q, list):
        return sorted((shown(part) for part in q), key=repr)
    if isinstance(q, dict):
        kept = (
            "value",
            "chosen",
            "certainty",
            "reason",
            "position",
            "is_chosen",
            "options",
            "regions",
            "blanks",
        )
        lists = ("prompts", "cards", "elements", "paragraphs", "key", "text", "field")
        return {name: shown(q[name]) for name in (*kept, *lists) if name in q}
    return q


def test_undescribed_type_shows_texts_by_field_name() -> None:
    even = QuestionType[Any]()

    assert even.refill({"shade": "", "stem": "S"}, {"shade": ["teal"]}) == {
        "shade": "teal",
        "stem": "S",
    }
    assert even.refill({"value": ""}, {"shade": ["teal"]}) == {"value": "teal"}
    assert even.refill({"field": "x", "value": ""}, {"x": ["1"]})["value"] == "1"


def test_gradings_stay_and_are_not_repeated() -> None:
    row = {"key": "a", "text": "A", "is_chosen": True, "is_correct": False, "feedback": "No."}
    other = {"key": "b", "text": "B", "is_chosen": False}
    q = registry.get("single_choice").refill({"options": [row, other]}, {"choice": ["b"]})

    assert q["options"] == [{**row, "is_chosen": False}, {**other, "is_chosen": True}]
