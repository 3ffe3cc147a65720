"""XML files as small trees with line numbers; entities, external parts and depth are refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import parse as parse_sax
from django.utils.translation import gettext as _

from courses.coursefiles.yamltext import UNSTORABLE
from courses.interchange.found import UnreadableFile
from courses.interchange.sources import check_size

DEPTH_LIMIT = 100
NODES_LIMIT = 1_000_000


@dataclass
class XmlNode:
    """An element: its name without prefix, its attributes, its line, and what stands in it."""

    tag: str
    attrs: dict[str, str]
    line: int
    content: "list[XmlNode | str]" = field(default_factory=list)

    @property
    def nodes(self) -> "list[XmlNode]":
        return [one for one in self.content if isinstance(one, XmlNode)]

    def all(self, tag: str) -> "list[XmlNode]":
        """Return the direct children with this name."""
        return [node for node in self.nodes if node.tag == tag]

    def child(self, tag: str) -> "XmlNode":
        """Return the first child with this name, or an empty one."""
        return next(iter(self.all(tag)), XmlNode(tag, {}, self.line))

    def deep(self, tag: str) -> "Iterator[XmlNode]":
        """Yield every descendant with this name, in the order of the file."""
        for node in self.nodes:
            if node.tag == tag:
                yield node
            yield from node.deep(tag)

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(one if isinstance(one, str) else one.text for one in self.content)

    def string(self, tag: str) -> str:
        """Return the text of a child, without blanks around it."""
        return self.child(tag).text.strip()


class _TreeBuilder(ContentHandler):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.root: XmlNode | None = None
        self.open: list[XmlNode] = []
        self.count = 0
        self.locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 (the name of SAX)
        self.locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        line = self.locator.getLineNumber() or 1
        self.count += 1
        if len(self.open) >= DEPTH_LIMIT or self.count > NODES_LIMIT:
            message = _("This is nested too deeply, or too long.")
            raise UnreadableFile(message, file=self.name, line=line)
        values = {key.rpartition(":")[2]: value for key, value in attrs.items()}
        node = XmlNode(name.rpartition(":")[2], values, line)
        if self.open:
            self.open[-1].content.append(node)
        else:
            self.root = node
        self.open.append(node)

    def endElement(self, name: str) -> None:  # noqa: N802, ARG002
        self.open.pop()

    def characters(self, content: str) -> None:
        found = UNSTORABLE.search(content)
        if found:
            message = _("This text contains characters that cannot be stored.")
            raise UnreadableFile(message, file=self.name, line=self.locator.getLineNumber() or 1)
        self.open[-1].content.append(content)


def parse(content: bytes, name: str) -> XmlNode:
    """Return the root of an XML file. Raises UnreadableFile with the line."""
    check_size(len(content), name)
    builder = _TreeBuilder(name)
    try:
        parse_sax(BytesIO(content), builder, forbid_dtd=False)
    except DefusedXmlException as error:
        line = builder.locator.getLineNumber() if builder.locator else 1
        message = _("A file with entities of its own, or with external parts, is not read.")
        raise UnreadableFile(message, file=name, line=line or 1) from error
    except SAXParseException as error:
        message = _("This is not XML: %(problem)s.") % {"problem": error.getMessage()}
        raise UnreadableFile(message, file=name, line=error.getLineNumber() or 1) from error
    except (SAXException, ValueError, LookupError) as error:
        message = _("This is not XML: %(problem)s.") % {"problem": str(error)[:200]}
        raise UnreadableFile(message, file=name) from error
    if builder.root is None:
        raise UnreadableFile(_("The file is empty."), file=name)
    return builder.root
