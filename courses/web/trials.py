"""A trial's own pages: the learner pages below its address, its clock, and its end."""

import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import ResolverMatch, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses import users
from courses.domain import trials
from courses.models import Trial, limits
from courses.storable import judges_texts, require_storable
from courses.web.below import answer, inside, page_at
from courses.web.errors import handles_errors, page_not_found

READABLE = frozenset(
    {
        *("course", "course-complete", "module-complete", "glossary"),
        *("lesson", "quiz", "attempt", "attempt-submit", "review"),
    }
)
PAGES = READABLE | {
    "asset",
    "cover",
    "picture",
    "lesson-visit",
    "lesson-check",
    "lesson-confirm",
    "lesson-again",
    "quiz-start",
    "attempt-save",
    "attempt-flag",
}
"""Pages of a course as such: no account, no other course, no daily review."""
LATER = {"5m": timedelta(minutes=5), "1h": timedelta(hours=1), "1d": timedelta(days=1)}


@dataclass
class TrialFrame:
    """What the pages need to know of the trial that they stand in: `request.trial`."""

    trial: Trial
    now: datetime
    """By the trial's clock."""
    base: str

    @property
    def clock_url(self) -> str:
        return f"{self.base}clock/"

    @property
    def end_url(self) -> str:
        return f"{self.base}end/"

    @property
    def start_url(self) -> str:
        return self.base + self.trial.place

    @property
    def is_real_time(self) -> bool:
        return self.trial.clock_s == 0

    @property
    def learner(self) -> str:
        """The name of the learner whose class, dates and extra time hold; "" without one."""
        acts_as = None if self.is_of_class else self.trial.acts_as
        return users.names(acts_as.user).full_name or str(acts_as.user) if acts_as else ""

    @property
    def is_of_class(self) -> bool:
        """Whether the dates of a class hold in which the person teaches."""
        acts_as = self.trial.acts_as
        return acts_as is not None and acts_as.user_id == self.trial.enrolment.user_id

    @property
    def entered(self) -> str:
        """The time as a browser's field for date and time holds it."""
        return timezone.localtime(self.now).strftime("%Y-%m-%dT%H:%M")

    @cached_property
    def instants(self) -> list[trials.Instant]:
        return trials.instants(trial=self.trial, now=self.now)


@never_cache
@login_required
@judges_texts
@handles_errors
def page(request: HttpRequest, uuid: UUID, path: str) -> HttpResponse:
    """Show a learner page of the trial's course, with its enrolment and by its clock."""
    frame = _frame(request, uuid)
    match = page_at(request, f"/{path}", PAGES)
    if match is None or match.kwargs.get("course", frame.trial.enrolment.course.key) != (
        frame.trial.enrolment.course.key
    ):
        match = ResolverMatch(_missing, (), {})
    inner = copy.copy(request)
    inner.path_info, inner.resolver_match = f"/{path}", match
    inner.trial = frame  # type: ignore[attr-defined]
    require_storable(inner, match.func)
    with inside(frame.base):
        response = answer(inner, match)
        if not getattr(response, "is_rendered", True):
            response.render()  # type: ignore[attr-defined]
    return response


@never_cache
@login_required
@require_safe
@handles_errors
def home(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Go to where the trial begins."""
    return HttpResponseRedirect(_frame(request, uuid).start_url)


@login_required
@require_POST
@handles_errors
def clock(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Set the clock: to a time, some time later, or back to the real time."""
    frame = _frame(request, uuid)
    try:
        to = _chosen_time(request, frame)
    except forms.ValidationError:
        messages.error(request, _("Enter a date and a time between the years 1900 and 2999."))
    else:
        trials.set_clock(trial=frame.trial, to=to, now=timezone.now())
    return _back_to_page(request, frame)


@login_required
@require_POST
@handles_errors
def end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End the trial and go back to where it began; or forget what was done, and begin anew."""
    frame = _frame(request, uuid)
    if "again" in request.POST:
        trials.restart(trial=frame.trial)
        return HttpResponseRedirect(frame.start_url)
    trials.end(trial=frame.trial)
    messages.success(request, _("The trial has ended. Nothing of it is kept."))
    return HttpResponseRedirect(frame.trial.back)


def _frame(request: HttpRequest, uuid: UUID) -> TrialFrame:
    now = timezone.now()
    trial = trials.find(uuid=uuid, by=request.user, now=now)
    return TrialFrame(trial, trial.time_at(now), reverse("cx_courses:trial", args=[uuid]))


def _chosen_time(request: HttpRequest, frame: TrialFrame) -> datetime | None:
    """Return the time to set, None for the real one. Raises ValidationError."""
    if "real" in request.POST:
        return None
    field = forms.DateTimeField(validators=limits.DATES)
    later = LATER.get(request.POST.get("later", ""))
    if later is not None:
        return cast("datetime", field.clean(frame.now + later))
    return cast("datetime", field.clean(request.POST.get("instant") or request.POST.get("at")))


def _back_to_page(request: HttpRequest, frame: TrialFrame) -> HttpResponse:
    """Go to the page of the trial that is named; an address outside of it is not followed."""
    here = request.POST.get("here", "")
    is_inside = here.startswith(frame.base) and url_has_allowed_host_and_scheme(
        here, allowed_hosts=None
    )
    return HttpResponseRedirect(here if is_inside else frame.start_url)


def _missing(request: HttpRequest, **_named: Any) -> HttpResponse:
    return page_not_found(request, Http404())
