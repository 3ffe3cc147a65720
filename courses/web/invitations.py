"""The page behind an invitation: who is signed in joins the class."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.domain import invitations
from courses.web import readers
from courses.web.errors import handles_errors


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@handles_errors
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show to what somebody is invited, or take them into the class."""
    now = timezone.now()
    if request.method == "POST":
        enrolment = invitations.accept(text=token, by=request.user, now=now)
        readers.choose(request, enrolment)
        messages.success(request, _("You are enrolled."))
        return redirect("cx_courses:course", course=enrolment.course.key)
    found = invitations.find(text=token, by=request.user, now=now)
    context = {"invitation": found, "course": found.section.course, "section": found.section}
    return render(request, "cx_courses/join.html", context)
