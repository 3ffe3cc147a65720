"""Questions in a sheet, one a row, as CSV or Excel; `COLUMNS` is what docs/instructors.md lists.

Numbered columns (`answer 1`, `feedback 1` …) hold the answers of a row. Texts are Markdown.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from courses.interchange import archive, building
from courses.interchange.building import Asked, Built, NumberAnswer, Row, ScoredText
from courses.interchange.found import TEXT, Found, UnreadableFile, Unsupported, asks_nothing
from courses.interchange.numbers import number_of
from courses.interchange.sources import TextSource, text_of
from courses.spreadsheet import unguarded

COLUMNS = (
    "id", "type", "title", "question", "right", "explanation", "hint 1", "tags", "category",
    "points", "otherwise", "tolerance", "unit", "model answer", "answer 1", "match 1", "share 1",
    "feedback 1",
)  # fmt: skip
ROWS_LIMIT = 20_000
COLUMNS_LIMIT = 300
_NUMBERED = re.compile(r"(answer|match|share|feedback|hint) ([1-9]\d?)")
_SHARE = re.compile(r"\d{1,3}(?:\.\d{1,6})?%?|\d{1,3}/[1-9]\d{0,2}", re.ASCII)
_WORDS = {"true": True, "t": True, "yes": True, "false": False, "f": False, "no": False}


@dataclass(frozen=True)
class SheetRow:
    """The cells of one row by the names of their columns."""

    line: int
    cells: Mapping[str, str]

    def get(self, name: str) -> str:
        return self.cells.get(name, "").strip()

    def numbered(self, name: str) -> list[str]:
        """Return the texts of `name 1`, `name 2` … up to the last that is filled."""
        numbers = [int(key.split()[1]) for key in self.cells if key.startswith(f"{name} ")]
        return [self.get(f"{name} {number}") for number in range(1, max(numbers, default=0) + 1)]

    def answers(self) -> list[tuple[str, str, str, str]]:
        """Return answer, match, share and feedback of each number that has one of them."""
        names = ("answer", "match", "share", "feedback")
        lists = [self.numbered(name) for name in names]
        length = max(map(len, lists))
        rows = zip(*(one + [""] * (length - len(one)) for one in lists), strict=True)
        return [row for row in rows if any(row)]


def read_csv(content: bytes, name: str) -> list[Found]:
    """Return the questions of a CSV file, whatever separates its cells. Raises UnreadableFile."""
    source = text_of(content, name)
    first = source.text.lstrip("\n").partition("\n")[0]
    separator = max(",;\t", key=first.count)
    return list(_questions(_csv_lines(source, separator), name))


def _csv_lines(source: TextSource, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(source.text), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        message = _("This is no CSV: %(problem)s.") % {"problem": error}
        raise source.unreadable(message, line) from error


def read_xlsx(content: bytes, name: str) -> list[Found]:
    """Return the questions of the first sheet of an Excel file. Raises UnreadableFile."""
    try:
        import openpyxl
    except ImportError as error:
        message = _("This site does not read Excel files. Save the sheet as CSV.")
        raise UnreadableFile(message, file=name) from error
    archive.read_members(content, name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return list(_questions(_xlsx_lines(book.worksheets[0]), name))
    except UnreadableFile:
        raise
    except Exception as error:  # The library raises whatever a damaged part leads to.
        raise UnreadableFile(_("This is no Excel file, or it is damaged."), file=name) from error


def _xlsx_lines(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    rows = sheet.iter_rows(max_row=ROWS_LIMIT + 1, max_col=COLUMNS_LIMIT, values_only=True)
    for line, cells in enumerate(rows, 1):
        yield line, ["" if cell is None else _shown(cell) for cell in cells]


def _shown(cell: Any) -> str:
    is_whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell)) if is_whole else str(cell)


def _questions(lines: Iterable[tuple[int, Sequence[str]]], name: str) -> Iterator[Found]:
    names: list[str] = []
    for line, cells in lines:
        if line > ROWS_LIMIT:
            message = _("The file has more than %(limit)d rows.") % {"limit": ROWS_LIMIT}
            raise UnreadableFile(message, file=name, line=line)
        if not any(cell.strip() for cell in cells):
            continue
        if not names:
            names = _names(cells, name, line)
        else:
            pairs = zip(names, cells, strict=False)
            row = SheetRow(line, {key: unguarded(cell) for key, cell in pairs if key})
            yield _found(row)


def _names(cells: Sequence[str], file: str, line: int) -> list[str]:
    """Return the names of the columns. Raises UnreadableFile for one that nobody knows."""
    names = [" ".join(cell.casefold().replace("_", " ").split()) for cell in cells]
    unknown = [one for one in names if one and one not in COLUMNS and not _NUMBERED.fullmatch(one)]
    if unknown or not {"type", "question"} <= set(names) or len(names) > COLUMNS_LIMIT:
        known = ", ".join(COLUMNS)
        message = _(
            "The first row names the columns; known are: %(known)s. Not known: %(unknown)s."
        )
        shown = ", ".join(unknown)[:200]
        raise UnreadableFile(message % {"known": known, "unknown": shown}, file=file, line=line)
    return names


def _found(row: SheetRow) -> Found:
    kind = row.get("type").casefold().replace(" ", "_")
    tags = tuple(filter(None, (tag.strip() for tag in row.get("tags").split(","))))
    title = building.title_of(row.get("title") or row.get("question"))
    found = Found(row.line, kind, title, ident=row.get("id"), tags=tags)
    found = replace(found, category=row.get("category"))
    if kind == TEXT:
        return replace(found, text=row.get("question"), reason=asks_nothing())
    make = _MAKERS.get(kind)
    try:
        if make is None:
            message = _("There is no type “%(type)s”; known: %(known)s.")
            raise Unsupported(message % {"type": kind[:40], "known": ", ".join((*_MAKERS, TEXT))})
        built = make(row, _asked(row))
        points = Fraction(number_of(row.get("points") or "1"))
    except Unsupported as error:
        return replace(found, reason=str(error))
    return replace(found, item=built.item, points=points).with_losses(*built.losses)


def _asked(row: SheetRow) -> Asked:
    if not row.get("question"):
        raise Unsupported(_("The question has no text."))
    hints = tuple(filter(None, row.numbered("hint")))
    return Asked(row.get("question"), row.get("explanation"), hints)


def _letters(row: SheetRow, count: int) -> set[int]:
    """Return the places that `right` names by letters: A, C."""
    letters = re.split(r"[,;\s]+", row.get("right").upper())
    places = {ord(letter) - ord("A") for letter in letters if len(letter) == 1}
    if not places or not all(0 <= place < count for place in places):
        raise Unsupported(_("The column “right” names the right answers by letters, such as A, C."))
    return places


def _choice(row: SheetRow, asked: Asked, *, is_multiple: bool) -> Built:
    rows = row.answers()
    right = _letters(row, len(rows))
    each = Fraction(1, len(right)) if is_multiple else Fraction(1)
    wrong = -each if is_multiple else Fraction(0)
    answers = [
        ScoredText(text, each if place in right else wrong, feedback)
        for place, (text, _match, _share, feedback) in enumerate(rows)
    ]
    return building.choice(asked, answers, is_multiple=is_multiple, extra={})


def _single(row: SheetRow, asked: Asked) -> Built:
    return _choice(row, asked, is_multiple=False)


def _multiple(row: SheetRow, asked: Asked) -> Built:
    return _choice(row, asked, is_multiple=True)


def _statement(row: SheetRow, asked: Asked) -> Built:
    is_true = _WORDS.get(row.get("right").casefold())
    if is_true is None:
        raise Unsupported(_("The column “right” says true or false."))
    if_true, if_false = (row.get(f"feedback {number}") for number in (1, 2))
    return building.statement(asked, is_true=is_true, if_true=if_true, if_false=if_false)


def _share(text: str) -> Fraction:
    if not text:
        return Fraction(1)
    if not _SHARE.fullmatch(text):
        raise Unsupported(_("“%(text)s” is no share such as 0.5 or 1/3.") % {"text": text[:40]})
    share = Fraction(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    return min(share, Fraction(1))


def _typed(row: SheetRow, asked: Asked) -> Built:
    answers = [
        ScoredText(text, _share(share), feedback)
        for text, _match, share, feedback in row.answers()
        if text
    ]
    answers.append(ScoredText("*", Fraction(0), row.get("otherwise")))
    return building.typed(asked, answers)


def _number(row: SheetRow, asked: Asked) -> Built:
    rows = [one for one in row.answers() if one[0]]
    if not rows:
        raise Unsupported(_("A number is expected here."))
    tolerance = abs(number_of(row.get("tolerance") or "0"))
    numbers = [
        NumberAnswer(number_of(text), tolerance, Fraction(not place), feedback)
        for place, (text, _match, _share_text, feedback) in enumerate(rows)
    ]
    otherwise, unit = row.get("otherwise"), row.get("unit")
    return building.number(asked, numbers, otherwise=otherwise, unit=unit)


def _pairs(row: SheetRow, asked: Asked) -> Built:
    rows = [
        Row(left, right, feedback) for left, right, _share_text, feedback in row.answers() if right
    ]
    return building.pairs(asked, rows, {})


def _order(row: SheetRow, asked: Asked) -> Built:
    rows = [(text, feedback) for text, _match, _share_text, feedback in row.answers() if text]
    return building.order(asked, [text for text, _why in rows], [why for _text, why in rows])


def _essay(row: SheetRow, asked: Asked) -> Built:
    return building.essay(asked, model_answer=row.get("model answer"))


_MAKERS: dict[str, Callable[[SheetRow, Asked], Built]] = {
    "single_choice": _single,
    "multiple_response": _multiple,
    "true_false": _statement,
    "short_text": _typed,
    "numeric": _number,
    "matching": _pairs,
    "categorise": _pairs,
    "ordering": _order,
    "essay": _essay,
}
