"""The description's examples. They were answered once: tests tell the story that they are from."""

import json
from pathlib import Path
from typing import Any

from courses.api.problems import TITLES

EXAMPLES = Path(__file__).parent / "examples"
PROBLEMS = "problems"
"""The file of all refusals by their code; every other one is named for its operation."""


def illustrated(document: dict[str, Any]) -> dict[str, Any]:
    """The description with an example for every request and answer."""
    for methods in document["paths"].values():
        for operation in methods.values():
            told = read(operation["operationId"])
            for parameter in operation.get("parameters", ()):
                given = told.get(parameter["in"], {})
                if parameter["name"] in given:
                    value = given[parameter["name"]]
                    is_boolean = parameter["schema"].get("type") == "boolean"
                    parameter["example"] = value == "true" if is_boolean else value
            _show(operation.get("requestBody"), told, "request")
            _show(operation["responses"].get(str(told.get("status"))), told, "response")
    return document


def read(name: str) -> dict[str, Any]:
    """One file of examples; empty when there is none (a test demands it)."""
    path = EXAMPLES / f"{name}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _show(place: dict[str, Any] | None, told: dict[str, Any], what: str) -> None:
    if place is not None and what in told:
        for kind, media in place.get("content", {}).items():
            media["example"] = told.get("files", {}).get(kind, told[what])


def refusals(status: int) -> dict[str, Any]:
    """The examples of all refusals with this status."""
    found = read(PROBLEMS)
    codes = [code for code, (known, _title) in TITLES.items() if known == status]
    return {code: {"value": found[code]} for code in codes if code in found}
