"""One question, driven through the contract by the shortest way."""

from typing import Any

from courses.questions import registry
from courses.questions.base import Json
from courses.questions.contract import Drive

__all__ = ["Drive", "changed", "problem_paths"]


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
