"""What somebody typed, put back into a question as `present` gave it.

Used where a form comes back unsaved. It knows the shapes that all types share (rows with a `field`,
options with `is_chosen`), not the types.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

Raw = Mapping[str, Sequence[str]]

_PLACE = re.compile(r"[0-9]{1,4}")
_CHOICES = {"options": "choice", "regions": "region"}
"""Lists that are chosen from as a whole → the field that says what is chosen."""


def refill(q: Mapping[str, Any], raw: Raw) -> dict[str, Any]:
    """A copy of `q` that shows `raw`; judgements in it are left as they were."""
    filled = {name: _filled(value, raw) for name, value in q.items()}
    for name, field in _CHOICES.items():
        if name in q:
            chosen = raw.get(field, ())
            filled[name] = [{**row, "is_chosen": row["key"] in chosen} for row in q[name]]
    if "value" in q:
        filled["value"] = _first(raw, "text")
    return filled


def _filled(value: Any, raw: Raw) -> Any:
    if isinstance(value, list):
        return [_filled(part, raw) for part in value]
    if not isinstance(value, dict):
        return value
    return _filled_row(value, raw) if "field" in value else value


def _filled_row(row: dict[str, Any], raw: Raw) -> dict[str, Any]:
    sent = _first(raw, row["field"])
    filled = dict(row)
    if "value" in row:
        filled["value"] = sent
    if "chosen" in row:
        filled["chosen"] = sent or None
    if "position" in row:
        filled["position"] = int(sent) if _PLACE.fullmatch(sent) else None
    if row.get("options"):
        filled["options"] = [
            {**option, "is_chosen": option["text"] == sent} for option in row["options"]
        ]
    if "levels" in row:
        filled["levels"] = [
            {**level, "is_chosen": level["value"] == sent} for level in row["levels"]
        ]
    return filled


def _first(raw: Raw, field: str) -> str:
    texts = raw.get(field) or ("",)
    return texts[0]
