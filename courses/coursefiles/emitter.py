"""Plain values → YAML in one canonical form: same value, same text, and it reads back as the same.

Texts of several lines are literal blocks; other texts stand bare where no reader of YAML, old or
new, could take them for something else, and in double quotes otherwise.
"""

import json
import re
from typing import Any

from courses.coursefiles.yamltext import plain_kind

_BARE = re.compile(r"[A-Za-z/(“‘À-ÖØ-öø-ÿ0-9][^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff#:{}\[\]`\"]*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORD_LIMIT = 40
_FLOW_LIMIT = 80
_COLON_INSIDE = re.compile(r"(?<=\w):(?=[\w/])")
_OTHER_KINDS = frozenset("y n yes no on off true false null".split())  # noqa: SIM905
_NUMBER_LIKE = re.compile(r"[-+.0-9][-+.,_:/0-9a-fA-FxoeTZ ]*")
_BLOCK_LINE = re.compile(
    r"[\x20-\x7e\xa1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
)
_ESCAPED = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")


def emit(value: dict[str, Any] | list[Any]) -> str:
    """Return the value as a YAML document.

    It may be built of texts, numbers, booleans, None, maps, lists.
    """
    lines: list[str] = []
    _emit(value, 0, lines)
    return "\n".join(lines) + "\n"


def _emit(value: Any, indent: int, lines: list[str]) -> None:
    """Append a map or list that is not empty, one line for each entry and more inside it."""
    pad = " " * indent
    if isinstance(value, dict):
        for name, part in value.items():
            _entry(f"{pad}{_text(str(name))}:", part, indent, lines)
    else:
        for number, part in enumerate(value):
            if indent == 0 and number and isinstance(part, dict):
                lines.append("")
            _element(part, indent, lines)


def _entry(start: str, value: Any, indent: int, lines: list[str]) -> None:
    if isinstance(value, dict | list) and value and not _is_flow(value):
        lines.append(start)
        _emit(value, indent + 2, lines)
    else:
        _leaf(start, value, indent, lines)


def _element(value: Any, indent: int, lines: list[str]) -> None:
    pad = " " * indent
    if isinstance(value, dict | list) and value and not _is_flow(value):
        inner: list[str] = []
        _emit(value, indent + 2, inner)
        inner[0] = f"{pad}- {inner[0].lstrip(' ')}"
        lines.extend(inner)
    else:
        _leaf(f"{pad}-", value, indent, lines)


def _leaf(start: str, value: Any, indent: int, lines: list[str]) -> None:
    if isinstance(value, str) and "\n" in value and _fits_block(value):
        body = value.removesuffix("\n")
        lines.append(f"{start} |" if value.endswith("\n") else f"{start} |-")
        pad = " " * (indent + 2)
        lines.extend(f"{pad}{line}" if line else "" for line in body.split("\n"))
    else:
        lines.append(f"{start} {_flow(value)}")


def _is_flow(value: Any) -> bool:
    """Return whether a list is written on one line: a short one of single words."""
    return (
        isinstance(value, list)
        and all(isinstance(part, str | int) and len(str(part)) <= _WORD_LIMIT for part in value)
        and not any(mark in str(part) for part in value for mark in "\n,:")
        and sum(len(str(part)) + 2 for part in value) <= _FLOW_LIMIT
    )


def _flow(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_flow(part) for part in value) + "]"
    if isinstance(value, dict):
        return "{}"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return _text(value)


def _text(text: str) -> str:
    return text if _is_bare(text) else _quoted(text)


def _is_bare(text: str) -> bool:
    if _DATE.fullmatch(text):
        return True
    without_colons = _COLON_INSIDE.sub("", text)
    return (
        _BARE.fullmatch(without_colons) is not None
        and not text.endswith(" ")
        and text.casefold() not in _OTHER_KINDS
        and not _NUMBER_LIKE.fullmatch(text)
        and plain_kind(text) == text
    )


def _quoted(text: str) -> str:
    """Quote a text as JSON does, which is YAML too; escape what YAML would fold or refuse."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def _fits_block(text: str) -> bool:
    lines = text.removesuffix("\n").split("\n")
    return (
        lines[0] != ""
        and lines[-1] != ""
        and not lines[0].startswith(" ")
        and all(_BLOCK_LINE.fullmatch(line) for line in lines)
    )
