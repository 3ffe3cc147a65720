"""What earlier runs have done, so that the next one need not do it again."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from launcher.console import ROOT, VAR

STATE_FILE = VAR / "state.json"
IGNORED = {"__pycache__", ".DS_Store"}


def digest(*paths: Path) -> str:
    """Return a hash over names and bytes of these files and of everything in these folders."""
    total = hashlib.sha256()
    for path in _files(paths):
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _files(paths: Iterable[Path]) -> list[Path]:
    found: set[Path] = set()
    for path in paths:
        candidates = [path] if path.is_file() else path.rglob("*")
        found.update(
            item for item in candidates if item.is_file() and not IGNORED.intersection(item.parts)
        )
    return sorted(found)


class DoneSteps:
    """Step → the hash it was last done for. A lost or damaged file means: nothing is done."""

    def __init__(self, path: Path = STATE_FILE) -> None:
        self.path = path
        self.done: dict[str, str] = {}
        try:
            loaded = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if isinstance(loaded, dict):
            self.done = {str(key): str(value) for key, value in loaded.items()}

    def is_done(self, step: str, mark: str) -> bool:
        return self.done.get(step) == mark

    def record(self, step: str, mark: str) -> None:
        self.done[step] = mark
        self._write()

    def forget(self, *steps: str) -> None:
        for step in steps:
            self.done.pop(step, None)
        self._write()

    def _write(self) -> None:
        # Replaced in one go: a run that is cut short leaves the old state or the new one.
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(self.done, indent=1), encoding="utf-8")
        draft.replace(self.path)
