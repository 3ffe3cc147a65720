"""The files of courses, each under the hash of its content, in the storage that the host names.

That is `STORAGES["courses"]`, else the default one. Nothing here knows who uses a file.
"""

import hashlib
import logging
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

ALIAS, OTHERWISE = "courses", "default"
FOLDER = "cx_courses"

logger = logging.getLogger(__name__)


class FileMissing(Exception):
    """The storage does not have a file that it should have."""


def storage() -> Storage:
    """Return the storage of the courses' files."""
    return storages[ALIAS if ALIAS in storages.backends else OTHERWISE]


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write(content_hash: str, *, content: bytes) -> None:
    """Store the content unless it is there. A file that was cut off by a crash is replaced."""
    place, name = storage(), _name(content_hash)
    if place.exists(name):
        if place.size(name) == len(content):
            return
        place.delete(name)
    stored = place.save(name, ContentFile(content))
    if stored != name:  # Somebody else has stored the same at this moment.
        place.delete(stored)


def open_file(content_hash: str) -> Any:
    """Return the open file; it has a `size`. Raises FileMissing."""
    try:
        return storage().open(_name(content_hash))
    except OSError as error:
        logger.error("The file %s cannot be opened.", content_hash, exc_info=error)
        raise FileMissing(content_hash) from error


def read(content_hash: str) -> bytes:
    """Return the content. Raises FileMissing."""
    with open_file(content_hash) as file:
        content: bytes = file.read()
    return content


def delete(content_hash: str) -> None:
    storage().delete(_name(content_hash))


def stored_hashes() -> Iterator[str]:
    """Yield the hash of each file that is stored; none where the storage cannot list its files."""
    place = storage()
    try:
        _folders, names = place.listdir(FOLDER)
    except (NotImplementedError, FileNotFoundError):
        return
    yield from names


def _name(content_hash: str) -> str:
    return f"{FOLDER}/{content_hash}"
