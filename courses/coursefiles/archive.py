"""A course as a zip of its files: written member by member, and read as carefully as a folder."""

import re
import zipfile
from collections.abc import Sequence
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
from courses.coursefiles.zips import ZipRules, read_zip

_IGNORED = frozenset(("README.md", "__MACOSX"))
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The date of every member, so that the same course gives the same bytes."""


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

    def report(path: str, problem: str) -> None:
        notes.problem(_shown(path) or ".", 1, problem)

    contents = read_zip(file, rules=_rules(), report=report)
    notes.stop_if_any()
    return contents


def _rules() -> ZipRules:
    together = _("The files are larger than %s MiB together.")
    return ZipRules(
        members=FILES_LIMIT,
        bytes=int(settings.COURSE_FILES_LIMIT * 2**20),
        member_bytes=max_bytes,
        too_large=too_large,
        too_large_together=together % f"{settings.COURSE_FILES_LIMIT:g}",
        paths=_paths,
        problem=_problem,
    )


def _paths(names: Sequence[str]) -> list[str | None]:
    """Return the paths inside the course; None for what no course holds."""
    around = _folder_around([name for name in names if not _is_hidden(name)])
    return [None if _is_hidden(name) else name.removeprefix(around) for name in names]


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


def _problem(path: str) -> str:
    """Return what is wrong with the path of a course's file; "" for nothing."""
    if not all(FILE_NAME.fullmatch(part) for part in path.split("/")):
        return _("A file name is made of letters, digits, . _ and - only.")
    return _("Folders are not nested this deeply.") if path.count("/") > DEPTH_LIMIT else ""


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8").replace("\n", "\\n")[:200]
