"""An option to choose, as several types have it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Option:
    key: str
    text: str
    feedback: str
    correct: bool = False
