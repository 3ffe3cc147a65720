"""Packages of questions: zip files with pictures beside the questions."""

from io import BytesIO

from django.utils.translation import gettext as _

from courses.coursefiles.zips import ZipRules, read_zip
from courses.interchange.found import UnreadableFile
from courses.interchange.sources import BYTES_LIMIT, check_size

MEMBERS_LIMIT = 5_000
UNPACKED_LIMIT = 4 * BYTES_LIMIT


def is_zip(content: bytes) -> bool:
    """Return whether a content begins as a zip file does."""
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def read_members(content: bytes, name: str) -> dict[str, bytes]:
    """Return the files of a zip by their path in it.

    Nothing is unpacked beyond the limits. Raises UnreadableFile, also for a path that leads out of
    the package.
    """
    check_size(len(content), name)

    def refuse(path: str, problem: str) -> None:
        shown = path.encode("utf-8", "backslashreplace").decode("utf-8")[:100]
        raise UnreadableFile(f"{shown}: {problem}" if shown else problem, file=name)

    return read_zip(BytesIO(content), rules=_rules(), report=refuse)


def _rules() -> ZipRules:
    too_large = _("Unpacked, the file is larger than %(limit)d MB.")
    return ZipRules(
        members=MEMBERS_LIMIT,
        bytes=UNPACKED_LIMIT,
        member_bytes=lambda _path: UNPACKED_LIMIT,
        too_large=lambda limit: too_large % {"limit": limit // 2**20},
        too_large_together=too_large % {"limit": UNPACKED_LIMIT // 2**20},
        paths=lambda names: names,
        problem=lambda _path: "",
    )
