"""What a synchronisation did, and what it left for a person to decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SyncConflict:
    """Row and file changed since they last agreed. `fields`: name → (database, file)."""

    name: str
    fields: Mapping[str, tuple[Any, Any]]
    entry: Any = None
    """The record entry of the file."""
    now: Any = None
    """That of the row; None for an archived one."""
    remembered: str = ""
    """The hash of the file that the row was last written from."""


@dataclass
class SyncReport:
    """Names are a kind and a key, such as `lesson which-pill`."""

    course: str
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    conflicts: list[SyncConflict] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    starved: list[str] = field(default_factory=list)
    """Quizzes that learners can no longer start, for the bank lacks what they draw; sentences."""
    unchanged: int = 0
    rendered: int = 0
    """Lessons whose HTML was rendered again."""

    @property
    def has_changes(self) -> bool:
        return bool(self.created or self.updated or self.retired or self.rendered)
