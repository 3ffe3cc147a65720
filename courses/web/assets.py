"""Pictures, data files and attachments of a course, for those who may read it."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from courses.domain.assets import find_asset
from courses.errors import NotFound
from courses.file_responses import FileToSend, send_file
from courses.file_store import FileMissing
from courses.web.errors import handles_errors
from courses.web.links import PIN
from courses.web.readers import reader_of

CACHE_CONTROL = "private, max-age=3600"


@require_safe
@handles_errors
def asset(request: HttpRequest, course: str, module: str, name: str) -> HttpResponseBase:
    """Return the file or a part of it, or 304 when the browser has it. Its hash is its ETag.

    An attempt asks for it by the hash that it was made with.
    """
    reader = reader_of(request, course)
    pin = request.GET.get(PIN, "")
    found = find_asset(
        course=reader.course, module_key=module, name=name, pin=pin, is_author=reader.is_author
    )
    file = FileToSend(name, found.content_type, found.content_hash)
    try:
        return send_file(request, file, cache_control=CACHE_CONTROL)
    except FileMissing as error:
        raise NotFound from error
