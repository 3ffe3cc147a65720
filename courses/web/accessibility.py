"""The accessibility conformance report: WCAG 2.2, levels A and AA, and EN 301 549."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from courses.web.errors import handles_errors

REPORT = Path(__file__).resolve().parent.parent / "accessibility.toml"
"""The report itself. It is in English."""
STATUSES = {
    "supports": _("Supports"),
    "partly": _("Partially supports"),
    "does not": _("Does not support"),
    "not applicable": _("Not applicable"),
    "see above": _("See above"),
}


@dataclass(frozen=True)
class ConformanceCriterion:
    """One criterion, what holds of it, and what shows that it does.

    `evidence` holds `axe:RULE`, `code:PATH`, or the path of a test or of a module of tests.
    """

    number: str
    name: str
    status: str
    evidence: Sequence[str]
    remark: str = ""
    level: str = ""
    """A or AA; "" in EN 301 549."""
    templates: Sequence[str] = ()
    """Of a row about pages: their templates."""

    @property
    def words(self) -> str:
        return str(STATUSES[self.status])


@cache
def criteria() -> Mapping[str, Sequence[ConformanceCriterion]]:
    """Return the rows of each part: "wcag", "en_301_549" and "pages", in the report's order."""
    tables = tomllib.loads(REPORT.read_text(encoding="utf-8"))
    return {name: [ConformanceCriterion(**row) for row in rows] for name, rows in tables.items()}


@require_safe
@handles_errors
def report(request: HttpRequest) -> HttpResponse:
    """Show the report to everybody."""
    return render(request, "cx_courses/accessibility.html", {"standards": criteria()})
