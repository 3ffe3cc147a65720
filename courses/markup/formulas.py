"""LaTeX → MathML, serialised by us.

The converter's own output un-escapes the text that an author put into `\\text{…}`, and passes
`href` on; so its element tree is written out here instead, from a list of known names.
"""

import html
import re
from functools import lru_cache
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

SOURCE_LIMIT = 1_000
"""Characters of one formula."""
_DEPTH_LIMIT = 60

_TAGS = frozenset(
    """math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover
    munderover mmultiscripts mprescripts none mtable mtr mtd mpadded mphantom menclose mfenced
    mstyle""".split()  # noqa: SIM905 (easier to read)
)
_CHILDREN = {
    "mfrac": 2,
    "mroot": 2,
    "msub": 2,
    "msup": 2,
    "munder": 2,
    "mover": 2,
    "msubsup": 3,
    "munderover": 3,
}
_COMMAND = re.compile(r"\\[a-zA-Z]+")
"""What the converter makes of a command that it does not know: its name as a text."""
_DEFINITION = re.compile(r"\\(new|renew|provide|def|let|Declare)")
"""A formula may not define commands: a few that call each other grow without bound."""
_ATTRIBUTES = {
    "display": re.compile(r"inline|block"),
    "displaystyle": re.compile(r"true|false"),
    "accent": re.compile(r"true|false"),
    "fence": re.compile(r"true|false"),
    "separator": re.compile(r"true|false"),
    "stretchy": re.compile(r"true|false"),
    "largeop": re.compile(r"true|false"),
    "movablelimits": re.compile(r"true|false"),
    "scriptlevel": re.compile(r"[+-]?\d{1,2}"),
    "form": re.compile(r"prefix|infix|postfix"),
    "mathvariant": re.compile(r"[a-z-]{1,30}"),
    "linethickness": re.compile(r"[\d.]{1,6}(em|px|pt|ex)?"),
    "columnalign": re.compile(r"(left|right|center)( (left|right|center)){0,30}"),
    "width": re.compile(r"[+-]?[\d.]{1,6}(em|px|pt|ex|mu)?"),
    "height": re.compile(r"[+-]?[\d.]{1,6}(em|px|pt|ex|mu)?"),
    "depth": re.compile(r"[+-]?[\d.]{1,6}(em|px|pt|ex|mu)?"),
    "lspace": re.compile(r"[+-]?[\d.]{1,6}(em|px|pt|ex|mu)?"),
    "rspace": re.compile(r"[+-]?[\d.]{1,6}(em|px|pt|ex|mu)?"),
    "minsize": re.compile(r"[\d.]{1,6}(em|px|pt|ex)?"),
    "maxsize": re.compile(r"[\d.]{1,6}(em|px|pt|ex)?"),
    "notation": re.compile(r"[a-z ]{1,60}"),
}


@lru_cache(maxsize=512)
def mathml(latex: str, *, is_block: bool) -> str | None:
    """Return the formula as MathML, or None when it cannot be read."""
    if len(latex) > SOURCE_LIMIT or _nesting(latex) > _DEPTH_LIMIT or _DEFINITION.search(latex):
        return None
    try:
        element = convert_to_element(latex, display="block" if is_block else "inline")
        parts: list[str] = []
        _write(element, parts)
    except Exception:  # whatever the converter stumbles over, the author's text is the reason
        return None
    return "".join(parts)


def _nesting(latex: str) -> int:
    """Return an upper bound of how deep the converter will recurse."""
    depth = deepest = 0
    for character in latex:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    return deepest + latex.count("\\left") + latex.count("\\begin")


def _write(element: Element, parts: list[str]) -> None:
    """Write an element as MathML. Raises ValueError for an unknown one, or without its argument.

    Attributes that we do not know are dropped.
    """
    is_command = bool(_COMMAND.match(element.text or "")) and element.tag != "mtext"
    wanted = _CHILDREN.get(element.tag, len(element))
    if element.tag not in _TAGS or is_command or len(element) != wanted:
        raise ValueError(element.tag)
    attributes = "".join(
        f' {name}="{html.escape(value)}"'
        for name, value in element.attrib.items()
        if name in _ATTRIBUTES and _ATTRIBUTES[name].fullmatch(value)
    )
    parts.append(f"<{element.tag}{attributes}>{_text(element.text)}")
    for child in element:
        _write(child, parts)
        parts.append(_text(child.tail))
    parts.append(f"</{element.tag}>")


def _text(text: str | None) -> str:
    """Return the text of a token: the converter writes symbols as character references."""
    return html.escape(html.unescape(text), quote=False) if text else ""
