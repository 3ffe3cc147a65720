"""One question, driven through the contract by the shortest way."""

from random import Random
from typing import Any

from courses.questions import registry
from courses.questions.base import Json, Outcome, Reveal, flatten


class Drive:
    """A type, one question's data and one draw: `Drive("matching", data).grade({"match": …})`."""

    def __init__(self, key: str, value: Json, *, seed: int = 1, params: Json | None = None) -> None:
        self.type = registry.get(key)
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


def problem_paths(key: str, value: Json) -> list[str]:
    """Where `check` finds something, for data that loads."""
    question_type = registry.get(key)
    return [problem.path for problem in question_type.check(question_type.load(value))]


def changed(value: Json, path: str, new: Any) -> Json:
    """A deep copy with one place changed: `changed(data, "options.0.text", "")`.

    The last step of a path may be new in a mapping.
    """
    head, _, rest = path.partition(".")
    if isinstance(value, list):
        index = int(head)
        part = changed(value[index], rest, new) if rest else new
        return [*value[:index], part, *value[index + 1 :]]  # type: ignore[return-value]
    return {**value, head: changed(value[head], rest, new) if rest else new}
