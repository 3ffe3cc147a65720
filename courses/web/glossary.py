"""The words of a course."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.domain import access, glossary
from courses.models import Term
from courses.web.errors import handles_errors
from courses.web.links import PIN

_LONGEST_QUERY = 100


@require_safe
@handles_errors
def terms(request: HttpRequest, course: str) -> HttpResponse:
    reader = access.reader(course_key=course, by=request.user)
    query = request.GET.get("q", "").strip()[:_LONGEST_QUERY]
    pin = request.GET.get(PIN, "")
    if pin:
        found, pinned = glossary.terms_with_pinned(reader=reader, pin=pin)
    else:
        found, pinned = glossary.terms(reader=reader, query=query), ""
    context = {
        "course": reader.course,
        "query": query,
        "pinned": pinned,
        "count": len(found),
        "letters": [(letter, list(group)) for letter, group in groupby(found, key=_letter)],
    }
    return render(request, "courses/glossary.html", context)


def _letter(term: Term) -> str:
    first = term.term[:1].upper()
    return first if first.isalpha() else "#"
