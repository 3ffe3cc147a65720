"""One learner in a course: every attempt with its time line; reopen one, or make it void."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from courses.admin.own import rights_of
from courses.admin.studio.class_frame import ClassDateField
from courses.admin.studio.gradebook_frame import gradebook_page
from courses.admin.studio.gradebook_looks import GradeLooks
from courses.domain import attempts, section_people, timelines, weights
from courses.domain.rights import Can
from courses.errors import CoursesError, Invalid
from courses.models import Attempt, Enrolment

REOPEN, VOID, RESTORE = ACTS = ("reopen", "void", "restore")


class DecisionForm(forms.Form):
    """Why, and for a reopened attempt until when."""

    use_required_attribute = False

    deadline_at = ClassDateField(
        label=gettext_lazy("New deadline"),
        help_text=gettext_lazy("Empty: without a limit of time."),
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
    )


def learner_url(enrolment: Enrolment) -> str:
    """Return the page of a learner's attempts."""
    return reverse("admin:cx_courses_enrolment_learner", args=[enrolment.pk])


def learner(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the attempts of a learner, or decide on one of them."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    enrolment: Enrolment | None = admin.get_object(request, str(pk))
    if enrolment is None or not enrolment.is_learner:
        raise Http404
    may_decide = rights_of(request).may(Can.GRANT, enrolment=enrolment)
    may_decide = may_decide and request.user.has_perm("cx_courses.add_resultoverride")
    if request.method != "POST":
        return _page(admin, request, enrolment, None, None, may_decide=may_decide)
    rows = Attempt.objects.filter(enrolment=enrolment).standalone()
    asked = request.POST.get("attempt", "")
    attempt = rows.filter(uuid=asked).first() if _is_uuid(asked) else None
    if attempt is None or request.POST.get("do") not in ACTS:
        raise Http404
    if not may_decide:
        raise PermissionDenied
    return _decide(admin, request, enrolment, attempt)


def _is_uuid(text: str) -> bool:
    try:
        forms.UUIDField().clean(text)
    except forms.ValidationError:
        return False
    return True


def _decide(
    admin: Any, request: HttpRequest, enrolment: Enrolment, attempt: Attempt
) -> HttpResponse:
    form, now = DecisionForm(request.POST, prefix=str(attempt.uuid)), timezone.now()
    if not form.is_valid():
        return _page(admin, request, enrolment, attempt, form, may_decide=True, status=422)
    do = request.POST["do"]
    try:
        _ACTS[do](attempt, form.cleaned_data, request.user, now)
    except Invalid as error:
        for problem in error.problems:
            form.add_error(problem.path or None, problem.message)
        return _page(admin, request, enrolment, attempt, form, may_decide=True, status=422)
    except CoursesError as error:
        form.add_error(None, str(error))
        return _page(admin, request, enrolment, attempt, form, may_decide=True, status=409)
    admin.log_change(request, attempt, [{"changed": {"fields": [do]}}])
    admin.message_user(request, _DONE[do])
    return redirect(f"{learner_url(enrolment)}#a{attempt.uuid}")


Values = dict[str, Any]


def _reopen(attempt: Attempt, values: Values, by: Any, now: datetime) -> Any:
    return attempts.reopen(attempt=attempt, **values, by=by, now=now)


def _void(attempt: Attempt, values: Values, by: Any, now: datetime) -> Any:
    return attempts.void(attempt=attempt, reason=values["reason"], by=by, now=now)


def _restore(attempt: Attempt, values: Values, by: Any, now: datetime) -> Any:
    return attempts.restore(attempt=attempt, reason=values["reason"], by=by, now=now)


_ACTS: dict[str, Callable[[Attempt, Values, Any, datetime], Any]] = {
    REOPEN: _reopen,
    VOID: _void,
    RESTORE: _restore,
}
_DONE = {
    REOPEN: gettext_lazy(
        "The attempt is open again. The learner finds it on the page of the quiz."
    ),
    VOID: gettext_lazy("The attempt counts nowhere any more."),
    RESTORE: gettext_lazy("The attempt counts again."),
}


def _page(
    admin: Any,
    request: HttpRequest,
    enrolment: Enrolment,
    attempt: Attempt | None,
    sent: DecisionForm | None,
    *,
    may_decide: bool,
    status: int = 200,
) -> HttpResponse:
    weights.add_missing_columns(course=enrolment.course)
    quizzes, looks = timelines.timeline(enrolment=enrolment), GradeLooks()
    forms_by_attempt = {
        line.attempt.pk: DecisionForm(prefix=str(line.attempt.uuid))
        for quiz in quizzes
        for line in quiz.attempts
    }
    if attempt is not None and sent is not None:
        forms_by_attempt[attempt.pk] = sent
    return gradebook_page(
        admin,
        request,
        "learner.html",
        enrolment.course,
        title=section_people.name_of(user=enrolment.user),
        status=status,
        enrolment=enrolment,
        quizzes=[
            (
                quiz,
                looks.mark(quiz.cell),
                [(line, forms_by_attempt[line.attempt.pk]) for line in quiz.attempts],
            )
            for quiz in quizzes
        ],
        may_decide=may_decide,
        asked=attempt,
    )
