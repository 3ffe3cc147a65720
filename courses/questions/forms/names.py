"""The names of the texts of a form: which rows a list has, and which text belongs to a row."""

import re
from collections.abc import Iterable, Mapping

Fields = Mapping[str, str]
"""What a form holds or sends: each name once. An unchecked box is missing, as browsers do it."""

ROOT = "data"
NAME_LIMIT = 200
"""Characters of a name; longer ones are nobody's."""
_ROW = re.compile(r"0|[1-9]\d{0,3}", re.ASCII)

PRESENT = "~present"
"""Beside a box: the box was on the page, so that it is off where it is not sent."""
ROW_NAME = "~key"
"""Beside a row of a mapping: its name in the mapping."""


def rows_by_list(names: Iterable[str]) -> dict[str, list[int]]:
    """Return the numbers of the rows of every list, in their order. Numbers may be missing."""
    found: dict[str, set[int]] = {}
    for name in names:
        parts = name.partition("~")[0].split(".") if len(name) <= NAME_LIMIT else []
        for place, part in enumerate(parts):
            if _ROW.fullmatch(part):
                found.setdefault(".".join(parts[:place]), set()).add(int(part))
    return {name: sorted(rows) for name, rows in found.items()}


def only_one_name(rows: str, flag: str) -> str:
    """Return the name under which the one row of a list is sent that has the flag."""
    return f"{rows}~{flag}"


def is_within(name: str, row: str) -> bool:
    """Return whether a text belongs to this row or to something inside it."""
    return name == row or name.startswith((f"{row}.", f"{row}~"))
