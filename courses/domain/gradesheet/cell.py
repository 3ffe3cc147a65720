"""One cell of the sheet from near: what it rests on, and every decision of a person about it."""

from dataclasses import dataclass

from courses.domain import overrides
from courses.domain.gradesheet.reading import Cell, columns, lines
from courses.domain.gradesheet.sheet import Total, total_of
from courses.models import Attempt, Enrolment, LineItem, ResultOverride


@dataclass(frozen=True)
class CellView:
    line_item: LineItem
    enrolment: Enrolment
    cell: Cell | None
    total: Total | None
    """Of the learner, over all columns."""
    attempts: list[Attempt]
    decisions: list[ResultOverride]
    """The newest first."""
    state: str
    """For `overrides.override(based_on=…)`."""

    @property
    def decision(self) -> ResultOverride | None:
        """The one that holds now, if any."""
        last = self.decisions[0] if self.decisions else None
        return last if last and (last.is_excused or last.scaled is not None) else None


def cell_view(*, line_item: LineItem, enrolment: Enrolment) -> CellView:
    """Return a cell with what it rests on. Six queries."""
    heads = columns(course=enrolment.course)
    (line,) = lines(enrolments=[enrolment], columns=heads)
    places = {column.pk: place for place, column in enumerate(heads)}
    attempts = Attempt.objects.filter(enrolment=enrolment, quiz=line_item.quiz_id)
    given = ResultOverride.objects.filter(line_item=line_item, enrolment=enrolment)
    return CellView(
        line_item=line_item,
        enrolment=enrolment,
        cell=line.cells[places[line_item.pk]],
        total=total_of(line.cells, columns=heads),
        attempts=list(attempts.order_by("number")),
        decisions=list(given.select_related("by").order_by("-sequence")),
        state=overrides.state_of(line_item=line_item, enrolment=enrolment),
    )
