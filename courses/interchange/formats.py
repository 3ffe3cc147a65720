"""Which formats there are, and what reads each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from courses.interchange.aiken import read_aiken
from courses.interchange.found import Found
from courses.interchange.gift import read_gift
from courses.interchange.losses import Loss
from courses.interchange.moodle_xml import read_moodle_xml
from courses.interchange.qti12 import read_qti12
from courses.interchange.sheet import read_csv, read_xlsx
from courses.interchange.sources import check_count, check_size, text_of

Reader = Callable[[bytes, str], list[Found]]


@dataclass(frozen=True)
class ReadFormat:
    """A format that is read: its key for the command, its name, and the endings of its files."""

    key: str
    label: Any
    endings: tuple[str, ...]
    read: Reader
    is_text: bool = True
    """Whether a person can paste it."""


READ = (
    ReadFormat("gift", "GIFT", ("gift", "txt"), lambda data, name: read_gift(text_of(data, name))),
    ReadFormat("aiken", "Aiken", ("txt",), lambda data, name: read_aiken(text_of(data, name))),
    ReadFormat("moodlexml", "Moodle XML", ("xml",), read_moodle_xml),
    ReadFormat("csv", "CSV", ("csv",), read_csv),
    ReadFormat("xlsx", "Excel", ("xlsx",), read_xlsx, is_text=False),
    ReadFormat("qti12", "Canvas (QTI 1.2)", ("zip", "xml"), read_qti12, is_text=False),
)
BY_KEY = {one.key: one for one in READ}


def key_for(named: str, name: str, content: bytes) -> str:
    """Return the format that was named, or the one that the file's name and content show."""
    if named in BY_KEY:
        return named
    ending = name.rpartition(".")[2].casefold()
    if ending == "xml":
        return "qti12" if b"questestinterop" in content else "moodlexml"
    if ending in ("zip", "csv", "xlsx"):
        return "qti12" if ending == "zip" else ending
    return "aiken" if b"ANSWER:" in content else "gift"


def read(format_key: str, content: bytes, *, name: str) -> list[Found]:
    """Return the questions of a file in one of the formats.

    Raises UnreadableFile, with file and line, and nothing else.
    """
    check_size(len(content), name)
    found = BY_KEY[format_key].read(content, name)
    check_count(len(found), name, found[-1].line if found else 1)
    return [_with_lost_tags(one) for one in found]


def _with_lost_tags(found: Found) -> Found:
    """Note the tags of which no letter can be in a key."""
    return found.with_losses(*(Loss("tag", tag) for tag in found.tags if not slugify(tag)))
