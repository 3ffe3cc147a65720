"""Figures and data files of a course, for those who may read it."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from courses.domain.assets import find_asset
from courses.web.errors import handles_errors
from courses.web.links import PIN
from courses.web.readers import reader_of

_HOUR_S = 3600


@require_safe
@handles_errors
def asset(request: HttpRequest, course: str, module: str, name: str) -> HttpResponse:
    """Return the file, or 304 when the browser has it. Its hash is its ETag.

    An attempt asks for it by the hash that it was made with.
    """
    reader = reader_of(request, course)
    pin = request.GET.get(PIN, "")
    found = find_asset(course=reader.course, module_key=module, name=name, pin=pin)
    etag = quote_etag(found.content_hash)
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(bytes(found.content), content_type=found.content_type)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"private, max-age={_HOUR_S}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
