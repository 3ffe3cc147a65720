"""Request bodies of unknown length: read them, or answer that the length is needed.

`Transfer-Encoding: chunked` names no length, and Django takes a request without `Content-Length`
for one without a body. A server that marks the end of the body itself (gunicorn, waitress, every
ASGI server) lets us read it; for any other server the answer is 411.
"""

from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from courses.conf import settings

_IN_MEMORY = 1024 * 1024
_STEP = 64 * 1024
_WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ChunkedBodyMiddleware:
    """Give every request with a body its length, so that nobody takes it for an empty one.

    Stands before everything that may read the body.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_measured = request.META.get("CONTENT_LENGTH") or not _may_have_body(request)
        if is_measured or not _is_terminated(request):
            return self.get_response(request)
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            length = _copy(request, body)
            if length > settings.CHUNKED_MAX_BODY:
                return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("The body is too large."))
            _replace(request, body, length)
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_arguments: Any
    ) -> HttpResponseBase | None:
        """Refuse what could not be read; the API's views do so in their own form."""
        if is_unread(request) and not hasattr(view, "cls"):
            text = _("Send the length of the body in the Content-Length header.")
            return _refused(HTTPStatus.LENGTH_REQUIRED, text)
        return None


def is_unread(request: HttpRequest) -> bool:
    """Return whether the request has a body that Django would take for an empty one."""
    return bool(request.META.get("HTTP_TRANSFER_ENCODING")) and not request.META.get(
        "CONTENT_LENGTH"
    )


def read_ahead(request: HttpRequest) -> None:
    """Read the body before the view does; of one that is too large, only enough to know it."""
    is_read = request._read_started  # type: ignore[attr-defined]  # private to Django
    if not is_read and not hasattr(request, "_body"):
        body = BytesIO(request.read(settings.API_MAX_BODY + 1))
        _replace(request, body, body.getbuffer().nbytes)


def _is_terminated(request: HttpRequest) -> bool:
    """Return whether the stream ends where the body ends.

    An ASGI request comes with its whole body.
    """
    return bool(request.META.get("wsgi.input_terminated")) or hasattr(request, "scope")


def _may_have_body(request: HttpRequest) -> bool:
    return "HTTP_TRANSFER_ENCODING" in request.META or request.method not in _WITHOUT_BODY


def _copy(request: HttpRequest, body: Any) -> int:
    """Write the body into the file; its length, no more than one step beyond the limit."""
    source, length = request.META.get("wsgi.input") or request, 0
    try:
        while length <= settings.CHUNKED_MAX_BODY and (piece := source.read(_STEP)):
            body.write(piece)
            length += len(piece)
    except OSError as error:
        raise BadRequest("The body ended too early.") from error
    body.seek(0)
    return length


def _replace(request: HttpRequest, body: Any, length: int) -> None:
    """Let Django and everything above it read what was read here."""
    request.META["CONTENT_LENGTH"] = str(length)
    request._stream = body
    request._read_started = False  # type: ignore[attr-defined]  # private to Django


def _refused(status: HTTPStatus, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
