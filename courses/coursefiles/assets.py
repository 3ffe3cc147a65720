"""Which figures and data files a course may carry: checked by content, never by name alone."""

import re
from collections.abc import Iterator
from xml.parsers import expat

from django.utils.translation import gettext as _

from courses.coursefiles.drawn_parts import DrawnParts
from courses.coursefiles.file_kinds import KINDS, kind_of

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_ELEMENTS = frozenset(
    """svg g defs title desc symbol use path rect circle ellipse line polyline polygon text tspan
    textPath linearGradient radialGradient stop pattern clipPath mask marker style filter
    feGaussianBlur feOffset feMerge feMergeNode feColorMatrix feBlend feComposite feFlood
    metadata""".split()  # noqa: SIM905 (easier to read)
)
_URL = re.compile(r"url\s*\(\s*['\"]?\s*(?!#)", re.IGNORECASE)
_CSS_DANGER = re.compile(
    r"\\|@(?!media\b)|expression|javascript:|behavior|-moz-binding|</"
    r"|\b(?:image-set|image|cross-fade|src|element|paint)\s*\(",
    re.IGNORECASE,
)
_CSS_FILTER = re.compile(r"\bfilter\s*:|\b(?:blur|drop-shadow)\s*\(", re.IGNORECASE)
"""In a style a filter could be laid over every part; as an attribute it is counted."""
_BLUR_LIMIT = 50
_ELEMENTS_LIMIT = 20_000
_DEPTH_LIMIT = 100


def content_type(name: str) -> str:
    """Return the type to serve a file as, by its ending; "" when a course may not have the file."""
    kind = kind_of(name)
    return kind.content_type if kind else ""


def check_asset(name: str, content: bytes) -> Iterator[tuple[int, str]]:
    """Yield the problems of a file as (line, message)."""
    kind = kind_of(name)
    if kind is None:
        endings = ", ".join(KINDS)
        yield 1, _("Files of a course end in one of: %(endings)s.") % {"endings": endings}
    elif not content:
        yield 1, _("The file is empty.")
    elif len(content) > kind.max_bytes:
        yield 1, too_large(kind.max_bytes)
    elif kind.test is not None:
        if not kind.test(content):
            yield 1, _("The content is not what the file name says.")
    elif name.endswith(".svg"):
        yield from _check_svg(content)
    else:
        yield from _check_text(content)


def too_large(max_bytes: int) -> str:
    """Return the message about a file that is larger than this."""
    return _("Larger than %s MiB.") % f"{max_bytes / 2**20:g}"


def _check_text(content: bytes) -> Iterator[tuple[int, str]]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        yield 1, _("The text is not UTF-8.")
        return
    if "\x00" in text:
        yield 1, _("The content is not what the file name says.")


def _check_svg(content: bytes) -> Iterator[tuple[int, str]]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        yield 1, _("The text is not UTF-8.")
        return
    checker = _SvgChecker()
    try:
        checker.parser.Parse(text, True)  # noqa: FBT003 (the parser takes it by position)
    except expat.ExpatError as error:
        yield error.lineno, _("This is not a well-formed SVG.")
    except _StopError:
        pass
    yield from checker.problems


class _StopError(Exception):
    """The rest of the file need not be read."""


class _SvgChecker:
    """Streams through an SVG; refuses everything that could run, load or lead elsewhere."""

    def __init__(self) -> None:
        self.problems: list[tuple[int, str]] = []
        self.parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.buffer_text = True
        self._open: list[str] = []
        self._style: list[str] = []
        self._count = 0
        self._parts = DrawnParts()

    def _note(self, message: str) -> None:
        self.problems.append((self.parser.CurrentLineNumber, message))

    def _doctype(self, *_arguments: object) -> None:
        self._note(_("An SVG of a course has no DOCTYPE and no entities."))
        raise _StopError

    def _instruction(self, target: str, _data: str) -> None:
        self._note(_("An SVG of a course has no <?%(name)s …?>.") % {"name": target})

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > _ELEMENTS_LIMIT or len(self._open) > _DEPTH_LIMIT:
            self._note(_("This drawing has too many parts."))
            raise _StopError
        space, _blank, local = name.rpartition(" ")
        if not self._open and name != f"{_SVG} svg":
            self._note(_('The root must be <svg xmlns="http://www.w3.org/2000/svg">.'))
            raise _StopError
        if space != _SVG or local not in _ELEMENTS:
            self._note(_("<%(name)s> is not allowed in a figure.") % {"name": local})
        self._open.append(local)
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        self._parts.start(local, plain)
        if not _is_moderate(plain.get("stdDeviation", "")):
            self._note(_("A blur of a figure is at most %d.") % _BLUR_LIMIT)
        for attribute, value in attributes.items():
            self._check_attribute(attribute, value)

    def _check_attribute(self, name: str, value: str) -> None:
        space, _blank, local = name.rpartition(" ")
        if space not in ("", _XLINK, _XML) or local.lower().startswith("on") or local == "base":
            self._note(_("The attribute %(name)s is not allowed in a figure.") % {"name": local})
        elif local.lower() in ("href", "src"):
            if not value.startswith("#"):
                self._note(_("A figure may refer to its own parts only (#name)."))
        elif _URL.search(value) or _CSS_DANGER.search(value) or _filters(local, value):
            self._note(_("A figure may refer to its own parts only (#name)."))

    def _end(self, _name: str) -> None:
        self._parts.end()
        if len(self._open) == 1 and self._parts.total(_ELEMENTS_LIMIT) > _ELEMENTS_LIMIT:
            self._note(_("This drawing has too many parts."))
        if self._open.pop() == "style":
            css = "".join(self._style)
            self._style.clear()
            if _URL.search(css) or _CSS_DANGER.search(css) or _CSS_FILTER.search(css):
                self._note(_("The style of a figure may not load or run anything."))

    def _text(self, text: str) -> None:
        if self._open and self._open[-1] == "style":
            self._style.append(text)


def _filters(name: str, value: str) -> bool:
    """Return whether a style, or a filter that is no reference, applies a filter to the element."""
    return (name == "style" or "(" in value) and _CSS_FILTER.search(value) is not None


def _is_moderate(deviation: str) -> bool:
    """Return whether all numbers of a blur are small enough. An empty text is no blur."""
    try:
        return all(float(part) <= _BLUR_LIMIT for part in deviation.replace(",", " ").split())
    except ValueError:
        return False
