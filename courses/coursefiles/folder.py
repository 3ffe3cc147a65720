"""A folder → the bytes of its files, or problems. Nothing outside the folder is ever read."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from courses.conf import settings
from courses.coursefiles.assets import too_large
from courses.coursefiles.file_kinds import kind_of
from courses.coursefiles.problems import Notes
from courses.coursefiles.rules import FILE_NAME

FILE_LIMIT = 2 * 1024 * 1024
FILES_LIMIT = 1_000
DEPTH_LIMIT = 3
_IGNORED = frozenset(("README.md",))

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def read_folder(folder: Path, notes: Notes) -> dict[str, bytes]:
    """Return every file by its path relative to `folder`, with `/`. Hidden files are left out."""
    contents: dict[str, bytes] = {}
    total, limit = 0, int(settings.COURSE_FILES_LIMIT * 2**20)
    for count, (name, path) in enumerate(_walk(folder, "", notes), start=1):
        if count > FILES_LIMIT:
            notes.problem(name, 1, _("There are more than %d files.") % FILES_LIMIT)
            break
        content = _read(path, name, notes)
        total += len(content)
        if total > limit:
            message = _("The files are larger than %s MiB together.") % f"{limit / 2**20:g}"
            notes.problem(name, 1, message)
            break
        contents[name] = content
    return contents


def _walk(folder: Path, prefix: str, notes: Notes) -> Iterator[tuple[str, Path]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        notes.problem(prefix or ".", 1, _("Cannot be read: %s.") % (error.strerror or error))
        return
    seen: set[str] = set()
    for entry in entries:
        if entry.name.startswith(".") or entry.name in _IGNORED:
            continue
        name = f"{prefix}{entry.name}"
        problem = _problem(entry, seen, depth=prefix.count("/") + 1)
        seen.add(entry.name.casefold())
        if problem:
            notes.problem(_shown(name), 1, problem)
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), f"{name}/", notes)
        else:
            yield name, Path(entry.path)


def _problem(entry: "os.DirEntry[str]", seen: set[str], *, depth: int) -> str:
    if entry.is_symlink():
        return _("Links are not followed; put the file itself here.")
    if not FILE_NAME.fullmatch(entry.name):
        return _("A file name is made of letters, digits, . _ and - only.")
    if entry.name.casefold() in seen:
        return _("Another file here has the same name except for upper and lower case.")
    if entry.is_dir(follow_symlinks=False):
        return _("Folders are not nested this deeply.") if depth > DEPTH_LIMIT else ""
    return "" if entry.is_file(follow_symlinks=False) else _("This is not a regular file.")


def _read(path: Path, name: str, notes: Notes) -> bytes:
    """Return the file's bytes; "" with a problem noted when it is too large, or became a link."""
    limit = max_bytes(name)
    try:
        descriptor = os.open(path, os.O_RDONLY | _NOFOLLOW)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(_("not a regular file"))
            content = file.read(limit + 1)
    except OSError as error:
        notes.problem(name, 1, _("Cannot be read: %s.") % (error.strerror or error))
        return b""
    if len(content) > limit:
        notes.problem(name, 1, too_large(limit))
        return b""
    return content


def max_bytes(name: str) -> int:
    """Return how large the file at this path may be: a module's file, or a text."""
    kind = kind_of(name) if "/assets/" in name else None
    return max(kind.max_bytes, FILE_LIMIT) if kind else FILE_LIMIT


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8").replace("\n", "\\n")
