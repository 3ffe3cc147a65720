"""The examples of a question type, and one question driven through its type."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from types import ModuleType
from typing import Any

from courses.questions import registry
from courses.questions.base import Json, Outcome, Reveal, flatten

Value = dict[str, Any]
"""Author data as plain JSON, as a course file holds it."""

SECRETS = frozenset(("feedback", "explanation"))
SOLUTIONS = frozenset(("solution", "solution_text"))


@dataclass(frozen=True)
class Cases:
    """What proves one type: examples, and the same questions where something else is right."""

    key: str
    examples: list[Value]
    change: Callable[[Value], Value]
    secrets: frozenset[str] = SECRETS
    """Fields of the author's data whose texts are shown in review only."""
    solutions: frozenset[str] = SOLUTIONS
    """Names under which `present` shows what would have been right."""

    @classmethod
    def of(cls, module: ModuleType) -> "Cases":
        """Return the cases that a module declares.

        `EXAMPLES` is a list of author data and `twin(value)` changes what is right in a copy of
        one. `SECRETS` and `SOLUTIONS` add names to those of this class. The module is called like
        the type's key.
        """
        return cls(
            module.__name__.rpartition(".")[2],
            module.EXAMPLES,
            module.twin,
            SECRETS.union(getattr(module, "SECRETS", ())),
            SOLUTIONS.union(getattr(module, "SOLUTIONS", ())),
        )

    def drives(self, seed: int = 1) -> list["Drive"]:
        return [Drive(self.key, value, seed=seed) for value in self.examples]

    def twin(self, value: Value) -> Value:
        """Return the question with another key and other reasons, and everything else as it was."""
        twin: Value = self.marked(self.change(json.loads(json.dumps(value))), "other-world ")
        return twin

    def marked(self, value: Any, prefix: str) -> Any:
        """Return a copy in which every secret text begins with `prefix`."""
        if isinstance(value, list):
            return [self.marked(part, prefix) for part in value]
        if not isinstance(value, dict):
            return value
        return {
            name: prefix + part
            if name in self.secrets and isinstance(part, str)
            else self.marked(part, prefix)
            for name, part in value.items()
        }


class Drive:
    """A type, one question's data and one draw: `Drive("matching", data).grade({"match": …})`."""

    def __init__(self, key: str, value: Json, *, seed: int = 1, params: Json | None = None) -> None:
        self.type = registry.get(key)
        self.value = value
        self.data = self.type.load(value)
        self.params = self.type.prepare(self.data, Random(seed)) if params is None else params

    def parse(self, raw: Json) -> Json | None:
        return self.type.read(self.data, self.params, flatten(raw))

    def grade(self, raw: Json) -> Outcome:
        return self.type.grade(self.data, self.params, self.parse(raw))

    def feedback(self, raw: Json) -> dict[str, str]:
        return {part.key: part.feedback for part in self.grade(raw).parts}

    def present(self, raw: Json | None = None, **reveal: bool) -> Json:
        response = None if raw is None else self.parse(raw)
        return self.type.present(self.data, self.params, response, Reveal(**reveal))

    def right(self) -> Json:
        solution = self.type.solution(self.data, self.params)
        assert solution is not None
        return solution

    def sendable(self) -> list[Json]:
        """Return the inputs of the type's own samples that can be read."""
        samples = self.type.samples(self.data, self.params)
        return [sample.raw for sample in samples if not sample.is_unreadable]


def rotate(records: list[Value], name: str) -> None:
    """Move the values of one field on by one record, for a `twin`."""
    values = [record.pop(name, None) for record in records]
    for record, value in zip(records, values[1:] + values[:1], strict=True):
        if value is not None:
            record[name] = value
