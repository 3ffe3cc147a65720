"""The examples in the OpenAPI document, recorded from the answers of a test."""

import json
from pathlib import Path
from typing import Any

from courses.api.problems import TITLES

EXAMPLES = Path(__file__).parent / "examples"
PROBLEMS = "problems"
"""The file of all problems by their code; every other file is named for its operation."""


def illustrated(document: dict[str, Any]) -> dict[str, Any]:
    """Add an example to every request and answer of the document."""
    for methods in document["paths"].values():
        for operation in methods.values():
            example = read(operation["operationId"])
            for parameter in operation.get("parameters", ()):
                given = example.get(parameter["in"], {})
                if parameter["name"] in given:
                    value = given[parameter["name"]]
                    is_boolean = parameter["schema"].get("type") == "boolean"
                    parameter["example"] = value == "true" if is_boolean else value
            _add(operation.get("requestBody"), example, "request")
            _add(operation["responses"].get(str(example.get("status"))), example, "response")
    return document


def read(name: str) -> dict[str, Any]:
    """Return one file of examples; empty when there is none, for which a test fails."""
    path = EXAMPLES / f"{name}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _add(place: dict[str, Any] | None, example: dict[str, Any], part: str) -> None:
    """Add the `part` of an example to each media type of a body."""
    if place is not None and part in example:
        for kind, media in place.get("content", {}).items():
            media["example"] = example.get("files", {}).get(kind, example[part])


def refusals(status: int) -> dict[str, Any]:
    """Return the examples of all problems with this status."""
    found = read(PROBLEMS)
    codes = [code for code, (known, _title) in TITLES.items() if known == status]
    return {code: {"value": found[code]} for code in codes if code in found}
