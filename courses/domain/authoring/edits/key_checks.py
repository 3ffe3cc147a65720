"""The key of a question, worked out again from its data."""

from dataclasses import dataclass
from random import Random
from typing import Any

from courses.questions import registry
from courses.questions.raw import flatten

DRAWS = 10


@dataclass(frozen=True)
class KeyCheck:
    """In how many draws the key earned full points; `has_key` is False where a person grades."""

    draws: int = 0
    right: int = 0
    has_key: bool = True
    differing: int = 0
    """Sample responses that did not earn what the type says they must."""

    @property
    def is_sound(self) -> bool:
        return self.right == self.draws and not self.differing


def check_key(*, type: str, data: Any) -> KeyCheck:  # noqa: A002 (the column's name)
    """Grade the question's own solution and samples in ten draws.

    Raises Invalid or NotFound for data that cannot be read.
    """
    kind = registry.get(type)
    loaded: Any = kind.load(data)
    right = differing = 0
    for seed in range(DRAWS):
        params = kind.prepare(loaded, Random(seed))  # noqa: S311 (no secret)
        solution = kind.solution(loaded, params)
        if solution is None:
            return KeyCheck(has_key=False)
        response = kind.read(loaded, params, flatten(solution))
        right += kind.grade(loaded, params, response).scaled == 1
        for sample in kind.samples(loaded, params):
            if not sample.is_unreadable:
                given = kind.read(loaded, params, flatten(sample.raw))
                differing += kind.grade(loaded, params, given).scaled != sample.scaled
    return KeyCheck(DRAWS, right, differing=differing)
