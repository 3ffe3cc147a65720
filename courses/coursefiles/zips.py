"""Read uploaded zip files: member by member, within limits, without following names.

What a member may be called, and how large it may be, is up to the caller's rules.
"""

import stat
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

Report = Callable[[str, str], None]
"""Takes the path of a member, "" for the whole file, and what is wrong with it."""


@dataclass(frozen=True)
class ZipRules:
    """What is read of a zip. `paths` returns the path of each member in the same order, None for
    one that is left out; `problem` what is wrong with a path, "" for nothing."""

    members: int
    bytes: int
    member_bytes: Callable[[str], int]
    too_large: Callable[[int], str]
    """From the limit of one member to what is said of a larger one."""
    too_large_together: str
    paths: Callable[[Sequence[str]], Sequence[str | None]]
    problem: Callable[[str], str]


def read_zip(file: IO[bytes], *, rules: ZipRules, report: Report) -> dict[str, bytes]:
    """Return the contents of the members by their paths; report what is wrong with any.

    No member is read beyond its limit, nor all beyond the limit of the whole. A report that raises
    ends the reading.
    """
    try:
        archive = zipfile.ZipFile(file)
    except _ERRORS:
        report("", _("This is not a zip file, or it is damaged."))
        return {}
    with archive:
        return _contents(archive, rules, report)


def _contents(archive: zipfile.ZipFile, rules: ZipRules, report: Report) -> dict[str, bytes]:
    files = [one for one in archive.infolist() if not one.is_dir()]
    paths = rules.paths([one.filename for one in files])
    members = [(path, one) for path, one in zip(paths, files, strict=True) if path is not None]
    if len(members) > rules.members:
        report(members[-1][0], _("There are more than %d files.") % rules.members)
        return {}
    contents: dict[str, bytes] = {}
    left, seen = rules.bytes, set[str]()
    for path, member in members:
        problem = _problem(path, member, seen, rules)
        seen.add(path.casefold())
        if problem:
            report(path, problem)
            continue
        limit = rules.member_bytes(path)
        content = _content(archive, member, limit, left)
        if content is None or len(content) > limit:
            report(path, _("The file is damaged.") if content is None else rules.too_large(limit))
            continue
        contents[path] = content
        left -= len(content)
        if left < 0:
            report(path, rules.too_large_together)
            break
    return contents


def _problem(path: str, member: zipfile.ZipInfo, seen: set[str], rules: ZipRules) -> str:
    """Return why a member is not read; "" for an ordinary file."""
    found = [
        (_leads_out(path), _("This path leads out of the zip.")),
        (
            path.casefold() in seen,
            _("Another file here has the same name except for upper and lower case."),
        ),
        (
            stat.S_ISLNK(member.external_attr >> 16),
            _("Links are not followed; put the file itself here."),
        ),
        (bool(member.flag_bits & 1), _("The file is encrypted.")),
        (
            member.compress_type not in _METHODS,
            _("The file is compressed in a way that is not read here."),
        ),
    ]
    return rules.problem(path) or next((text for is_so, text in found if is_so), "")


def _leads_out(path: str) -> bool:
    """Return whether a path in a zip names something outside of it."""
    parts = path.replace("\\", "/").split("/")
    return parts[0] == "" or ":" in parts[0] or ".." in parts


def _content(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int, left: int
) -> bytes | None:
    """Return one byte more than is allowed or left at most; None for what is damaged."""
    try:
        with archive.open(member) as file:
            return file.read(min(limit, left) + 1)
    except _ERRORS:
        return None
