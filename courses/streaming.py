"""Send a long answer part by part, under WSGI and under ASGI."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import chain, islice
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

Part = str | bytes
PART_SIZE = 32_768
"""Characters of JSON that are sent together."""


class StreamedList(list[Any]):
    """A list of a JSON document whose entries are made while it is written: read it once."""

    def __init__(self, entries: Iterable[Any]) -> None:
        super().__init__()
        rest = iter(entries)
        first = list(islice(rest, 1))
        self._entries = chain(first, rest)
        self._has_any = bool(first)

    def __bool__(self) -> bool:
        return self._has_any

    def __iter__(self) -> Iterator[Any]:
        return self._entries


def json_parts(value: Any, **options: Any) -> Iterator[str]:
    """Yield the text of `json.dumps` with these options, in parts of some kilobytes."""
    texts, size = [], 0
    for text in json.JSONEncoder(**options).iterencode(value):
        texts.append(text)
        size += len(text)
        if size >= PART_SIZE:
            yield "".join(texts)
            texts, size = [], 0
    yield "".join(texts)


def download(
    request: HttpRequest, parts: Iterable[Part], *, name: str, content_type: str
) -> StreamingHttpResponse:
    """Return a response by which a browser saves the parts as a file of this name."""
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    return streamed(request, parts, content_type=content_type, headers=headers)


def streamed(request: HttpRequest, parts: Iterable[Part], **more: Any) -> StreamingHttpResponse:
    """Return a response that makes its parts while it sends them, whatever the server."""
    is_asynchronous = isinstance(request, ASGIRequest)
    content = _one_by_one(iter(parts)) if is_asynchronous else parts
    return StreamingHttpResponse(content, **more)


async def _one_by_one(parts: Iterator[Part]) -> AsyncIterator[Part]:
    def take() -> Part | None:
        return next(parts, None)

    take_in_thread = sync_to_async(take)
    while (part := await take_in_thread()) is not None:
        yield part
