"""The words of a course."""

from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses import collation
from courses.domain import glossary
from courses.domain.outline import LessonOutline, outline
from courses.models import Term
from courses.web.errors import handles_errors
from courses.web.links import FROM, PIN
from courses.web.readers import reader_of


@dataclass(frozen=True)
class TermEntry:
    """A term and the lesson that teaches it."""

    term: Term
    lesson: LessonOutline | None


@require_safe
@handles_errors
def terms(request: HttpRequest, course: str) -> HttpResponse:
    reader = reader_of(request, course)
    query = request.GET.get("q", "").strip()
    pin = request.GET.get(PIN, "")
    if pin:
        found, pinned = glossary.terms_with_pinned(reader=reader, pin=pin)
    else:
        found, pinned = glossary.terms(reader=reader, query=query), ""
    taught = glossary.taught_in(reader=reader)
    language = reader.course.language

    def letter(entry: TermEntry) -> str:
        """Return the letter of an entry; "" for a search, whose hits are one list."""
        return "" if query else collation.initial(entry.term.term, language)

    entries = [TermEntry(term, taught.get(term.key)) for term in found]
    plan, came_from = outline(reader.course), request.GET.get(FROM, "")
    context = {
        "came_from": plan.lesson(came_from) if plan.has_lesson(came_from) else None,
        "course": reader.course,
        "query": query,
        "pinned": pinned,
        "count": len(found),
        "letters": [(letter, list(group)) for letter, group in groupby(entries, key=letter)],
    }
    return render(request, "cx_courses/glossary.html", context)
