"""Pictures, data files and attachments of a course, for those who may read it."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from courses.domain import access
from courses.domain.assets import find_asset, find_picture, find_sample_asset
from courses.errors import NotFound
from courses.file_responses import FileToSend, send_file
from courses.file_store import FileMissing
from courses.models import Asset, PinnedContent
from courses.web.errors import handles_errors
from courses.web.links import PIN
from courses.web.readers import reader_of

CACHE_CONTROL = "private, max-age=3600"


@require_safe
@handles_errors
def picture(request: HttpRequest, course: str, module: str = "") -> HttpResponseBase:
    """Return the picture of a module, or the cover, to all who may see the course."""
    row = access.course(key=course, by=request.user)
    found = find_picture(course=row, module_key=module)
    file = FileToSend(found.name, found.content_type, found.content_hash)
    try:
        return send_file(request, file, cache_control=CACHE_CONTROL)
    except FileMissing as error:
        raise NotFound from error


@require_safe
@handles_errors
def asset(request: HttpRequest, course: str, module: str, name: str) -> HttpResponseBase:
    """Return the file or a part of it, or 304 when the browser has it. Its hash is its ETag.

    An attempt asks for it by the hash that it was made with.
    """
    found = _found(request, course, module, name)
    file = FileToSend(name, found.content_type, found.content_hash)
    try:
        return send_file(request, file, cache_control=CACHE_CONTROL)
    except FileMissing as error:
        raise NotFound from error


def _found(request: HttpRequest, course: str, module: str, name: str) -> Asset | PinnedContent:
    pin = request.GET.get(PIN, "")
    try:
        reader = reader_of(request, course)
    except access.NotEnrolled:
        try:
            row = access.course(key=course, by=request.user)
            return find_sample_asset(course=row, module_key=module, name=name)
        except NotFound:
            pass
        raise
    return find_asset(
        course=reader.course, module_key=module, name=name, pin=pin, is_author=reader.is_author
    )
