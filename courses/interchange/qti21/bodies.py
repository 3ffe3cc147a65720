"""Markdown as the XHTML that a QTI item may hold."""

import re
from xml.sax.saxutils import escape, quoteattr

from courses import markup
from courses.interchange.html_tree import HtmlNode, parse
from courses.markup.links import NoLinks

_SAME = frozenset(
    """p div em strong code pre ul ol li table thead tbody tr th td blockquote br hr sub sup
    h3 h4 h5 h6 a img""".split()  # noqa: SIM905 (easier to read)
)
_EMPTY = frozenset(("br", "hr", "img"))
_ATTRIBUTES = {"a": ("href",), "img": ("src", "alt"), "ol": ("start",)}
_BLOCKS = re.compile(r"</?(?:p|div)>")


class _PackageLinks(NoLinks):
    """Pictures lie in the package; nothing else of the course can be reached from it."""

    def __init__(self, files: set[str]) -> None:
        self.files = files

    def asset(self, name: str) -> str:
        self.files.add(name)
        return f"files/{name}"


def block(text: str, files: set[str]) -> str:
    """Return Markdown as blocks of XHTML; names of the pictures in it go to `files`."""
    return _children(parse(markup.markdown(text, _PackageLinks(files)))).strip()


def inline(text: str, files: set[str]) -> str:
    """Return Markdown as one line of XHTML."""
    html = markup.markdown_inline(text, _PackageLinks(files))
    return _BLOCKS.sub("", _children(parse(html))).strip()


def _children(node: HtmlNode) -> str:
    return "".join(
        escape(child) if isinstance(child, str) else _element(child) for child in node.children
    )


def _element(node: HtmlNode) -> str:
    inside = _children(node)
    if node.tag == "math":
        return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{inside}</math>'
    if node.tag.startswith("m") and node.tag != "mark":
        return f"<{node.tag}>{inside}</{node.tag}>"
    if node.tag not in _SAME:
        return inside
    shown = "".join(
        f" {name}={quoteattr(node.attrs[name])}"
        for name in _ATTRIBUTES.get(node.tag, ())
        if node.attrs.get(name)
    )
    if node.tag == "img" and "alt" not in node.attrs:
        shown += ' alt=""'
    return (
        f"<{node.tag}{shown}/>"
        if node.tag in _EMPTY
        else f"<{node.tag}{shown}>{inside}</{node.tag}>"
    )
