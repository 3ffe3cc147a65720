"""Looking back at an attempt: why each response was right or wrong, and where to go from there."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.domain import access
from courses.domain import review as reviewing
from courses.web.attempt_items import row
from courses.web.errors import handles_errors


@never_cache
@login_required
@require_safe
@handles_errors
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The review, as far as the quiz's policy shows it now; an open attempt goes on instead."""
    attempt = access.attempt(uuid=uuid, by=request.user)
    if attempt.is_open:
        return redirect("courses:attempt", uuid=uuid)
    shown = reviewing.review(attempt=attempt, by=request.user, now=timezone.now())
    context = {
        "page": shown,
        "attempt": shown.attempt,
        "course": shown.course,
        "rows": [row(view, shown.course) for view in shown.items],
        "more": shown.more,
        "is_own": attempt.enrolment.user_id == request.user.pk,
    }
    return render(request, "courses/review.html", context)
