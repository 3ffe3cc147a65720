"""A course as a zip of its files: written member by member, and read as carefully as a folder."""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from courses.conf import settings
from courses.coursefiles.assets import too_large
from courses.coursefiles.folder import DEPTH_LIMIT, FILES_LIMIT, max_bytes
from courses.coursefiles.problems import Notes
from courses.coursefiles.rules import FILE_NAME
from courses.coursefiles.schema import CourseFile
from courses.coursefiles.writer import course_files

_IGNORED = frozenset(("README.md", "__MACOSX"))
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The date of every member, so that the same course gives the same bytes."""
_READ_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def write_archive(course: CourseFile, file: IO[bytes]) -> None:
    """Write the files of a course into a zip: same course, same bytes."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in course_files(course).items():
            member = zipfile.ZipInfo(name, date_time=_FIRST_DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)


def read_archive(file: IO[bytes]) -> dict[str, bytes]:
    """Return every file in a zip by its path; a folder around all of them is left out.

    No member is read beyond what a file of its kind may hold, nor all beyond what a course may.
    Raises CourseFilesError with everything that was found.
    """
    notes = Notes()
    try:
        with zipfile.ZipFile(file) as archive:
            contents = _contents(archive, notes)
    except _READ_ERRORS:
        notes.problem(".", 1, _("This is not a zip file, or it is damaged."))
        contents = {}
    notes.stop_if_any()
    return contents


def _contents(archive: zipfile.ZipFile, notes: Notes) -> dict[str, bytes]:
    members = list(_members(archive, notes))
    if len(members) > FILES_LIMIT:
        notes.problem(members[-1][0], 1, _("There are more than %d files.") % FILES_LIMIT)
        return {}
    contents: dict[str, bytes] = {}
    left = int(settings.COURSE_FILES_LIMIT * 2**20)
    for name, member in members:
        contents[name] = _content(archive, member, name, notes)
        left -= len(contents[name])
        if left < 0:
            message = _("The files are larger than %s MiB together.")
            notes.problem(name, 1, message % f"{settings.COURSE_FILES_LIMIT:g}")
            break
    return contents


def _members(archive: zipfile.ZipFile, notes: Notes) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Yield the members to be read, each with its path inside the course."""
    files = [one for one in archive.infolist() if not one.is_dir() and not _is_hidden(one.filename)]
    around = _folder_around([one.filename for one in files])
    seen: set[str] = set()
    for member in files[: FILES_LIMIT + 1]:
        name = member.filename.removeprefix(around)
        problem = _problem(member, name, seen)
        seen.add(name.casefold())
        if problem:
            notes.problem(_shown(name), 1, problem)
        else:
            yield name, member


def _folder_around(names: list[str]) -> str:
    """Return the one folder that all files are in, with `/`; "" when there is none."""
    folders = {name.partition("/")[0] for name in names}
    if len(folders) != 1 or "course.yaml" in names:
        return ""
    (folder,) = folders
    return f"{folder}/" if f"{folder}/course.yaml" in names else ""


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part in _IGNORED or re.match(r"\.(?!\.)", part) for part in parts)


def _problem(member: zipfile.ZipInfo, name: str, seen: set[str]) -> str:
    """Return why a member is not read; "" for an ordinary file of a course."""
    found = [
        (
            not all(FILE_NAME.fullmatch(part) for part in name.split("/")),
            _("A file name is made of letters, digits, . _ and - only."),
        ),
        (name.count("/") > DEPTH_LIMIT, _("Folders are not nested this deeply.")),
        (
            name.casefold() in seen,
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
    return next((text for is_so, text in found if is_so), "")


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, notes: Notes) -> bytes:
    """Return the content; "" with a problem noted when it is too large or damaged."""
    limit = max_bytes(name)
    try:
        with archive.open(member) as file:
            content = file.read(limit + 1)
    except _READ_ERRORS:
        notes.problem(name, 1, _("The file is damaged."))
        return b""
    if len(content) > limit:
        notes.problem(name, 1, too_large(limit))
        return b""
    return content


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8").replace("\n", "\\n")[:200]
