"""Looking back at an attempt: why each response was right or wrong, and where to go from there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.domain import review, section_people
from courses.domain.outline import outline
from courses.domain.shown_items import ShownItem
from courses.models import Attempt
from courses.questions.base import Reveal
from courses.web.attempt_items import row
from courses.web.clock import now_of
from courses.web.errors import handles_errors
from courses.web.readers import attempt_of
from courses.web.up_next import Rail, progress_of, rail

_SOON = timedelta(seconds=2)
"""The clock of the page counts whole seconds; it hands in when the last one begins to end."""


@dataclass(frozen=True)
class Filter:
    """All the questions, or those alone that are not right; how many each are."""

    is_on: bool
    all: int
    wrong: int


@never_cache
@login_required
@require_safe
@handles_errors
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the review, as far as the quiz's policy allows; redirect an open attempt to its page."""
    attempt = attempt_of(request, uuid)
    if attempt.is_open:
        return redirect("cx_courses:attempt", uuid=uuid)
    now = now_of(request)
    shown = review.review(attempt=attempt, by=request.user, now=now)
    choice = _filter(request, shown)
    wrong_only = choice is not None and choice.is_on
    items = [one for one in shown.shown if not (wrong_only and _is_right(one))]
    beside = _rail(request, attempt, now)
    context = {
        "page": shown,
        "rail": beside,
        "up_next": beside and beside.up_next,
        "filter": choice,
        "has_mistakes": _has_mistakes(shown),
        "attempt": shown.attempt,
        "course": shown.course,
        "rows": [row(one, shown.course) for one in items],
        "more": shown.more,
        "is_time_over": _is_time_over(attempt),
        "is_own": attempt.enrolment.user_id == request.user.pk,
        "learner": _learner(request, attempt),
    }
    return render(request, "cx_courses/review.html", context)


def _rail(request: HttpRequest, attempt: Attempt, now: datetime) -> Rail | None:
    """Return the rail for the learner of the attempt; staff who look at it have no path here."""
    enrolment = attempt.enrolment
    if enrolment.user_id != request.user.pk:
        return None
    plan = outline(enrolment.course)
    here = plan.quiz(attempt.quiz_id)
    return rail(outline=plan, here=here, own=progress_of(enrolment, plan, now)) if here else None


def _learner(request: HttpRequest, attempt: Attempt) -> str:
    """Return whose attempt somebody else reads; nobody's name where marking is anonymous."""
    enrolment = attempt.enrolment
    if enrolment.user_id == request.user.pk or attempt.quiz.anonymous_marking:
        return ""
    return section_people.name_of(user=enrolment.user)


def _is_time_over(attempt: Attempt) -> bool:
    """Return whether the attempt ended because its time did, by relay or by page."""
    if attempt.closed_by == Attempt.ClosedBy.DEADLINE:
        return True
    if attempt.deadline_at is None or attempt.submitted_at is None:
        return False
    return attempt.submitted_at >= attempt.deadline_at - _SOON


def _filter(request: HttpRequest, page: review.AttemptReview) -> Filter | None:
    """Return the filter; None where right and wrong are hidden, or nothing would be left out."""
    if not page.reveal.correctness:
        return None
    wrong = sum(not _is_right(one) for one in page.shown)
    if wrong in (0, len(page.shown)):
        return None
    return Filter(request.GET.get("show") == "wrong", len(page.shown), wrong)


def _has_mistakes(page: review.AttemptReview) -> bool:
    """Return whether something of this attempt may be practised as a mistake now."""
    if page.reveal != Reveal.everything() or page.attempt.is_void:
        return False
    return any(one.is_scored and one.is_correct is False for one in page.shown)


def _is_right(one: ShownItem) -> bool:
    """Return whether the item counts as right on the page; a vote does, what waits does not."""
    return one.is_correct is True or not one.is_scored
