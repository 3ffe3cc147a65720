"""A hash of a folder's files and of everything that decides how they are read."""

import hashlib
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from courses.conf import settings
from courses.coursefiles.folder import read_folder
from courses.coursefiles.problems import Notes
from courses.questions import registry

_PACKAGE = Path(__file__).resolve().parents[1]
_LIBRARIES = ("Django", "PyYAML", "latex2mathml", "linkify-it-py", "markdown-it-py")
_MORE_LIBRARIES = ("mdit-py-plugins", "nh3", "cx-course")
_SETTINGS = ("COURSE_FILES_LIMIT", "FIGURES", "FILE_LIMITS", "QUESTION_TYPES")


def folder_digest(folder: Path) -> str:
    """Return the digest of a course's folder; "" for one that cannot be read as it is."""
    notes = Notes()
    files = read_folder(folder, notes)
    return "" if notes.problems else digest_of(files)


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return a hash: equal ones mean that reading the files gives the same course."""
    digest = hashlib.sha256(_code().encode())
    for name in _SETTINGS:
        digest.update(repr(getattr(settings, name)).encode())
    for question_type in registry.all_types().values():
        module = sys.modules[type(question_type).__module__]
        digest.update(_file_hash(str(module.__file__)))
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


@cache
def _code() -> str:
    """Return a hash of the app's code and of the versions of the libraries that it reads with."""
    digest = hashlib.sha256(sys.version.encode())
    for name in (*_LIBRARIES, *_MORE_LIBRARIES):
        digest.update(_version(name).encode())
    for path in sorted(_modules(_PACKAGE)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _modules(package: Path) -> Iterator[Path]:
    """Yield the modules below; what was compiled beside them is made from these."""
    for path in package.iterdir():
        if path.suffix == ".py":
            yield path
        elif path.is_dir() and path.name not in {"content", "locale", "static", "__pycache__"}:
            yield from _modules(path)


def _version(name: str) -> str:
    try:
        return f"{name}=={version(name)}\n"
    except PackageNotFoundError:
        return f"{name}\n"


@cache
def _file_hash(path: str) -> bytes:
    return hashlib.sha256(Path(path).read_bytes()).digest()
