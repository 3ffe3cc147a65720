"""What two editors have made of one thing, part by part, and what is chosen of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from courses.admin.studio.changes import Change, changes, label_of
from courses.domain.authoring.working_copies import TwoEditors

THEIRS = "theirs"


@dataclass(frozen=True)
class ConflictPart:
    """A field that differs among the three states, or a list as a whole."""

    path: str
    label: str
    theirs: tuple[Change, ...]
    mine: tuple[Change, ...]
    base: tuple[tuple[str, str], ...]
    is_same: bool

    @property
    def is_of_both(self) -> bool:
        return bool(self.theirs and self.mine) and not self.is_same

    @property
    def takes_theirs(self) -> bool:
        """Whether the others' is chosen at first: where I have changed nothing."""
        return not self.mine or self.is_same


class ShownConflict:
    """What two editors have made of one thing, part by part."""

    def __init__(self, kind: str, found: TwoEditors) -> None:
        self.kind, self.found = kind, found

    @cached_property
    def parts(self) -> list[ConflictPart]:
        found, is_known = self.found, bool(self.found.base)
        base = found.base if is_known else found.theirs
        theirs = _by_part(changes(kind=self.kind, before=base, after=found.theirs))
        mine = _by_part(changes(kind=self.kind, before=base, after=found.mine))
        type_key = str(found.mine.get("type", ""))
        return [
            ConflictPart(
                path,
                label_of(kind=self.kind, path=path, type_key=type_key),
                theirs.get(path, ()),
                mine.get(path, ()),
                tuple((one.label, one.before) for one in mine.get(path) or theirs[path]),
                _part(found.theirs, path) == _part(found.mine, path),
            )
            for path in dict.fromkeys([*mine, *theirs])
            if path not in _NOT_CHOSEN
        ]


_NOT_CHOSEN = ("archived", "position", "status")


def merged(found: TwoEditors, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return my values with those parts of theirs that were chosen."""
    result = {**found.mine}
    if "data" in result:
        result["data"] = dict(result["data"])
    for path, choice in choices.items():
        if choice == THEIRS:
            name, _dot, rest = path.partition(".")
            part = _part(found.theirs, path)
            place, own = (result.setdefault("data", {}), rest) if rest else (result, name)
            if part is None:
                place.pop(own, None)
            else:
                place[own] = part
    return result


def _by_part(found: tuple[Change, ...]) -> dict[str, tuple[Change, ...]]:
    parts: dict[str, tuple[Change, ...]] = {}
    for one in found:
        names = one.path.split(".")
        path = ".".join(names[: 2 if names[0] == "data" else 1])
        parts[path] = (*parts.get(path, ()), one)
    return parts


def _part(values: Mapping[str, Any], path: str) -> Any:
    name, _dot, rest = path.partition(".")
    part = values.get(name)
    return part.get(rest) if rest and isinstance(part, Mapping) else part
