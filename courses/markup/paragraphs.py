"""Names of a lesson's paragraphs, by which notes find them again: the id of their element.

A name is made from the paragraph's words alone. It stays when others are written before it, when it
is moved or set in bold; when its words are changed, it is another paragraph.
"""

import re
from collections.abc import Callable
from hashlib import sha256
from html import unescape

from django.utils.html import strip_tags
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from courses.markup.parser import plain_text

NAME = re.compile(r"p-[0-9a-f]{8}(?:-[1-9][0-9]{0,2})?")
"""The name of a paragraph; a number follows where the same words stood before."""
_OPENING = re.compile(rf'<(p|li) id="({NAME.pattern})">')
_ENDING = {
    "p": re.compile("</p>"),
    "li": re.compile("</li>|<(?:ul|ol|p|pre|blockquote|div|aside)[ >]"),
}
"""Where a paragraph's own words end; in an item of a list also before what stands below it."""


def name_paragraphs(state: StateCore) -> None:
    """Give each paragraph, and each item of a list without paragraphs, its name as its id."""
    taken: dict[str, int] = {}
    is_footnote = False
    for index, token in enumerate(state.tokens):
        if token.type in ("footnote_block_open", "footnote_block_close"):
            is_footnote = token.type == "footnote_block_open"
        elif token.type == "paragraph_open" and not is_footnote:
            element = _element(state.tokens, index)
            words = " ".join(plain_text(state.tokens[index + 1].children).split())
            if element is None or not words:
                continue
            name = f"p-{sha256(words.encode()).hexdigest()[:8]}"
            taken[name] = taken.get(name, 0) + 1
            element.attrSet("id", name if taken[name] == 1 else f"{name}-{taken[name]}")


def named_paragraphs(html: str) -> list[str]:
    """Return the names of the paragraphs of rendered text, in their order."""
    return [match[2] for match in _OPENING.finditer(html)]


def words_of(html: str, name: str) -> str | None:
    """Return what a reader sees of a paragraph, as one line; None where there is none."""
    for match in _OPENING.finditer(html):
        if match[2] == name:
            shown = html[match.end() : _end(html, match)]
            return " ".join(unescape(strip_tags(shown)).split())
    return None


def put_after(html: str, made: Callable[[str], str]) -> str:
    """Return the rendered text with what `made` gives for a paragraph's name put after it.

    In a list that is inside of its item, before what stands below its words.
    """
    parts, done = [], 0
    for match in _OPENING.finditer(html):
        more = made(match[2])
        if not more:
            continue
        end = _end(html, match)
        end += len("</p>") if match[1] == "p" else 0
        parts += [html[done:end], more]
        done = end
    return "".join([*parts, html[done:]])


def _end(html: str, opening: re.Match[str]) -> int:
    found = _ENDING[opening[1]].search(html, opening.end())
    return found.start() if found else len(html)


def _element(tokens: list[Token], index: int) -> Token | None:
    """Return the token that opens the element of a paragraph: its own, or that of its list item."""
    if not tokens[index].hidden:
        return tokens[index]
    before = tokens[index - 1] if index else None
    return before if before is not None and before.type == "list_item_open" else None
