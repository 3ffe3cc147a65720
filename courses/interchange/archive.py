"""Uploaded zip files: read member by member, within limits, without following names."""

import stat
import zipfile
import zlib
from io import BytesIO

from django.utils.translation import gettext as _

from courses.interchange.found import UnreadableFile
from courses.interchange.sources import BYTES_LIMIT, check_size

MEMBERS_LIMIT = 5_000
UNPACKED_LIMIT = 4 * BYTES_LIMIT
_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)


def is_zip(content: bytes) -> bool:
    """Return whether a content begins as a zip file does."""
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def read_members(content: bytes, name: str) -> dict[str, bytes]:
    """Return the files of a zip by their path in it.

    Nothing is unpacked beyond the limits. Raises UnreadableFile, also for a path that leads out of
    the package.
    """
    check_size(len(content), name)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _contents(archive, name)
    except _ERRORS as error:
        raise UnreadableFile(_("This is not a zip file, or it is damaged."), file=name) from error


def _contents(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    members = [one for one in archive.infolist() if not one.is_dir()]
    if len(members) > MEMBERS_LIMIT:
        message = _("There are more than %d files.") % MEMBERS_LIMIT
        raise UnreadableFile(message, file=name)
    contents: dict[str, bytes] = {}
    left = UNPACKED_LIMIT
    for member in members:
        _check_member(member, name)
        with archive.open(member) as file:
            content = file.read(left + 1)
        left -= len(content)
        if left < 0:
            message = _("Unpacked, the file is larger than %(limit)d MB.")
            raise UnreadableFile(message % {"limit": UNPACKED_LIMIT // 2**20}, file=name)
        contents[member.filename] = content
    return contents


def _check_member(member: zipfile.ZipInfo, name: str) -> None:
    path = member.filename.replace("\\", "/")
    if path.startswith("/") or ":" in path.split("/")[0] or ".." in path.split("/"):
        message = _("A path in the zip leads out of it: %(path)s.") % {"path": path[:100]}
        raise UnreadableFile(message, file=name)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise UnreadableFile(_("Links are not followed; put the file itself here."), file=name)
    if member.flag_bits & 1:
        raise UnreadableFile(_("The file is encrypted."), file=name)
