"""How much a browser draws for an SVG: parts that refer to parts count as often as they are shown.

A few lines of `<use>` that each name the one before twice are a billion shapes, and so are patterns
and masks inside each other; a blur costs as much as hundreds of shapes wherever it is applied.
"""

import re
from collections import Counter

_REFERENCE = re.compile(r"url\s*\(\s*['\"]?\s*#([^)'\"\s]+)", re.IGNORECASE)
_WEIGHTS = {"feGaussianBlur": 500}
_OTHER_FILTER = 100
"""What a step of a filter weighs in plain shapes."""
_DEEPEST = 100


class DrawnParts:
    """Collects elements while an SVG is read, then adds up what is drawn."""

    def __init__(self) -> None:
        self._open: list[str] = [""]
        self._weights: Counter[str] = Counter()
        self._references: dict[str, Counter[str]] = {"": Counter()}
        self._inside: list[bool] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note that an element begins; names and attributes come without their namespaces."""
        key = attributes.get("id", "")
        outer = self._open[-1]
        self._inside.append(bool(key))
        if key:
            self._refer(outer, key)
            self._open.append(key)
            self._references.setdefault(key, Counter())
        owner = self._open[-1]
        is_filter = name.startswith("fe") and name != "feMergeNode"
        self._weights[owner] += _WEIGHTS.get(name, _OTHER_FILTER if is_filter else 1)
        for attribute, value in attributes.items():
            if attribute == "href" and value.startswith("#"):
                self._refer(owner, value[1:])
            for found in _REFERENCE.findall(value):
                self._refer(owner, found)

    def end(self) -> None:
        if self._inside.pop():
            self._open.pop()

    def total(self, most: int) -> int:
        """Return what is drawn in all; more than `most` when parts refer to themselves."""
        return self._total("", most, {}, ())

    def _refer(self, owner: str, key: str) -> None:
        self._references.setdefault(owner, Counter())[key] += 1

    def _total(self, key: str, most: int, known: dict[str, int], way: tuple[str, ...]) -> int:
        if key in way or len(way) > _DEEPEST:
            return most + 1
        if key not in known:
            count = self._weights[key]
            for other, times in self._references.get(key, Counter()).items():
                count += times * self._total(other, most, known, (*way, key))
                if count > most:
                    count = most + 1
                    break
            known[key] = count
        return known[key]
