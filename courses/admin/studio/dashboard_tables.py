"""The figures of a dashboard as tables: beside each drawing, and as the files to download."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.admin.studio.class_people import person_url
from courses.domain import section_people
from courses.domain.authoring import bank_search
from courses.domain.dashboard import HeatRow, Need, SureAndWrong, Tally
from courses.domain.outline import ModuleOutline, Outline
from courses.models import Enrolment, Question, Section

STEM = 90
"""Characters of a question that a table shows."""


@dataclass(frozen=True)
class TableLine:
    """A row of a table: its heading, with a link where the person may follow it, and its cells."""

    title: str
    cells: tuple[str, ...]
    url: str = ""
    note: str = ""
    share: Fraction | None = None
    is_few: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[TableLine, ...]

    def lines(self) -> Iterator[Sequence[str]]:
        """Yield the lines of a file, the headings first."""
        yield self.head
        for row in self.rows:
            yield (f"{row.note} {row.title}".strip(), *row.cells)


class Questions:
    """Question → its text and the page that edits it. Two queries."""

    def __init__(self, pks: Iterable[int], *, are_linked: bool) -> None:
        self.rows = Question.objects.in_bulk(set(pks))
        self.texts = bank_search.texts(questions=self.rows.values()) if self.rows else {}
        self.are_linked = are_linked

    def line(self, pk: int, *cells: str, **more: Any) -> TableLine:
        title = self.texts.get(pk) or self.rows[pk].key
        url = reverse("admin:cx_courses_question_edit", args=[pk]) if self.are_linked else ""
        return TableLine(shortened(title), cells, url, **more)


def shortened(text: str, length: int = STEM) -> str:
    """Return the text, cut with an ellipsis where it is longer."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def percent(share: Fraction) -> str:
    """Return a share in whole per cent."""
    return f"{round(100 * share)}%"


def heat_table(
    modules: Sequence[ModuleOutline],
    rows: Iterable[HeatRow],
    people: Mapping[int, Enrolment],
    needy: set[int],
) -> Table:
    """Return how much of each module each learner has done."""
    head = (_("Learner"), _("Class"), _("Course"), *(module.title for module in modules))
    lines = (
        TableLine(
            section_people.name_of(user=people[row.enrolment].user),
            (
                str(people[row.enrolment].section or ""),
                f"{row.percent}%",
                *(
                    f"{cell}%" if cell or is_begun else "–"
                    for cell, is_begun in zip(row.cells, row.begun, strict=True)
                ),
                _("yes") if row.enrolment in needy else "",
            ),
            person_url(row.enrolment),
        )
        for row in rows
    )
    return Table((*head, _("Needs help")), tuple(lines))


def needs_table(needs: Iterable[Need], people: Mapping[int, Enrolment], now: datetime) -> Table:
    """Return who needs somebody, with the reasons in words."""
    found = ((one, people[one.enrolment], tuple(_reasons(one, now))) for one in needs)
    lines = (
        TableLine(
            section_people.name_of(user=row.user),
            (str(row.section or ""), " ".join(reasons)),
            person_url(row.pk),
            reasons=reasons,
        )
        for _one, row, reasons in found
    )
    return Table((_("Learner"), _("Class"), _("Reason")), tuple(lines))


def _reasons(one: Need, now: datetime) -> Iterator[str]:
    for title, tries in one.failing:
        text = ngettext(
            "“%(quiz)s”: failed %(count)d time.", "“%(quiz)s”: failed %(count)d times.", tries
        )
        yield text % {"quiz": title, "count": tries}
    for title in one.missed:
        yield _("“%(quiz)s” has closed, nothing was handed in.") % {"quiz": title}
    for title in one.closing:
        yield _("“%(quiz)s” closes soon, nothing is handed in yet.") % {"quiz": title}
    if one.silent_since is not None:
        days = (now - one.silent_since).days
        text = ngettext("Nothing done for %(days)d day.", "Nothing done for %(days)d days.", days)
        yield text % {"days": days}


def objectives_table(
    found: Mapping[str, Mapping[int, Tally]], plan: Outline, classes: Sequence[Section]
) -> Table:
    """Return the share of points earned for each objective, of all and of each class."""
    head = (_("Objective"), _("Points earned"), *(str(one) for one in classes), _("Answers"))
    lines = []
    for key, objective in plan.objectives.items():
        if key not in found:
            continue
        of_all = found[key][0]
        of_classes = [found[key].get(one.pk) for one in classes]
        cells = ("–" if one is None else percent(one.share) for one in of_classes)
        lines.append(
            TableLine(
                objective.text,
                (percent(of_all.share), *cells, str(of_all.count)),
                note=key,
                share=of_all.share,
                is_few=of_all.is_few,
            )
        )
    return Table(head, tuple(lines))


def answered_table(rows: Iterable[tuple[int, Tally]], questions: Questions) -> Table:
    """Return the share of points that each question earned."""
    lines = (
        questions.line(
            pk,
            percent(tally.share),
            str(tally.count),
            share=tally.share,
            is_few=tally.is_few,
        )
        for pk, tally in rows
    )
    return Table((_("Question"), _("Points earned"), _("Answers")), tuple(lines))


def sure_table(rows: Iterable[SureAndWrong], questions: Questions) -> Table:
    """Return how many of those who were sure were wrong."""
    lines = (
        questions.line(
            one.question, str(one.wrong), str(one.sure), share=Fraction(one.wrong, one.sure)
        )
        for one in rows
    )
    return Table((_("Question"), _("Sure and wrong"), _("Sure")), tuple(lines))
