"""Whole lists as files: one JSON object a line (NDJSON), or CSV. Written while they are read."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rest_framework.request import Request

from courses import streaming
from courses.api.pinned import JSONRenderer
from courses.api.values import Shape
from courses.domain import spreadsheet

Chunks = Iterable[Sequence[Any]]


class NdjsonRenderer(JSONRenderer):
    """Accept `application/x-ndjson`; refusals are JSON as everywhere."""

    media_type = "application/x-ndjson"
    format = "ndjson"


class CsvRenderer(JSONRenderer):
    """Accept `text/csv`; refusals are JSON as everywhere."""

    media_type = "text/csv"
    format = "csv"


RENDERERS = [JSONRenderer, NdjsonRenderer, CsvRenderer]


def streamed(request: Request, chunks: Chunks, shape: type[Shape], *, name: str) -> Any:
    """Answer with all the rows in this shape, in the format that is asked for."""
    renderer = request.accepted_renderer  # type: ignore[attr-defined]
    write = _csv if renderer.format == "csv" else _ndjson
    return streaming.streamed(
        request._request,
        write(chunks, shape),
        content_type=f"{renderer.media_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.{renderer.format}"'},
    )


def _ndjson(chunks: Chunks, shape: type[Shape]) -> Iterator[str]:
    renderer = JSONRenderer()
    for rows in chunks:
        yield "".join(f"{renderer.render(shape.say(row)).decode()}\n" for row in rows)


def _csv(chunks: Chunks, shape: type[Shape]) -> Iterator[str]:
    yield spreadsheet.MARK + spreadsheet.text([shape.names()])
    for rows in chunks:
        lines = (map(_cell, shape.say(row).values()) for row in rows)
        yield spreadsheet.text(lines)


def _cell(value: Any) -> Any:
    """Write a value as JSON does, but a text without quotes, and null as nothing."""
    if value is None:
        return ""
    is_text = isinstance(value, str)
    return value if is_text else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
