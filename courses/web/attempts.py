"""The attempt: work in it, save, flag, hand in. Scripts get JSON, forms get pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.domain import attempts, review
from courses.errors import Closed, Conflict
from courses.storable import judges_texts
from courses.web import attempt_form, attempt_items, offline
from courses.web.clock import now_of
from courses.web.errors import handles_errors, problem, wants_json
from courses.web.raw import based_on, raw_response
from courses.web.readers import attempt_of, own_attempt, trial_of

View = Callable[..., HttpResponse]


def needs_sign_in(view: View) -> View:
    """Send a person who is signed out to the sign-in page; answer a script with a 401.

    The sent form is stored until they have signed in.
    """

    @wraps(view)
    def inner(request: HttpRequest, uuid: UUID, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, uuid, **kwargs)
        if wants_json(request):
            body = {"code": "signed_out", "message": _("You are signed out.")}
            return JsonResponse(body, status=401)
        attempt_form.store_unsent(request, uuid)
        return redirect_to_login(reverse("cx_courses:attempt", args=[uuid]))

    return never_cache(inner)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_sign_in
@handles_errors
@judges_texts
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show the questions. A POST saves all of them at once, for browsers without scripts."""
    now = now_of(request)
    sent = attempt_form.sent(request, uuid)
    if sent is not None:
        attempt = own_attempt(request, uuid)
        return attempt_form.save_page(request, attempt, sent=sent, now=now)
    attempt = attempt_of(request, uuid)
    shown = attempts.attempt_page(attempt=attempt, by=request.user, now=now)
    if not shown.is_open:
        return redirect("cx_courses:review", uuid=uuid)
    response = attempt_form.show(request, shown)
    if shown.attempt.policy.get("shuts_course"):
        offline.forget(response)
    return response


@require_POST
@needs_sign_in
@handles_errors
@judges_texts
def save(request: HttpRequest, uuid: UUID, position: int) -> HttpResponse:
    """Store the response to one question; for scripts."""
    prefix = f"i{position}-"
    try:
        saved = attempts.save_own(
            uuid=uuid,
            trial=trial_of(request),
            position=position,
            raw=raw_response(request.POST, prefix),
            based_on=based_on(request.POST, prefix),
            by=request.user,
            now=now_of(request),
            idempotency_key=request.POST.get("key") or None,
            is_clear="clear" in request.POST,
        )
    except (attempts.StaleRevision, attempts.BlankRefused) as conflict:
        item = conflict.details["item"]
        stored = attempt_items.stored_html(request, item.attempt, item)
        return problem(conflict, revision=conflict.details["revision"], html=stored)
    except Closed as closed:
        return problem(closed, is_only_item=own_attempt(request, uuid).is_open)
    if not wants_json(request):
        return redirect(reverse("cx_courses:attempt", args=[uuid]) + f"#item-{position}")
    return JsonResponse(attempt_items.saved_json(request, saved.item.attempt, saved))


@require_POST
@needs_sign_in
@handles_errors
def flag(request: HttpRequest, uuid: UUID, position: int) -> HttpResponse:
    """Flag a question for later, or remove the flag."""
    item = attempts.flag(
        attempt=own_attempt(request, uuid),
        position=position,
        is_flagged=request.POST.get("flagged", "1") == "1",
        now=now_of(request),
    )
    if not wants_json(request):
        return redirect(reverse("cx_courses:attempt", args=[uuid]) + f"#item-{position}")
    return JsonResponse({"position": position, "is_flagged": item.is_flagged})


@require_http_methods(["GET", "HEAD", "POST"])
@needs_sign_in
@handles_errors
def submit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask to confirm the hand-in and name what is not answered; a POST hands the attempt in."""
    attempt = own_attempt(request, uuid)
    now = now_of(request)
    if request.method == "POST":
        attempts.submit(attempt=attempt, by=request.user, now=now)
        return redirect("cx_courses:review", uuid=uuid)
    shown = attempts.attempt_page(attempt=attempt, by=request.user, now=now)
    if not shown.is_open:
        return redirect("cx_courses:review", uuid=uuid)
    context = {"page": shown, "attempt": shown.attempt, "course": shown.course}
    return render(request, "cx_courses/submit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_sign_in
@handles_errors
def give_up(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask to confirm that no further attempt will begin; a POST gives up those that are left."""
    attempt = own_attempt(request, uuid)
    now = now_of(request)
    if request.method == "POST":
        try:
            attempts.give_up(attempt=attempt, by=request.user, now=now)
        except Conflict as refusal:
            messages.warning(request, str(refusal.message))
        return redirect("cx_courses:review", uuid=uuid)
    if attempt.is_open:
        return redirect("cx_courses:attempt", uuid=uuid)
    page = review.review(attempt=attempt, by=request.user, now=now)
    if not page.may_give_up:
        return redirect("cx_courses:review", uuid=uuid)
    context = {"page": page, "attempt": attempt, "course": page.course}
    return render(request, "cx_courses/give_up.html", context)
