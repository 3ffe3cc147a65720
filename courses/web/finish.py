"""The pages at the end of a module and of a course: what was done, and what comes next."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from courses.domain import cards, certificates, finish
from courses.domain.outline import outline
from courses.errors import NotFound
from courses.templatetags.courses_ui import step_url
from courses.web.clock import now_of
from courses.web.course_map import StepLink
from courses.web.errors import handles_errors
from courses.web.readers import reader_of, trial_of
from courses.web.up_next import NextStep, progress_of

_CERTIFICATE, _KEEP = "cx_courses/certificate/offer.html", "cx_courses/finish/keep.html"
"""What stands first on the page of a completed course, with a certificate and without one."""


@require_safe
@login_required
@handles_errors
def module(request: HttpRequest, course: str, module: str) -> HttpResponse:
    """Show what was done in a module; redirect to the course while something is missing."""
    reader, now = reader_of(request, course), now_of(request)
    plan = outline(reader.course)
    here = next((one for one in plan.modules if one.key == module), None)
    if here is None:
        raise NotFound
    own = progress_of(reader.enrolment, plan, now)
    done = None
    if own is not None and reader.enrolment is not None:
        done = finish.module_finish(enrolment=reader.enrolment, module=here, own=own, now=now)
    if own is None or done is None:
        return redirect("cx_courses:course", course=course)
    context = {"course": reader.course, "done": done, "up_next": NextStep(own, here=here.steps[-1])}
    return render(request, "cx_courses/module_complete.html", context)


@require_safe
@login_required
@handles_errors
def course(request: HttpRequest, course: str) -> HttpResponse:
    """Show what was done in a course; redirect to the course while something is missing."""
    reader, now = reader_of(request, course), now_of(request)
    plan = outline(reader.course)
    own = progress_of(reader.enrolment, plan, now)
    done = None
    if own is not None and reader.enrolment is not None:
        done = finish.course_finish(enrolment=reader.enrolment, own=own, now=now)
    if own is None or done is None or reader.enrolment is None:
        return redirect("cx_courses:course", course=course)
    found = certificates.of_person(by=request.user, enrolments=[reader.enrolment])
    is_framed = getattr(request, "embed", None) is not None
    is_trial = trial_of(request) is not None
    valid = [one for one in found if not one.is_void]
    due = cards.set_counts(enrolments=[reader.enrolment], now=now)
    context = {
        "course": reader.course,
        "enrolment": reader.enrolment,
        "done": done,
        "certificates": valid,
        "is_trial": is_trial,
        "offers": [] if is_trial else [_CERTIFICATE if valid and not is_framed else _KEEP],
        "due_count": due.get(reader.enrolment.pk, 0),
        "more": [
            (one, StepLink(one.steps[0], step_url(plan.key, one.steps[0])))
            for one in plan.modules
            if one.id not in plan.led_modules and one.steps
        ],
    }
    return render(request, "cx_courses/course_complete.html", context)
