"""The figures of a quiz as a file for spreadsheets: a line for each question version."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.formats import get_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from courses import spreadsheet
from courses.admin.studio.analysis_rows import AnalysedQuestion
from courses.admin.studio.analysis_scope import AnalysisScope
from courses.domain.analysis.choices import ChoiceComparison
from courses.domain.analysis.intervals import Interval

PLACES = 4


def sheet(scope: AnalysisScope, rows: Iterable[AnalysedQuestion]) -> HttpResponse:
    """Return the file. Numbers have the decimal sign of the reader's language."""
    decimal = str(get_format("DECIMAL_SEPARATOR"))
    lines = [_head(), *(_line(row, decimal) for row in rows)]
    separator = ";" if decimal == "," else ","
    text = spreadsheet.MARK + spreadsheet.text(lines, separator=separator)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"{scope.quiz.course.key}-{scope.quiz.key}-analysis.csv"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


def _head() -> list[str]:
    figures = (_("Right"), _("Goes with the rest"), _("Point-biserial"), _("Seconds, median"))
    ends = (_("%(name)s, low"), _("%(name)s, high"))
    return [
        _("Key of the question"), _("Version"), _("Question"), _("Answers"), _("Drawn"),
        *(text for name in figures for text in (name, *(end % {"name": name} for end in ends))),
        _("Alpha without it"), _("In words"), _("Compared option"), "t", "p", _("Options"),
        _("Known errors"),
    ]  # fmt: skip


def _line(row: AnalysedQuestion, decimal: str) -> list[Any]:
    found = row.figures
    intervals = (found.facility, found.discrimination, found.point_biserial, found.seconds)
    compared = found.comparisons[0] if found.comparisons else None
    letters = row.letters
    options = (f"{letters[one.key]}: {'/'.join(map(str, one.thirds))}" for one in found.options)
    return [
        row.version.question.key,
        row.version.number,
        row.title,
        found.n,
        found.drawn,
        *(text for one in intervals for text in _interval(one, decimal)),
        _number(found.alpha_without, decimal),
        row.sentence,
        *_compared(compared, letters, decimal),
        "; ".join(options),
        "; ".join(map(str, found.errors)),
    ]


def _compared(
    found: ChoiceComparison | None, letters: dict[str, str], decimal: str
) -> tuple[str, str, str]:
    if found is None:
        return "", "", ""
    return letters[found.option], _number(found.t, decimal), _number(found.p, decimal)


def _interval(found: Interval | None, decimal: str) -> Iterator[str]:
    for name in ("value", "low", "high"):
        yield _number(getattr(found, name, None), decimal)


def _number(value: float | None, decimal: str) -> str:
    return "" if value is None else f"{value:.{PLACES}f}".replace(".", decimal)
