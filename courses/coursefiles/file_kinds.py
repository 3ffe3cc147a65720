"""Which kinds of files a course may have, and how each is known by its content."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from courses.conf import settings

Test = Callable[[bytes], bool]

_MIB = 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_ZIP_ENTRIES = 10_000
_LONGEST_TYPE = 200


@dataclass(frozen=True)
class FileKind:
    """What ends in one of some endings; `limit` names its greatest size in the settings."""

    limit: str
    content_type: str
    test: Test | None = None
    """Whether a content is of this kind; None: `assets` reads it as a whole."""

    @property
    def family(self) -> str:
        """Return picture, audio, video or document: how pages show it."""
        general = self.content_type.partition("/")[0]
        return {"image": "picture", "audio": "audio", "video": "video"}.get(general, "document")

    @property
    def max_bytes(self) -> int:
        """Return how large such a file may be."""
        limits: dict[str, Any] = {**DEFAULT_LIMITS, **settings.FILE_LIMITS}
        return int(limits[self.limit] * _MIB)


DEFAULT_LIMITS: dict[str, float] = {
    "drawing": 1,
    "table": 1,
    "picture": 5,
    "audio": 32,
    "video": 128,
    "document": 32,
}
"""MiB; `COURSES_FILE_LIMITS` overrides them."""


def _starts(*magic: bytes) -> Test:
    return lambda content: content.startswith(magic)


def _riff(form: bytes) -> Test:
    return lambda content: content[:4] == b"RIFF" and content[8:12] == form


def _iso_media(*brands: bytes) -> Test:
    """Return whether it is an ISO media file (MP4); of these brands, where some are given."""
    return lambda content: (
        content[4:8] == b"ftyp" and (not brands or content[8:12].lower().startswith(brands))
    )


_MP3 = re.compile(rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")
"""A tag, or the first frame of layer III."""


def _zipped(folder: str) -> Test:
    """Return whether it is an Office file with its document in this folder, and no macros."""

    def test(content: bytes) -> bool:
        names = _zip_names(content)
        has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        is_whole = "[Content_Types].xml" in names and any(
            name.startswith(f"{folder}/") for name in names
        )
        return is_whole and not has_macros

    return test


def _open_document(content_type: str) -> Test:
    """Return whether it is an OpenDocument file of this type; the type is its first entry."""

    def test(content: bytes) -> bool:
        names = _zip_names(content)
        has_macros = any(name.startswith(("Basic/", "Scripts/")) for name in names)
        if names[:1] != ["mimetype"] or has_macros:
            return False
        with zipfile.ZipFile(BytesIO(content)) as file:
            entry = file.infolist()[0]
            is_short = entry.compress_type == zipfile.ZIP_STORED
            return (
                is_short
                and entry.file_size < _LONGEST_TYPE
                and file.read(entry) == content_type.encode()
            )

    return test


def _zip_names(content: bytes) -> list[str]:
    """Return the names in a zip file; none where it is no such file. Nothing is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as file:
            names = file.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return []
    return names if len(names) <= _ZIP_ENTRIES else []


def _office(name: str, folder: str) -> FileKind:
    return FileKind("document", f"{_OFFICE}.{name}", _zipped(folder))


def _opened(name: str) -> FileKind:
    content_type = f"{_OPEN}.{name}"
    return FileKind("document", content_type, _open_document(content_type))


_JPEG = FileKind("picture", "image/jpeg", _starts(b"\xff\xd8\xff"))

KINDS: dict[str, FileKind] = {
    "svg": FileKind("drawing", "image/svg+xml"),
    "png": FileKind("picture", "image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "webp": FileKind("picture", "image/webp", _riff(b"WEBP")),
    "csv": FileKind("table", "text/csv; charset=utf-8"),
    "mp3": FileKind("audio", "audio/mpeg", lambda content: _MP3.match(content) is not None),
    "m4a": FileKind("audio", "audio/mp4", _iso_media(b"m4a")),
    "ogg": FileKind("audio", "audio/ogg", _starts(b"OggS")),
    "wav": FileKind("audio", "audio/wav", _riff(b"WAVE")),
    "mp4": FileKind("video", "video/mp4", _iso_media()),
    "webm": FileKind("video", "video/webm", _starts(b"\x1aE\xdf\xa3")),
    "pdf": FileKind("document", "application/pdf", _starts(b"%PDF-")),
    "docx": _office("wordprocessingml.document", "word"),
    "xlsx": _office("spreadsheetml.sheet", "xl"),
    "pptx": _office("presentationml.presentation", "ppt"),
    "odt": _opened("text"),
    "ods": _opened("spreadsheet"),
    "odp": _opened("presentation"),
}
"""Ending → kind."""


def kind_of(name: str) -> FileKind | None:
    """Return the kind of a file by its ending; None when a course may not have such a file."""
    stem, _dot, ending = name.rpartition(".")
    return KINDS.get(ending) if stem else None
