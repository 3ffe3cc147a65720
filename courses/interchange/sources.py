"""The bytes of a file as text, refused in words where they are none."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.coursefiles.yamltext import UNSTORABLE
from courses.interchange.found import UnreadableFile

BYTES_LIMIT = 50 * 2**20
"""The largest file that is read."""
QUESTIONS_LIMIT = 5_000
"""Questions that are read of one file."""
LINES_LIMIT = 20_000
"""Lines of one question, or of what stands between empty lines."""
_PARTS_LIMIT = 10 * QUESTIONS_LIMIT
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class TextSource:
    """A text with the name of its file."""

    name: str
    text: str

    def blocks(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the lines between empty ones, with the number of the first.

        Raises UnreadableFile for more than a file of questions has.
        """
        block: list[str] = []
        count = 0
        for number, line in enumerate([*self.text.split("\n"), ""], 1):
            if line.strip():
                block.append(line)
                self.check_lines(len(block), number)
            elif block:
                count += 1
                if count > _PARTS_LIMIT:
                    raise self.unreadable(_too_many(), number)
                yield number - len(block), block
                block = []

    def check_lines(self, count: int, line: int) -> None:
        """Raise UnreadableFile for a question of too many lines."""
        if count > LINES_LIMIT:
            message = _("A question has more than %(limit)d lines.") % {"limit": LINES_LIMIT}
            raise self.unreadable(message, line)

    def unreadable(self, message: str, line: int = 1) -> UnreadableFile:
        """Return the refusal of the file at a line."""
        return UnreadableFile(message, file=self.name, line=line)


def check_size(size: int, name: str) -> None:
    """Raise UnreadableFile for a file that is too large."""
    if size > BYTES_LIMIT:
        message = _("The file is larger than %(limit)d MB.") % {"limit": BYTES_LIMIT // 2**20}
        raise UnreadableFile(message, file=name)


def check_count(count: int, name: str, line: int) -> None:
    """Raise UnreadableFile for a file with too many questions, before all of them are read."""
    if count > QUESTIONS_LIMIT:
        raise UnreadableFile(_too_many(), file=name, line=line)


def _too_many() -> str:
    return _("The file has more than %(limit)d questions.") % {"limit": QUESTIONS_LIMIT}


def text_of(content: bytes, name: str) -> TextSource:
    """Return a file's content as text. Raises UnreadableFile above the limit, and without UTF-8."""
    check_size(len(content), name)
    encoding = _MARKS.get(content[:2], "utf-8-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = _("The file is not UTF-8 here. Save it with that encoding.")
        raise UnreadableFile(message, file=name, line=line) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = UNSTORABLE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        message = _("This text contains characters that cannot be stored.")
        raise UnreadableFile(message, file=name, line=line)
    return TextSource(name, text)
