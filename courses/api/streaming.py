"""Whole lists as files: one JSON object a line (NDJSON), or CSV. Written while they are read."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from courses import spreadsheet, streaming
from courses.api.credentials import ApiRequest
from courses.api.pinned import JSONRenderer
from courses.api.values import StrictSerializer

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


def streamed(
    request: ApiRequest, chunks: Chunks, serializer: type[StrictSerializer], *, name: str
) -> Any:
    """Answer with all the rows as this serializer writes them, in the format that is asked for."""
    renderer = request.accepted_renderer
    write = _csv if renderer.format == "csv" else _ndjson
    return streaming.streamed(
        request._request,
        write(chunks, serializer),
        content_type=f"{renderer.media_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.{renderer.format}"'},
    )


def _ndjson(chunks: Chunks, serializer: type[StrictSerializer]) -> Iterator[str]:
    renderer = JSONRenderer()
    for rows in chunks:
        yield "".join(f"{renderer.render(serializer.serialize(row)).decode()}\n" for row in rows)


def _csv(chunks: Chunks, serializer: type[StrictSerializer]) -> Iterator[str]:
    yield spreadsheet.MARK + spreadsheet.text([serializer.field_names()])
    for rows in chunks:
        lines = (map(_cell, serializer.serialize(row).values()) for row in rows)
        yield spreadsheet.text(lines)


def _cell(value: Any) -> Any:
    """Write a value as JSON does, but a text without quotes, and null as nothing."""
    if value is None:
        return ""
    is_text = isinstance(value, str)
    return value if is_text else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
