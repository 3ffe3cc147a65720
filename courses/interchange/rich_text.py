"""HTML → Markdown, with a report of what Markdown cannot say."""

import re
from collections.abc import Callable, Iterator, Sequence

from courses.interchange.escaping import escaped
from courses.interchange.formulas import with_formulas
from courses.interchange.html_tree import HtmlNode, parse
from courses.interchange.losses import Loss
from courses.markup.parser import ADDRESS

Picture = Callable[[str, str], str]
"""MoodleQuestion and text of a picture → its Markdown."""

_BLOCKS = frozenset(
    """address article aside blockquote body center dd details div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody
    td tfoot th thead tr ul""".split()  # noqa: SIM905 (easier to read)
)
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~"}
_CODE = frozenset(("code", "tt", "kbd", "samp"))
_PLAIN = frozenset(
    ("", "p", "div", "span", "body", "html", "tbody", "thead", "figure", "br", "wbr")
)
_LOST_ATTRIBUTES = ("style", "color", "bgcolor", "align")


class Converter:
    """Turns pieces of HTML of one question into Markdown, and collects what is lost."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.losses: list[Loss] = []

    def markdown(self, text: str) -> str:
        """Return a piece of HTML as Markdown."""
        return "\n\n".join(block for block in self._blocks(parse(text).children) if block.strip())

    def _lose(self, detail: str) -> None:
        self.losses.append(Loss("html", detail))

    def _blocks(self, children: "Sequence[HtmlNode | str]") -> Iterator[str]:
        """Yield paragraphs, lists, tables and so on, each as a block of lines."""
        inline: list[HtmlNode | str] = []
        for child in children:
            if isinstance(child, HtmlNode) and _is_block(child):
                yield from self._paragraph(inline)
                inline = []
                yield from self._block(child)
            else:
                inline.append(child)
        yield from self._paragraph(inline)

    def _paragraph(self, inline: "Sequence[HtmlNode | str]") -> Iterator[str]:
        text = self._inline(inline)
        lines = [line.strip(" ") for line in text.split("\n")]
        text = "\n".join(line for line in lines if line)
        if text:
            yield text.removesuffix("\\")

    def _block(self, element: HtmlNode) -> Iterator[str]:
        self._attributes(element)
        tag = element.tag
        if tag in ("ul", "ol"):
            yield from self._list(element)
        elif tag == "table":
            yield from self._table(element)
        elif tag == "pre":
            yield f"```\n{_text(element)}\n```"
        elif tag == "hr":
            yield "---"
        elif tag == "blockquote":
            inside = "\n\n".join(self._blocks(element.children))
            yield "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))
        elif re.fullmatch("h[1-6]", tag):
            text = " ".join(self._inline(element.children).split())
            yield f"{'#' * max(3, int(tag[1]))} {text}" if text else ""
        else:
            yield from self._blocks(element.children)

    def _list(self, element: HtmlNode) -> Iterator[str]:
        items: list[str] = []
        for child in element.children:
            if isinstance(child, HtmlNode):
                inside = "\n\n".join(self._blocks(child.children))
                mark = f"{len(items) + 1}. " if element.tag == "ol" else "- "
                indent = "\n" + " " * len(mark)
                lines = (mark + indent.join(inside.split("\n"))).split("\n")
                items.append("\n".join(line.rstrip() for line in lines))
            elif child.strip():
                items.append(f"- {escaped(' '.join(child.split()))}")
        yield "\n".join(items)

    def _table(self, element: HtmlNode) -> Iterator[str]:
        rows = [
            [self._cell(cell) for cell in row.children if isinstance(cell, HtmlNode)]
            for row in _all(element, "tr")
        ]
        rows = [row for row in rows if row]
        if not rows:
            return
        width = max(len(row) for row in rows)
        lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
        yield "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])

    def _cell(self, cell: HtmlNode) -> str:
        for name in ("rowspan", "colspan"):
            if cell.attrs.get(name, "1") != "1":
                self._lose(name)
        text = " ".join(" ".join(self._blocks(cell.children)).split())
        return re.sub(r"(?<!\\)\|", r"\\|", text)

    def _inline(self, children: "Sequence[HtmlNode | str]") -> str:
        return "".join(
            self._text(child) if isinstance(child, str) else self._element(child)
            for child in children
        )

    def _text(self, text: str) -> str:
        return with_formulas(re.sub(r"\s+", " ", text), escaped)

    def _element(self, element: HtmlNode) -> str:
        self._attributes(element)
        tag = element.tag
        if tag == "br":
            return "\\\n"
        if tag == "img":
            return self.picture(element.attrs.get("src", ""), element.attrs.get("alt", "").strip())
        if tag in _CODE:
            return _code(" ".join(_text(element).split()))
        inside = self._inside(element)
        if tag in _MARKS:
            return _marked(_MARKS[tag], inside)
        if tag == "a":
            return self._link(element, inside)
        if tag not in _PLAIN:
            self._lose(tag)
        return inside

    def _inside(self, element: HtmlNode) -> str:
        """Return what stands in an inline element, blocks in it as lines."""
        if any(isinstance(child, HtmlNode) and _is_block(child) for child in element.children):
            return " ".join(" ".join(self._blocks(element.children)).split())
        return self._inline(element.children)

    def _link(self, element: HtmlNode, inside: str) -> str:
        address = element.attrs.get("href", "")
        if not address:
            return inside
        if not ADDRESS.fullmatch(address) or not address.startswith(("http", "mailto")):
            self.losses.append(Loss("link", address[:200]))
            return inside
        address = address.replace("(", "%28").replace(")", "%29").replace("\\", "%5C")
        return f"[{inside.strip() or address}]({address})"

    def _attributes(self, element: HtmlNode) -> None:
        for name in _LOST_ATTRIBUTES:
            if element.attrs.get(name):
                self._lose(name)


def _is_block(element: HtmlNode) -> bool:
    return element.tag in _BLOCKS


def _text(element: HtmlNode) -> str:
    return "".join(
        child if isinstance(child, str) else "\n" if child.tag == "br" else _text(child)
        for child in element.children
    ).strip("\n")


def _all(element: HtmlNode, tag: str) -> Iterator[HtmlNode]:
    for child in element.children:
        if isinstance(child, HtmlNode):
            if child.tag == tag:
                yield child
            else:
                yield from _all(child, tag)


def _code(text: str) -> str:
    runs = [len(run) for run in re.findall("`+", text)]
    fence = "`" * (max(runs, default=0) + 1)
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{edge}{text}{edge}{fence}" if text else ""


def _marked(mark: str, inside: str) -> str:
    """Return the text between two marks, which stand close to it."""
    text = inside.strip()
    if not text:
        return inside
    before = inside[: len(inside) - len(inside.lstrip())]
    after = inside[len(inside.rstrip()) :]
    return f"{before}{mark}{text}{mark}{after}"
