"""Requests, answers and pages, apart from the server that carries them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import parse_qsl

PAGES = Path(__file__).parent / "pages"


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def sent(value: Any, status: int = 200, kind: str = "application/json", **headers: str) -> Answer:
    return Answer(status, json.dumps(value).encode(), kind, headers)


def refused(status: int, reason: str) -> Answer:
    return sent({"error": reason}, status)


def page(name: str, fields: Mapping[str, str] | None = None, **values: str) -> Answer:
    """A page of this folder; `fields` become hidden inputs of its form."""
    rows = "".join(
        f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">'
        for key, value in (fields or {}).items()
    )
    safe = {key: escape(value) for key, value in values.items()}
    text = Template((PAGES / f"{name}.html").read_text()).substitute(safe, fields=rows)
    return Answer(200, text.encode(), "text/html; charset=utf-8")
