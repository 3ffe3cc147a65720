"""HTML as other systems store it, read into a small tree. Nothing in it is ever shown as HTML."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

DEPTH_LIMIT = 60
"""Elements inside each other; what lies deeper is read as text."""
_VOID = frozenset(("br", "img", "hr", "input", "source", "wbr", "col", "embed", "track"))
_CLOSED_BY = {
    "li": ("li",),
    "p": ("p",),
    "tr": ("tr", "td", "th"),
    "td": ("td", "th"),
    "th": ("td", "th"),
    "option": ("option",),
}
_SILENT = frozenset(("script", "style", "head", "title", "template", "noscript"))


@dataclass
class HtmlNode:
    """An element with its attributes and what stands in it: elements and texts."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: "list[HtmlNode | str]" = field(default_factory=list)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = HtmlNode("")
        self.open = [self.root]
        self.silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.silent:
            return
        if tag in _SILENT:
            self.silent = tag
        while self.open[-1].tag in _CLOSED_BY.get(tag, ()):
            self.open.pop()
        element = HtmlNode(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID and not self.silent and len(self.open) < DEPTH_LIMIT:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            self.silent = "" if tag == self.silent else self.silent
            return
        places = [place for place, element in enumerate(self.open) if element.tag == tag]
        if places and places[-1]:
            del self.open[places[-1] :]

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.open[-1].children.append(data)


def parse(text: str) -> HtmlNode:
    """Return the root of the tree; any text has one."""
    parser = _Parser()
    parser.feed(text)
    parser.close()
    return parser.root
