"""The gradebook of a course as a sheet: a line for each learner, a column for each graded quiz.

Pages, the API and files read it here, so all of them show the same marks.
"""

from courses.domain.gradesheet.cell import CellView, cell_view
from courses.domain.gradesheet.csv_files import as_csv
from courses.domain.gradesheet.reading import Cell, Line, columns, lines
from courses.domain.gradesheet.sheet import (
    SHOWN,
    SORTS,
    STATES,
    LearnerRow,
    Selection,
    Sheet,
    Total,
    learners,
    read,
    total_of,
)
from courses.domain.gradesheet.statistics import Statistics

__all__ = [
    "SHOWN",
    "SORTS",
    "STATES",
    "Cell",
    "CellView",
    "LearnerRow",
    "Line",
    "Selection",
    "Sheet",
    "Statistics",
    "Total",
    "as_csv",
    "cell_view",
    "columns",
    "learners",
    "lines",
    "read",
    "total_of",
]
