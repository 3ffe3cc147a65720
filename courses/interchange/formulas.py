"""Formulas as MathJax marks them, in the marks that our Markdown has."""

import re
from collections.abc import Callable

_FORMULA = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]|\$\$(.+?)\$\$", re.DOTALL)


def with_formulas(text: str, convert: Callable[[str], str]) -> str:
    r"""Return the text with `$…$` for `\(…\)`, `$$…$$` for `\[…\]`, and the rest converted."""
    pieces, end = [], 0
    for found in _FORMULA.finditer(text):
        pieces += [convert(text[end : found.start()]), _formula(found)]
        end = found.end()
    return "".join([*pieces, convert(text[end:])])


def _formula(found: re.Match[str]) -> str:
    inline = found[1]
    source = " ".join((inline or found[2] or found[3]).split()).replace("$", r"\$")
    return f"${source}$" if inline else f"$${source}$$"
