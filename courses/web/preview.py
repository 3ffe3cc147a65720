"""A card of a course that any page may frame: the same for everybody, without a session."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from courses.domain.outline import outline
from courses.models import Course
from courses.web.display import supported_language
from courses.web.embed import framing, inner

_CACHE_CONTROL = "public, max-age=300"


@framing.open_to_all
@require_safe
def card(request: HttpRequest, course: str) -> HttpResponse:
    """Show title, summary and modules in the course's language, if it is published."""
    found = Course.objects.published().filter(key=course).first()
    if found is None:
        raise Http404
    plan = outline(found)
    context = {
        "course": found,
        "outline": plan,
        "seconds_total": plan.minutes * 60,
        "course_url": request.build_absolute_uri(reverse("cx_courses:course", args=[found.key])),
    }
    with translation.override(supported_language(found.language)):
        anonymous = inner.for_anonymous(request, None)
        response = render(anonymous, "cx_courses/preview.html", context)
        response.headers["Content-Language"] = translation.get_language()
    response.headers["Cache-Control"] = _CACHE_CONTROL
    return framing.allow(request, response, framing.EVERYBODY)
