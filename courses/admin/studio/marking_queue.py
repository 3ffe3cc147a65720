"""What waits for a mark in a course: by question or by learner, the oldest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.own import rights_of
from courses.admin.studio.marking_frame import (
    QueuePart,
    course_of,
    mark_url,
    marking_page,
    part_of,
    queue_url,
    release_url,
)
from courses.admin.studio.posted import row_number
from courses.domain import section_people
from courses.domain.marking import comments, holders, queue, release
from courses.domain.marking.queue import Group
from courses.domain.marking.shown import stem_of
from courses.domain.rights import Can
from courses.models import Course, Enrolment, MarkingClaim, QuestionVersion, Quiz, Section
from courses.plans import planned_for_values

PER_PAGE = 50


@dataclass(frozen=True)
class QuestionRow:
    """What waits for one question, as the list shows it."""

    group: Group
    stem: str
    query: str

    @property
    def offered(self) -> int:
        return self.group.first + self.group.second


@dataclass(frozen=True)
class WaitingLearner:
    """What waits of one learner, as the list shows it."""

    name: str
    waiting: int
    oldest_at: datetime
    query: str


@dataclass(frozen=True)
class HolderRow:
    """Who is marking at present, and how much of it."""

    name: str
    count: int
    until: datetime
    is_own: bool


def queue_page(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what waits; begin to mark where a button says so."""
    course = course_of(admin, request, pk)
    part, now = part_of(request, course), timezone.now()
    if request.method == "POST":
        return _act(admin, request, course, part, now)
    rows = queue.waiting(by=request.user, scope=part.scope)
    groups = queue.groups(rows=rows, now=now)
    is_by_learner = request.GET.get("by") == "learner"
    learners = Paginator(queue.learner_groups(rows=rows), PER_PAGE) if is_by_learner else None
    with planned_for_values(rows.db):
        page = learners.get_page(request.GET.get("page")) if learners else None
        shown_learners = _learners(page, part) if page is not None else []
    return marking_page(
        admin,
        request,
        "marking_queue.html",
        course,
        title=_("Marking"),
        is_queue=True,
        part=part,
        waiting=sum(one.waiting for one in groups),
        oldest_at=min((one.oldest_at for one in groups), default=None),
        by="learner" if is_by_learner else "question",
        questions=_questions(groups, part),
        page=page,
        learners=shown_learners,
        unnamed=is_by_learner and _has_unnamed(groups),
        holders=_holders(request, rows, now),
        quizzes=Quiz.objects.filter(course=course, pk__in={one.quiz for one in groups}),
        sections=_sections(request, course),
        held=release.held(by=request.user, course=course),
        release_url=release_url(course.pk),
        own_comments=comments.of(course=course, by=request.user),
    )


def _act(
    admin: Any, request: HttpRequest, course: Course, part: QueuePart, now: datetime
) -> HttpResponse:
    """Claim the next response of this part, or change the bank of comments. Raises Http404."""
    do = request.POST.get("do", "")
    here = redirect(queue_url(course.pk, part.query))
    if do == "delete_comment":
        number = row_number(request.POST.get("comment", ""))
        if number is not None:
            comments.delete(course=course, comment=number, by=request.user)
        return here
    if do not in ("start", "compare"):
        raise Http404
    rows = queue.waiting(by=request.user, scope=part.scope)
    if do == "compare":
        item = queue.differing(rows=rows).first()
    else:
        item = queue.take_next(rows=rows, by=request.user, now=now)
    if item is None:
        admin.message_user(request, _("Nothing here waits for you at the moment."), "WARNING")
        return here
    return redirect(mark_url(course.pk, item.uuid, part.query))


def _questions(groups: list[Group], part: QueuePart) -> list[QuestionRow]:
    versions = QuestionVersion.objects.in_bulk({one.version for one in groups})
    return [
        QuestionRow(
            one,
            stem_of(version=versions[one.version]),
            part.narrowed(quiz=one.quiz, question=one.question).query,
        )
        for one in groups
    ]


def _learners(page: Any, part: QueuePart) -> list[WaitingLearner]:
    rows = list(page)
    people = Enrolment.objects.select_related("user").in_bulk([one["enrolment"] for one in rows])
    return [
        WaitingLearner(
            section_people.name_of(user=people[one["enrolment"]].user),
            one["waiting"],
            one["oldest_at"],
            part.narrowed(enrolment=one["enrolment"]).query,
        )
        for one in rows
    ]


def _has_unnamed(groups: list[Group]) -> bool:
    quizzes = {one.quiz for one in groups}
    return Quiz.objects.filter(pk__in=quizzes, anonymous_marking=True).exists()


def _holders(request: HttpRequest, rows: Any, now: datetime) -> list[HolderRow]:
    found: dict[tuple[int | None, int | None], list[MarkingClaim]] = {}
    for claim in queue.held(rows=rows, now=now):
        found.setdefault((claim.by_id, claim.client_id), []).append(claim)
    return [
        HolderRow(
            holders.name_of(row=claims[0]),
            len(claims),
            max(claim.until for claim in claims),
            claims[0].by_id == request.user.pk,
        )
        for claims in found.values()
    ]


def _sections(request: HttpRequest, course: Course) -> list[Section]:
    rows = rights_of(request).sections(Can.MARK).filter(course=course, is_archived=False)
    return list(rows.order_by("-is_default", "title", "pk"))
