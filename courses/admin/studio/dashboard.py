"""How a course or one of its classes is doing: who is where, who needs help, what is hard."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses import spreadsheet
from courses.admin.own import rights_of
from courses.admin.studio.class_frame import TEMPLATES, class_page, section_of
from courses.admin.studio.dashboard_charts import HeatChart, bars
from courses.admin.studio.dashboard_tables import (
    Questions,
    answered_table,
    heat_table,
    needs_table,
    objectives_table,
    sure_table,
)
from courses.admin.studio.frame import course_step, frame
from courses.admin.studio.posted import row_number
from courses.domain import dashboard
from courses.domain.outline import outline
from courses.domain.rights import Can
from courses.models import Course, Section

PER_PAGE = 40
NEEDS_SHOWN = 12
COMPARED = 6
"""Classes at most that stand beside each other."""
LISTED = 10
"""Questions in each of the lists."""
SHEETS = ("progress", "needs", "objectives", "hardest", "sure")


def of_course(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show how the classes of the course that the person may see are doing."""
    course = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    granted = rights_of(request)
    if not (granted.may(Can.PEOPLE, course=course) and admin.has_view_permission(request)):
        raise PermissionDenied
    classes = list(granted.sections(Can.PEOPLE).filter(course=course, is_archived=False))
    shown = Dashboard(request, course, _chosen(request, classes), classes)
    if request.GET.get("csv"):
        return shown.sheet(request.GET["csv"])
    context = frame(
        admin,
        request,
        title=pgettext("of a class", "Progress"),
        course=course,
        here="progress",
        crumbs=[course_step(request, course)],
        classes=classes if len(classes) > 1 else [],
        **shown.context(),
    )
    return TemplateResponse(request, f"{TEMPLATES}progress.html", context)


def of_class(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show how one class is doing."""
    section = section_of(admin, request, pk)
    shown = Dashboard(request, section.course, section, [section])
    if request.GET.get("csv"):
        return shown.sheet(request.GET["csv"])
    template = "class_progress.html"
    return class_page(admin, request, template, section, tab="progress", **shown.context())


def _chosen(request: HttpRequest, classes: list[Section]) -> Section | None:
    """Return the class that is asked for. Raises Http404 for one that the person may not see."""
    asked = request.GET.get("class", "")
    if not asked:
        return None
    found = {one.pk: one for one in classes}.get(row_number(asked) or 0)
    if found is None:
        raise Http404
    return found


class Dashboard:
    """What the page shows; each part is read once, when it is used."""

    def __init__(
        self, request: HttpRequest, course: Course, section: Section | None, classes: list[Section]
    ) -> None:
        self.request = request
        self.course = course
        self.section = section
        self.classes = classes
        self.now = timezone.now()
        self.by = request.user
        self.plan = outline(course)
        self.learners = dashboard.learners(by=self.by, course=course, section=section)

    @cached_property
    def heat(self) -> dashboard.HeatMap:
        return dashboard.heat_map(learners=self.learners, plan=self.plan)

    @cached_property
    def needs(self) -> list[dashboard.Need]:
        return dashboard.needing_help(
            by=self.by, course=self.course, section=self.section, now=self.now
        )

    @cached_property
    def tallies(self) -> dashboard.Tallies:
        return dashboard.tallies(learners=self.learners, plan=self.plan)

    @cached_property
    def hardest(self) -> list[tuple[int, dashboard.Tally]]:
        return dashboard.hardest(self.tallies, limit=LISTED)

    @cached_property
    def sure(self) -> list[dashboard.SureAndWrong]:
        return dashboard.sure_and_wrong(learners=self.learners, course=self.course, limit=LISTED)

    @cached_property
    def questions(self) -> Questions:
        may_read = rights_of(self.request).may(Can.READ, course=self.course)
        pks = [*(pk for pk, _tally in self.hardest), *(one.question for one in self.sure)]
        return Questions(pks, are_linked=may_read)

    @property
    def columns(self) -> list[Section]:
        """The classes that the table of objectives compares."""
        return self.classes if self.section is None and 1 < len(self.classes) <= COMPARED else []

    def context(self) -> dict[str, Any]:
        page = Paginator(self.heat.rows, PER_PAGE).get_page(self.request.GET.get("page"))
        needs = self.needs[:NEEDS_SHOWN]
        people = dashboard.named(
            enrolments=[*(row.enrolment for row in page), *(one.enrolment for one in needs)]
        )
        needy = {one.enrolment for one in self.needs}
        return {
            "activity": dashboard.activity_of(learners=self.learners, now=self.now),
            "heat": self.heat,
            "page": page,
            "chart": HeatChart(self.heat.modules, list(page), people, needy),
            "heat_table": heat_table(self.heat.modules, page, people, needy),
            "needs": needs_table(needs, people, self.now),
            "need_count": len(self.needs),
            "panels": self._panels(),
            "selected": self.section,
            "query": urlencode({"class": self.section.pk}) if self.section else "",
        }

    def _panels(self) -> list[dict[str, Any]]:
        parts = (
            ("objectives", _("Mastery by objective"), _("Nothing has been answered yet.")),
            ("hardest", _("Hardest questions"), _("No question has five answers yet.")),
            (
                "sure",
                _("Most often sure and wrong"),
                _("No learner who was asked how sure they are was sure and wrong."),
            ),
        )
        tables = {key: getattr(self, f"_{key}_sheet")() for key, _title, _none in parts}
        return [
            {
                "key": key,
                "title": title,
                "none": none,
                "table": tables[key],
                "bars": bars(tables[key]),
            }
            for key, title, none in parts
        ]

    def sheet(self, name: str) -> HttpResponse:
        """Send one of the parts as a CSV file, all its rows. Raises Http404 for no such part."""
        if name not in SHEETS:
            raise Http404
        table = getattr(self, f"_{name}_sheet")()
        separator = ";" if get_format("DECIMAL_SEPARATOR") == "," else ","
        text = spreadsheet.MARK + spreadsheet.text(table.lines(), separator=separator)
        answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.course.key}-{name}.csv"'
        return answer

    def _progress_sheet(self) -> Any:
        people = dashboard.named(enrolments=[row.enrolment for row in self.heat.rows])
        needy = {one.enrolment for one in self.needs}
        return heat_table(self.heat.modules, self.heat.rows, people, needy)

    def _needs_sheet(self) -> Any:
        people = dashboard.named(enrolments=[one.enrolment for one in self.needs])
        return needs_table(self.needs, people, self.now)

    def _objectives_sheet(self) -> Any:
        return objectives_table(dashboard.mastery(self.tallies), self.plan, self.columns)

    def _hardest_sheet(self) -> Any:
        return answered_table(self.hardest, self.questions)

    def _sure_sheet(self) -> Any:
        return sure_table(self.sure, self.questions)
