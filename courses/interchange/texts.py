"""The texts of one question, from the form in which a file has them to Markdown."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from courses.interchange.escaping import escaped, one_line
from courses.interchange.formulas import with_formulas
from courses.interchange.found import FoundFile
from courses.interchange.losses import Loss
from courses.interchange.rich_text import Converter
from courses.markup.parser import MEDIA

MARKDOWN, HTML, PLAIN, MOODLE = "markdown", "html", "plain", "moodle"
_TAG = re.compile(
    r"</?(?:a|b|i|u|em|strong|p|br|img|ul|ol|li|code|pre|sub|sup|div|span|table|tr|td|th|h[1-6]"
    r"|font|hr|blockquote|small|big|center|tt)(?:\s[^<>]*)?/?>|<!--",
    re.IGNORECASE,
)
_DATA = re.compile(r"data:image/([a-z+]+)(?:;[\w=-]+)*;base64,(.*)", re.DOTALL | re.IGNORECASE)
_STORED = re.compile(
    r"(?:@@PLUGINFILE@@|%24IMS-CC-FILEBASE%24|\$IMS-CC-FILEBASE\$)/+(.*)", re.DOTALL
)
_MARKDOWN_PICTURE = re.compile(r"!\[((?:\\.|[^\]\\])*)\]\((@@PLUGINFILE@@/[^\s()]+)([^()]*)\)")
_ENDINGS = {"jpeg": "jpg", "svg+xml": "svg"}
_UNSAFE = re.compile(r"[^a-z0-9]+")
PICTURES = frozenset(MEDIA["img"])


def _unquoted(text: str) -> str:
    """Return the text of an address: `%20` is a blank."""
    raw = re.sub(
        rb"%([0-9A-Fa-f]{2})",
        lambda found: bytes([int(found[1], 16)]),
        text.encode("utf-8", "surrogatepass"),
    )
    return raw.decode("utf-8", "replace")


class Texts:
    """Turns the texts of one question into Markdown; `losses` and `files` grow on the way.

    `stored` are the files of the package, or of the question, by the names that texts use.
    """

    def __init__(self, form: str, stored: Mapping[str, bytes] | None = None) -> None:
        self.form = form
        self.stored = stored or {}
        self.files: dict[str, FoundFile] = {}
        self._converter = Converter(self.picture)

    @property
    def losses(self) -> tuple[Loss, ...]:
        return tuple(dict.fromkeys(self._converter.losses))

    def lose(self, code: str, detail: str = "") -> None:
        """Note one thing that is not kept."""
        self._converter.losses.append(Loss(code, detail))

    def markdown(self, text: str, form: str = "") -> str:
        """Return a text in this form, or in the usual one of the file, as Markdown."""
        form = form or self.form
        if form == MARKDOWN:
            return _MARKDOWN_PICTURE.sub(self._markdown_picture, text.strip())
        text = text.replace("\r\n", "\n")
        if form == HTML or (form == MOODLE and _TAG.search(text)):
            return self._converter.markdown(text)
        lines = [line.strip() for line in text.strip().split("\n")]
        return with_formulas("\n".join(lines), escaped)

    def plain(self, text: str, form: str = "") -> str:
        """Return a text that learners type as one line without markup."""
        if (form or self.form) in (HTML, MOODLE) and _TAG.search(text):
            text = re.sub(r"<[^<>]*>", " ", text)
        return one_line(text)

    def _markdown_picture(self, found: re.Match[str]) -> str:
        """Return a picture of the file that a text in Markdown shows, under its name here."""
        file = self._file(found[2])
        if file is None:
            return found[1]
        self.files[file.name] = file
        return f"![{found[1]}](asset:{file.name}{found[3]})"

    def picture(self, source: str, alternative: str = "") -> str:
        """Return a picture of the file as Markdown; its text alone where it is not there."""
        file = self._file(source)
        if file is None:
            return alternative
        if not alternative:
            self.lose("alternative_text", file.name)
        shown = escaped(one_line(alternative)).replace("[", "\\[").replace("]", "\\]")
        self.files[file.name] = file
        return f"![{shown}](asset:{file.name})"

    def _file(self, source: str) -> FoundFile | None:
        data = _DATA.fullmatch(source.strip())
        if data:
            return self._of_data(data[1].lower(), data[2])
        stored = _STORED.fullmatch(source.strip())
        name = _unquoted((stored[1] if stored else source).split("?")[0]).strip()
        content = self.stored.get(name)
        if content is None:
            self.lose("picture", source[:200])
            return None
        return self._named(PurePosixPath(name).name, content)

    def _of_data(self, kind: str, text: str) -> FoundFile | None:
        try:
            content = base64.b64decode("".join(_unquoted(text).split()), validate=True)
        except (binascii.Error, ValueError):
            self.lose("picture", "data:")
            return None
        return self._named(f"picture.{_ENDINGS.get(kind, kind)}", content)

    def _named(self, name: str, content: bytes) -> FoundFile | None:
        """Return the file under a name made of its own and of its content, or note the loss."""
        stem, _dot, ending = name.rpartition(".")
        ending = _ENDINGS.get(ending.lower(), ending.lower())
        if ending not in PICTURES or not content:
            self.lose("picture_kind", name[:200])
            return None
        mark = hashlib.sha256(content).hexdigest()[:8]
        if stem.endswith(f"-{mark}"):
            return FoundFile(f"{stem}.{ending}", content)
        base = _UNSAFE.sub("-", stem.lower())[:48].strip("-") or "picture"
        return FoundFile(f"{base}-{mark}.{ending}", content)
