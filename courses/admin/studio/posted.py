"""What a page sent, as the texts of a form: one text a name, line breaks as they are stored."""

import re
from collections.abc import Mapping

from django.http import QueryDict

from courses.questions.forms import ROOT

_BREAKS = re.compile("\r\n?")
_LONGEST_NUMBER = 15
"""Digits of a primary key; more does not fit a column."""


def row_number(text: str) -> int | None:
    """Return the number that names a row; None for what cannot be one."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number else None


def clean_text(text: str) -> str:
    """Return the text with the line breaks of files; browsers send those of the mail."""
    return _BREAKS.sub("\n", text)


def question_fields(data: QueryDict) -> Mapping[str, str]:
    """Return the texts of the question's own form."""
    within = f"{ROOT}."
    return {name: clean_text(str(data[name])) for name in data if name.startswith(within)}
