"""Answers with a stored file: whole or a part of it, and nothing that a browser would run."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from courses import file_store

STEP = 64 * 1024
IN_ONE_PIECE = 256 * 1024
SHOWN = ("image/", "audio/", "video/")
"""What a page shows; every other file is downloaded."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
"""Even a file that a browser opens by itself runs and loads nothing, and stands in no frame."""

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True)
class FileToSend:
    """A stored file, and what it is called where it is saved."""

    name: str
    content_type: str
    content_hash: str

    @property
    def etag(self) -> str:
        return quote_etag(self.content_hash)

    @property
    def headers(self) -> dict[str, str]:
        is_download = not self.content_type.startswith(SHOWN)
        disposition = content_disposition_header(is_download, self.name) or "inline"
        return {
            "ETag": self.etag,
            "Accept-Ranges": "bytes",
            "Content-Disposition": disposition,
            "Content-Security-Policy": POLICY,
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }


def send_file(request: HttpRequest, file: FileToSend, *, cache_control: str) -> HttpResponseBase:
    """Return the file, the part that the request asks for, or 304 where the browser has it.

    A part that does not exist is answered with 416. Raises FileMissing.
    """
    headers = {**file.headers, "Cache-Control": cache_control}
    unknown = HttpResponse()
    known: Any = get_conditional_response(request, etag=file.etag, response=unknown)
    if known is not unknown:
        return _with_headers(known, headers)
    opened = file_store.open_file(file.content_hash)
    part = _part(request, file, opened.size)
    if part.is_missing:
        opened.close()
        refused = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        return _with_headers(refused, {**headers, "Content-Range": f"bytes */{part.total}"})
    response = _response(request, opened, part)
    response.headers["Content-Length"] = str(part.length)
    response.headers["Content-Type"] = file.content_type
    if not part.is_whole:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{part.total}"
    return _with_headers(response, headers)


def send_whole(request: HttpRequest, file: FileToSend) -> HttpResponseBase:
    """Return the whole file, for programs. Raises FileMissing."""
    opened = file_store.open_file(file.content_hash)
    response = _response(request, opened, _Part(0, opened.size - 1, opened.size, is_whole=True))
    response.headers["Content-Type"] = file.content_type
    return response


@dataclass(frozen=True)
class _Part:
    """From which byte to which a file is sent, both included."""

    first: int
    last: int
    total: int
    is_whole: bool = False

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def is_missing(self) -> bool:
        return not self.is_whole and not 0 <= self.first <= self.last


def _part(request: HttpRequest, file: FileToSend, total: int) -> _Part:
    """Return the one part that is asked for; the whole for several parts and for other units."""
    whole = _Part(0, total - 1, total, is_whole=True)
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or asked[0] == "bytes=-" or request.method != "GET":
        return whole
    if request.headers.get("If-Range", file.etag) != file.etag:
        return whole
    if not asked[1]:  # So many bytes from the end.
        length = min(int(asked[2]), total)
        return _Part(total - length, total - 1, total)
    first, last = int(asked[1]), int(asked[2] or total - 1)
    if asked[2] and last < first:
        return whole
    return _Part(first, min(last, total - 1), total)


def _response(request: HttpRequest, opened: Any, part: _Part) -> HttpResponseBase:
    """Return the part's bytes: at once where they are few, else piece by piece."""
    if request.method == "HEAD":
        opened.close()
        return HttpResponse()
    if part.length <= IN_ONE_PIECE:
        with opened:
            opened.seek(part.first)
            return HttpResponse(opened.read(part.length))
    pieces = _Pieces(opened, part)
    if not isinstance(request, ASGIRequest):
        return StreamingHttpResponse(pieces)
    response = StreamingHttpResponse(_in_thread(pieces))
    response._resource_closers.append(pieces.close)  # type: ignore[attr-defined]  # as Django does
    return response


class _Pieces:
    """Yield the part in pieces. The sender closes it, sent or not, and with it the file."""

    def __init__(self, opened: Any, part: _Part) -> None:
        opened.seek(part.first)
        self._opened, self._left = opened, part.length
        self.close = opened.close

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece: bytes = self._opened.read(min(STEP, self._left)) if self._left > 0 else b""
        if not piece:
            self.close()
            raise StopIteration
        self._left -= len(piece)
        return piece


async def _in_thread(pieces: _Pieces) -> AsyncIterator[bytes]:
    def take() -> bytes | None:
        return next(pieces, None)

    take_in_thread = sync_to_async(take)
    while (piece := await take_in_thread()) is not None:
        yield piece


def _with_headers(response: HttpResponseBase, headers: dict[str, str]) -> HttpResponseBase:
    for name, value in headers.items():
        response.headers[name] = value
    return response
