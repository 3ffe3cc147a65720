"""One learner in a course: every attempt at each graded quiz."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from courses.admin.studio.gradebook_frame import gradebook_page
from courses.domain import section_people
from courses.models import Enrolment


def learner_url(enrolment: Enrolment) -> str:
    """Return the page of a learner's attempts."""
    return reverse("admin:cx_courses_enrolment_learner", args=[enrolment.pk])


def learner(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the attempts of a learner."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    enrolment: Enrolment | None = admin.get_object(request, str(pk))
    if enrolment is None or not enrolment.is_learner or request.method == "POST":
        raise Http404
    name = section_people.name_of(user=enrolment.user)
    return gradebook_page(
        admin, request, "learner.html", enrolment.course, title=name, enrolment=enrolment
    )
