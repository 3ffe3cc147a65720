"""The floor: what Django itself costs for the same number of queries and nothing else."""

from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt

from courses.models import Course, Event
from cxcourse import urls as site

_BODY = b"x" * 8192


def read(_request: HttpRequest, queries: int) -> HttpResponse:
    """Read so many rows by primary key."""
    for _number in range(queries):
        Course.objects.only("title").first()
    return HttpResponse(_BODY)


@csrf_exempt
def write(_request: HttpRequest, queries: int) -> HttpResponse:
    """Run one transaction: an insert, an update, and reads for the rest."""
    with transaction.atomic():
        for _number in range(queries - 2):
            Course.objects.only("title").first()
        event = Event.objects.create(type="floor", occurred_at="2026-01-01T00:00:00Z")
        Session.objects.filter(session_key="nobody").update(session_data=str(event.pk))
    return HttpResponse(_BODY)


urlpatterns: list[URLPattern | URLResolver] = [
    path("floor/read/<int:queries>/", read),
    path("floor/write/<int:queries>/", write),
    *site.urlpatterns,
]
handler400, handler403 = site.handler400, site.handler403
handler404, handler500 = site.handler404, site.handler500
