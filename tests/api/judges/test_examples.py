"""The examples in the description fit its schemas; test_story.py tests that they are true."""

from typing import Any

import jsonschema
import pytest

from courses.api import illustrations
from courses.api.problems import TITLES
from courses.api.schema import PROBLEM, document
from tests.api.judges.story import HOST

HOW = "`make api-docs` writes it."
METHODS = [
    (path, spec) for path, methods in document()["paths"].items() for spec in methods.values()
]


def test_addresses_in_examples_name_no_port():
    texts = [path.read_text(encoding="utf-8") for path in illustrations.EXAMPLES.glob("*.json")]
    assert any(f"https://{HOST}/" in text for text in texts)
    assert not [text for text in texts if f"{HOST}:" in text]


def test_every_problem_has_an_example():
    """A new one is provoked in `refusals.py`."""
    assert set(illustrations.read(illustrations.PROBLEMS)) == set(TITLES)


@pytest.mark.parametrize(
    ("path", "spec"), METHODS, ids=[spec["operationId"] for _, spec in METHODS]
)
def test_every_operation_has_examples_that_fit_its_schema(path, spec):
    name = spec["operationId"]
    example = illustrations.read(name)
    assert example, f"{name} has no example: add a line to tests/api/judges/story.py. {HOW}"
    if "requestBody" in spec:
        media = spec["requestBody"]["content"]["application/json"]
        _fits(media["example"], media["schema"])
    media = spec["responses"][str(example["status"])].get("content", {})
    for one in media.values():
        _fits(one["example"], one["schema"])
    for one in spec.get("parameters", ()):
        if one["in"] == "path" or one["name"] in example.get("query", {}):
            _fits(one["example"], one["schema"])


@pytest.mark.parametrize("code", TITLES)
def test_examples_of_problems_fit_their_schema(code):
    body = illustrations.read(illustrations.PROBLEMS)[code]
    _fits(body, PROBLEM)
    assert body["status"] == TITLES[code][0]


def _fits(value: Any, schema: dict[str, Any]) -> None:
    whole = {**schema, "components": document()["components"]}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(
        value
    )
