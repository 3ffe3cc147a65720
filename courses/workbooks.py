"""Tables as Excel workbooks, written row by row. Needs openpyxl, the extra `xlsx`."""

import io
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.errors import CoursesError

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767
"""Characters that Excel reads of a cell."""


class NoWorkbooks(CoursesError):
    code = "no_workbooks"
    default = _("Excel files cannot be written here: install the extra “xlsx”. CSV works.")


def can_write() -> bool:
    """Return whether openpyxl is installed."""
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        return False
    return True


def workbook(rows: Iterable[Iterable[Any]]) -> bytes:
    """Return a workbook with one sheet. Texts are texts, also those that look like formulas.

    Numbers stay numbers. Raises NoWorkbooks.
    """
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    except ImportError as error:
        raise NoWorkbooks from error
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        cells = []
        for value in row:
            if not isinstance(value, str):
                cells.append(value)
                continue
            cell = WriteOnlyCell(sheet)
            cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)[:LONGEST_CELL]
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
