"""A strict JSON parser: limits of size and depth, and only what a database can store."""

import json
import math
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from courses.api.problems import Refusal
from courses.conf import settings

_DEEPEST = 32


class StrictJSONParser(BaseParser):
    """Parse a body as JSON. Raises ParseError, and the refusal `too_large`."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        raw = stream.read(settings.API_MAX_BODY + 1)
        if len(raw) > settings.API_MAX_BODY:
            raise Refusal("too_large")
        try:
            data = json.loads(raw.decode("utf-8"), parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise ParseError(_("The body is not valid JSON.")) from None
        _check(data)
        return data


def _refuse(name: str) -> None:
    raise ValueError(name)


def _check(data: Any) -> None:
    """Check every value inside, without recursion: the sender chooses the depth."""
    level = [data]
    for _depth in range(_DEEPEST):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise ParseError(_("The body is nested too deeply."))


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    if isinstance(value, list):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        # `1e999` is JSON, and read as infinity, which is none.
        raise ParseError(_("The body contains a number that is too large."))
    if isinstance(value, str) and ("\0" in value or not _is_text(value)):
        raise ParseError(_("The body contains characters that cannot be stored."))
    return []


def _is_text(value: str) -> bool:
    return value.isascii() or not any("\ud800" <= char <= "\udfff" for char in value)
