"""My learning in one course: what changed, what is mastered, and the journal, also as a file."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.domain import learning
from courses.web.clock import now_of
from courses.web.errors import handles_errors
from courses.web.mastery_line import MasteryLine
from courses.web.page_numbers import page_number
from courses.web.readers import reader_of
from courses.web.up_next import NextStep


@never_cache
@login_required
@require_safe
@handles_errors
def page(request: HttpRequest, course: str) -> HttpResponse:
    """Show what the learner has from the course so far."""
    found = learning.learning(
        reader=reader_of(request, course),
        now=now_of(request),
        attempts_page=page_number(request, "attempts"),
        journal_page=page_number(request, "journal"),
    )
    context = {
        "page": found,
        "course": found.course,
        "course_key": found.course.key,
        "up_next": NextStep(found.own),
        "mastery": [
            (
                module,
                sum(row.is_met for row in rows),
                [(row, MasteryLine(row.days)) for row in rows],
            )
            for module, rows in found.mastery
        ],
    }
    return render(request, "cx_courses/learning.html", context)


@never_cache
@login_required
@require_safe
@handles_errors
def journal(request: HttpRequest, course: str) -> HttpResponse:
    """Return the learner's own texts as a file of Markdown."""
    reader = reader_of(request, course)
    context = {"course": reader.course, "entries": learning.own_texts(reader=reader)}
    text = render_to_string("cx_courses/learning/journal.txt", context, request)
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    name = f"{reader.course.key}-journal.md"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
