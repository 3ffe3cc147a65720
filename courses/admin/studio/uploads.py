"""A zip that was sent, kept unused until its sender has seen what it would do."""

from typing import Any

from django.core import signing
from django.http import HttpRequest

from courses import file_store
from courses.conf import settings
from courses.coursefiles import read_files
from courses.coursefiles.archive import read_archive
from courses.coursefiles.schema import CourseFile
from courses.domain import stored_files

SHOW, APPLY = "show", "apply"
_SALT, _HOUR_S = "cx_courses.upload", 3_600


def limit_text() -> str:
    """Return how many MiB a zip may have."""
    return f"{settings.COURSE_FILES_LIMIT:g}"


def content_of(request: HttpRequest, *, place: Any) -> tuple[str, bool]:
    """Return the hash of the file that was sent or shown here before, and whether it is new.

    `place` names the page: a token of another page or person is none. "" where there is no file,
    or a too large one. A new file is stored unused, so that it is deleted after a day.
    """
    sent: Any = request.FILES.get("file")
    if sent is None:
        return _seen(request, place), False
    if sent.size > int(settings.COURSE_FILES_LIMIT * 2**20):
        return "", True
    return stored_files.store_one(content=sent.read()), True


def token_for(request: HttpRequest, *, content_hash: str, place: Any) -> str:
    """Return a token by which the same person names the file again on the page of `place`."""
    return signing.dumps([content_hash, place, request.user.pk], salt=_SALT)


def course_in(content_hash: str) -> CourseFile:
    """Return the course that a stored zip holds. Raises CourseFilesError."""
    with file_store.open_file(content_hash) as file:
        return read_files(read_archive(file)).course


def _seen(request: HttpRequest, place: Any) -> str:
    try:
        found = signing.loads(request.POST.get("token", ""), salt=_SALT, max_age=_HOUR_S)
    except signing.BadSignature:
        return ""
    content_hash, *whose = found
    return str(content_hash) if whose == [place, request.user.pk] else ""
