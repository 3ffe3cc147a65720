"""What was sent, put back into a question as `present` gave it: the shapes that types share.

Judgements in it are left as they were: what was refused has not been judged.
"""

import re
from collections.abc import Collection
from typing import Any

from courses.questions.raw import Raw

_PLACE = re.compile(r"[0-9]{1,4}")


def sent_text(raw: Raw, field: str) -> str:
    """Return the first text that was sent for a field, or ""."""
    texts = raw.get(field) or ("",)
    return texts[0]


def refilled(shown: dict[str, Any], raw: Raw) -> dict[str, Any]:
    """Return a copy in which every row with a `field`, or value named like a field, shows `raw`.

    Where the question has one text (`value`) and one field was sent, they belong together; a list
    of rows that can be chosen (`is_chosen`) without a field of their own shows what was chosen.
    """
    filled = {name: _filled(value, raw) for name, value in shown.items()}
    whole = [field for field in raw if "." not in field]
    for field in whole:
        if isinstance(shown.get(field), str | None) and field in shown:
            filled[field] = sent_text(raw, field)
    if "value" in shown and "field" not in shown and "value" not in raw and len(whole) == 1:
        filled["value"] = sent_text(raw, whole[0])
    if "field" in shown:
        filled = _filled_row(filled, raw)
    chosen = {text for field in whole for text in raw[field]}
    return {name: _chosen_rows(value, chosen) for name, value in filled.items()}


def with_chosen(shown: dict[str, Any], name: str, chosen: Collection[str]) -> dict[str, Any]:
    """Return a copy in which the rows of the list `name` are chosen whose key is in `chosen`."""
    rows = [{**row, "is_chosen": row["key"] in chosen} for row in shown[name]]
    return {**shown, name: rows}


def _chosen_rows(value: Any, chosen: Collection[str]) -> Any:
    if not isinstance(value, list):
        return value
    return [
        {**row, "is_chosen": row["key"] in chosen}
        if isinstance(row, dict) and {"key", "is_chosen"} <= set(row) and "field" not in row
        else row
        for row in value
    ]


def _filled(value: Any, raw: Raw) -> Any:
    if isinstance(value, list):
        return [_filled(part, raw) for part in value]
    if not isinstance(value, dict):
        return value
    return _filled_row(value, raw) if "field" in value else value


def _filled_row(row: dict[str, Any], raw: Raw) -> dict[str, Any]:
    sent = sent_text(raw, row["field"])
    filled = dict(row)
    if "value" in row:
        filled["value"] = sent
    if "chosen" in row:
        filled["chosen"] = sent or None
    if "position" in row:
        filled["position"] = int(sent) if _PLACE.fullmatch(sent) else None
    for name, by in (("options", "text"), ("levels", "value")):
        if row.get(name):
            filled[name] = [{**one, "is_chosen": one[by] == sent} for one in row[name]]
    return filled
