"""Reads a page as a browser does and returns what in it is active, or simply not ours."""

import re
from html.parser import HTMLParser

from courses.markup import formulas, safety

URLS = {"href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href"}
LINKS = ("http://", "https://", "mailto:")
FOREIGN = ("//", "/\\", "\\")
RAW = {"script", "style"}

Shape = set[tuple[str, str]]


class Page(HTMLParser):
    """`shape` is every (tag, attribute) of the page, `wrong` what no page of ours may hold."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shape: Shape = set()
        self.wrong: list[str] = []
        self._raw = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.shape.add((tag, ""))
        self.shape |= {(tag, name) for name in values}
        is_data = tag == "script" and values.get("type") in {"application/json", "text/plain"}
        self._raw = tag if tag in RAW and not is_data else ""
        for name, value in values.items():
            if name.startswith("on") or name in {"style", "srcdoc", "http-equiv"}:
                self.wrong.append(f"<{tag} {name}={value!r}>")
            elif name in URLS:
                # Nothing is loaded from another form of the page; it is a link like others.
                is_alternate = tag == "link" and values.get("rel") == "alternate"
                self._address("a" if is_alternate else tag, name, value.strip())

    def _address(self, tag: str, name: str, value: str) -> None:
        # As a browser reads it: without blanks and control characters, in small letters.
        read = re.sub(r"[\x00-\x20]", "", value).lower()
        scheme = re.match(r"[a-z][a-z0-9+.-]*:", read)
        is_link = (tag, name) == ("a", "href") and read.startswith(LINKS)
        if read.startswith(FOREIGN) or (scheme and not is_link):
            self.wrong.append(f"<{tag} {name}={value!r}>")

    def handle_endtag(self, tag: str) -> None:
        self._raw = ""

    def handle_data(self, data: str) -> None:
        if self._raw and data.strip():
            self.wrong.append(f"<{self._raw}> holds {data.strip()[:60]!r}")


MARKUP: Shape = (
    {(tag, "") for tag in {*safety.TAGS, *formulas._TAGS}}
    | {(tag, name) for tag, names in safety.ATTRIBUTES.items() for name in names}
    | {(tag, name) for tag in safety.TAGS for name in ("class", "rel")}
    | {(tag, name) for tag in formulas._TAGS for name in formulas._ATTRIBUTES}
)
"""What an author's Markdown may become."""
