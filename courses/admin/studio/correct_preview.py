"""What a correction would do, each way beside the others; one of them is applied here."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.studio.correcting import (
    HINTS,
    TEMPLATES,
    TITLES,
    corrected_course,
    crumbs,
    notes_of,
    person_name,
    words_of,
)
from courses.admin.studio.frame import frame
from courses.admin.studio.posted import clean_text
from courses.domain.regrading import changes, policies, previews
from courses.errors import CoursesError, NotFound
from courses.models import Attempt, RegradePreview, RegradePreviewRow

ROWS = 50
REASON_LENGTH = 300
SHOW = ("all", "change", "cross", "noted")


@dataclass(frozen=True)
class WayToCorrect:
    """A policy with its effects in numbers."""

    key: str
    counts: dict[str, Any]
    learners: int
    is_chosen: bool

    @property
    def title(self) -> str:
        return str(TITLES[self.key])

    @property
    def hint(self) -> str:
        return str(HINTS[self.key])

    @property
    def same(self) -> int:
        return self.learners - self.changing

    @property
    def crossing(self) -> int:
        return int(self.counts.get("gain", 0)) + int(self.counts.get("lose", 0))

    @property
    def changing(self) -> int:
        return int(self.counts.get("rise", 0)) + int(self.counts.get("fall", 0))

    @property
    def mean(self) -> Decimal | None:
        return mean_of(self.counts)


@dataclass(frozen=True)
class LearnerEffect:
    """One learner's result now and then, as the table shows it."""

    row: RegradePreviewRow
    policy: str

    @property
    def name(self) -> str:
        return person_name(self.row.enrolment)

    @property
    def percent_after(self) -> Decimal | None:
        percent = self._effect[0]
        return None if percent is None else Decimal(percent)

    @property
    def passed_after(self) -> bool | None:
        passed: bool | None = self._effect[1]
        return passed

    @property
    def notes(self) -> list[str]:
        return notes_of(self._effect[2])

    @property
    def move(self) -> str:
        return str(self._effect[3])

    @property
    def crossing(self) -> str:
        return str(self._effect[4])

    @property
    def _effect(self) -> list[Any]:
        found: list[Any] = self.row.effects[self.policy]
        return found


def mean_of(counts: dict[str, Any]) -> Decimal | None:
    """Return the mean per cent of those who have a score."""
    scored = counts.get("scored")
    return Decimal(str(counts["sum"])) / scored if scored else None


def preview(admin: Any, request: HttpRequest, pk: int, uuid: UUID) -> HttpResponse:
    """Show the preview, or apply it in one of its ways."""
    course = corrected_course(admin, request, pk)
    try:
        found = previews.find(course=course, uuid=uuid)
    except NotFound as error:
        raise Http404 from error
    refusal = ""
    if request.method == "POST":
        try:
            batch = previews.apply(
                preview=found,
                policy=request.POST.get("policy", ""),
                reason=clean_text(request.POST.get("reason", ""))[:REASON_LENGTH],
                notifies="notifies" in request.POST,
                by=request.user,
                now=timezone.now(),
            )
        except CoursesError as error:
            refusal = str(error.message)
        else:
            return redirect("admin:cx_courses_course_correction", pk=course.pk, uuid=batch.uuid)
    if found.batch is not None:
        return redirect("admin:cx_courses_course_correction", pk=course.pk, uuid=found.batch.uuid)
    return _page(admin, request, found, refusal)


def _page(admin: Any, request: HttpRequest, found: RegradePreview, refusal: str) -> HttpResponse:
    corrections = list(changes.loaded(found).values())
    offered = policies.offered(changes=corrections, has_rule=found.has_rule)
    asked = request.POST.get("policy") or request.GET.get("policy", "")
    policy = next((one.key for one in offered if one.key == asked), offered[0].key)
    learners = found.counts.get("learners", 0)
    ways = [
        WayToCorrect(one.key, found.counts.get(one.key, {}), learners, one.key == policy)
        for one in offered
    ]
    show = request.GET.get("show", "all") if request.GET.get("show") in SHOW else "all"
    columns = previews.columns(found)
    context = frame(
        admin,
        request,
        title=_("Preview of a correction"),
        course=found.course,
        here="corrections",
        crumbs=crumbs(request, found.course),
        preview=found,
        job=None if found.computed_at else previews.job_of(found),
        words=[words_of(one) for one in corrections],
        columns=columns,
        ways=ways,
        chosen=next(one for one in ways if one.is_chosen),
        before=found.counts.get("before", {}),
        mean_before=mean_of(found.counts.get("before", {})),
        learners=learners,
        open_count=Attempt.objects.open().filter(quiz__in=found.quizzes).count(),
        show=show,
        reason=clean_text(request.POST.get("reason", ""))[:REASON_LENGTH],
        notifies=request.method != "POST" or "notifies" in request.POST,
        refusal=refusal,
        **_table(request, found, policy, show),
    )
    status = 422 if refusal else 200
    return TemplateResponse(request, f"{TEMPLATES}correct_preview.html", context, status=status)


def _table(request: HttpRequest, found: RegradePreview, policy: str, show: str) -> dict[str, Any]:
    rows = _shown(found.rows.all(), policy, show)
    rows = rows.select_related("enrolment__user", "line_item__quiz").order_by("pk")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    effects = [LearnerEffect(row, policy) for row in page.object_list]
    return {"page": page, "rows": effects}


def _shown(
    rows: QuerySet[RegradePreviewRow], policy: str, show: str
) -> QuerySet[RegradePreviewRow]:
    if show == "change":
        return rows.exclude(**{f"effects__{policy}__3": "same"})
    if show == "cross":
        return rows.filter(**{f"effects__{policy}__4__in": ["gain", "lose"]})
    if show == "noted":
        return rows.exclude(**{f"effects__{policy}__2": []})
    return rows
