"""Live figures: a mark, the picture and the table that stand in for it, as one block.

`[[figure:key]]` stands alone in a paragraph before a picture that stands alone in one. The picture,
and the table if one follows at once, are what a reader without JavaScript has; a script that knows
the key finds both in the block and puts the live figure in the picture's place.
"""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from markdown_it.token import Token

from courses.markup.findings import Findings, Oddity


def wrapped(tokens: Sequence[Token], findings: Findings) -> Iterator[Token]:
    """Yield the tokens with `live_open` and `live_close` around each marked picture and table."""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        index += 1
        if token.type != "live":
            yield token
            continue
        end = _end(tokens, index)
        if end == index:
            message = _("A live figure is a mark before a picture: [[figure:key]], then ![…](…).")
            line = token.map[0] + 1 if token.map else 1
            findings.oddities.append(Oddity(message, line))
            continue
        key, has_table = token.meta["key"], end > index + 1
        meta = {"key": key, "has_table": has_table}
        yield Token("live_open", "", 1, meta=meta, map=token.map, block=True)
        yield from tokens[index:end]
        yield Token("live_close", "", -1, block=True)
        index = end


def _end(tokens: Sequence[Token], start: int) -> int:
    """Return where the block that starts at `start` ends; `start` itself without a picture."""
    if start >= len(tokens) or tokens[start].type != "figure":
        return start
    end = start + 1
    if end < len(tokens) and tokens[end].type == "table_open":
        while tokens[end].type != "table_close":
            end += 1
        end += 1
    return end
