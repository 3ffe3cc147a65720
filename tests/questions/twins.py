"""The same question in a second world, where something else is right and all reasons differ.

`twin(key, value)` changes what a learner must not see before review, and nothing else: keys,
accepted texts, tolerances, known errors, feedback, explanation, model answers, rubrics.
"""

import json
from collections.abc import Callable
from typing import Any

Value = dict[str, Any]

SECRET_TEXTS = ("feedback", "explanation", "otherwise", "if_true", "if_false", "model_answer")
CANARY = "canary-"


def twin(key: str, value: Value) -> Value:
    """The question as it is in the other world."""
    return with_secrets(_CHANGES[key](json.loads(json.dumps(value))), "other-world ")


def with_secrets(value: Any, prefix: str) -> Any:
    """A copy in which every secret text begins with `prefix`."""
    if isinstance(value, list):
        return [with_secrets(part, prefix) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        name: prefix + part if name in SECRET_TEXTS else with_secrets(part, prefix)
        for name, part in value.items()
    }


def _rotated(records: list[Value], name: str) -> None:
    """Moves the values of one field on by one record."""
    values = [record.pop(name, None) for record in records]
    for record, value in zip(records, values[1:] + values[:1], strict=True):
        if value is not None:
            record[name] = value


def _options(value: Value) -> Value:
    _rotated(value["options"], "correct")
    return value


def _true_false(value: Value) -> Value:
    return value | {"answer": not value["answer"]}


def _matching(value: Value) -> Value:
    """Other pairs belong together, and a former distractor belongs to a prompt."""
    pairs, distractors = value["pairs"], value.get("distractors", [])
    _rotated(pairs, "match")
    if distractors:
        pairs[0]["match"], distractors[0]["text"] = distractors[0]["text"], pairs[0]["match"]
    return value


def _categorise(value: Value) -> Value:
    keys = [category["key"] for category in value["categories"]]
    for card in value["cards"]:
        card["category"] = keys[keys.index(card["category"]) - 1]
    return value


def _ordering(value: Value) -> Value:
    """Another order is right, and the author gave the keys in that order, too."""
    keys = [element["key"] for element in value["elements"]]
    turned = value["elements"][2:] + value["elements"][:2]
    turned = turned[::-1]
    elements = [{**element, "key": key} for element, key in zip(turned, keys, strict=True)]
    return value | {"elements": elements}


def _numeric(value: Value) -> Value:
    """Another key where no draw depends on it; of drawn questions the reasons alone."""
    if "params" not in value:
        for blank in value["blanks"]:
            blank["answer"] = f"1000 + {blank['answer']}"
            blank["absolute"] = "0.125"
    return value


def _cloze(value: Value) -> Value:
    for blank in value["blanks"]:
        right = blank["accept"][0]
        others = [option for option in blank.get("options", ()) if option != right]
        blank["accept"] = others[:1] or ["something", "else"]
    return value


def _short_text(value: Value) -> Value:
    return value | {"accept": [{"text": "something else", "feedback": "Quite."}]}


def _essay(value: Value) -> Value:
    rubric = [{"key": "other", "text": "Other criterion", "levels": ["low", "high"]}]
    return value | {"rubric": rubric}


def _hotspot(value: Value) -> Value:
    _rotated(value["regions"], "correct")
    return value


def _vote(value: Value) -> Value:
    """Nothing is right in either world; what is said of the positions differs."""
    return value


_CHANGES: dict[str, Callable[[Value], Value]] = {
    "single_choice": _options,
    "multiple_response": _options,
    "true_false": _true_false,
    "matching": _matching,
    "categorise": _categorise,
    "ordering": _ordering,
    "numeric": _numeric,
    "cloze": _cloze,
    "short_text": _short_text,
    "essay": _essay,
    "hotspot": _hotspot,
    "vote": _vote,
}
