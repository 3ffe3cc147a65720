"""Addresses inside rendered text.

The app may be mounted anywhere, so rendered text is stored with `cx:lesson:key` where an address
belongs, and the page puts its own addresses in. An author cannot write such a placeholder: `cx:` is
no scheme the parser accepts, and in text or attributes `<` or `"` are always escaped, so the
pattern below matches nothing but a tag that we wrote.
"""

import re
from dataclasses import dataclass
from html import escape
from typing import Protocol

from django.utils.safestring import SafeString


class Links(Protocol):
    """Where things are on this site; "" when the reader cannot go there."""

    def lesson(self, key: str) -> str: ...
    def asset(self, name: str) -> str: ...
    def term(self, key: str) -> str: ...
    def source(self, key: str) -> str: ...


class NoLinks:
    """Nothing can be reached: texts stay, addresses go."""

    def _nowhere(self, _key: str) -> str:
        return ""

    lesson = asset = term = source = _nowhere


@dataclass(frozen=True)
class Segment:
    """A segment of a lesson: HTML, or (`check` is set) the place of the check with that key."""

    html: str = ""
    check: str = ""


_ADDRESS = re.compile(
    r'(?P<tag><(?:a|img|audio|video)) (?:href|src)="cx:(?P<kind>lesson|asset|term|source):'
    r'(?P<key>[A-Za-z0-9._-]+)(?P<fragment>#[^"<>]*)?"'
)
_CHECK = re.compile(r'<div data-check="([a-z0-9-]+)"></div>\s*')
_ATTRIBUTE = {"<a": "href", "<img": "src", "<audio": "src", "<video": "src"}


def resolve(html: str, links: Links | None = None) -> SafeString:
    """Return the rendered text with this site's addresses; without `links` it has none."""
    if '="cx:' not in html:
        return SafeString(html)
    known = links or NoLinks()

    def put(match: re.Match[str]) -> str:
        address = getattr(known, match["kind"])(match["key"])
        if not address:
            return match["tag"]
        attribute = _ATTRIBUTE[match["tag"]]
        return f'{match["tag"]} {attribute}="{escape(address)}{match["fragment"] or ""}"'

    return SafeString(_ADDRESS.sub(put, html))


def segments(html: str) -> list[Segment]:
    """Return the rendered lesson, cut where its checks belong; no segment is empty."""
    parts = _CHECK.split(html)
    cut = []
    for index, part in enumerate(parts):
        if index % 2:
            cut.append(Segment(check=part))
        elif part.strip():
            cut.append(Segment(html=SafeString(part)))
    return cut
