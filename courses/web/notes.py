"""A learner's notes: the form at a paragraph, its deletion, and all of a course, also as a file."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.domain import notes
from courses.domain.notes import StaleNote
from courses.errors import Conflict, CoursesError, Invalid, NotFound, TooMuch
from courses.models.note import LONGEST
from courses.storable import judges_texts
from courses.web import fragments, unsent
from courses.web.clock import now_of
from courses.web.errors import handles_errors, status_of
from courses.web.note_marks import note_html
from courses.web.raw import based_on
from courses.web.readers import reader_of

FROM, LIST = "from", "notes"
"""`?from=notes`: one came from the page with all notes, and goes back to it."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@handles_errors
@judges_texts
def page(request: HttpRequest, course: str, lesson: str, place: str) -> HttpResponse:
    """Show the form for the note at a paragraph; a POST saves it."""
    here = reverse("cx_courses:lesson-note", args=[course, lesson, place])
    if not request.user.is_authenticated:
        if request.method == "POST" and not fragments.is_asked_for(request):
            unsent.store(request, here)
        return redirect_to_login(here)
    reader = reader_of(request, course)
    where: dict[str, Any] = {"reader": reader, "lesson_key": lesson, "place": place}
    if request.method != "POST":
        waiting = unsent.take(request, here)
        return _form(request, where, text=waiting[0].get("text") if waiting else None)
    text = request.POST.get("text", "")
    try:
        saved = notes.save(
            **where, text=text, based_on=based_on(request.POST, ""), now=now_of(request)
        )
    except (Conflict, Invalid, NotFound, TooMuch) as error:
        return _form(request, where, text=text, error=error)
    if fragments.is_asked_for(request):
        one = notes.placed(reader=reader, note=saved.note)
        html = note_html(request, course=reader.course, lesson_key=lesson, one=one)
        return HttpResponse(html, headers={fragments.HEADER: "note"})
    done = _("Your bookmark is set.") if saved.note.is_bookmark else _("Your note is saved.")
    messages.success(request, done)
    return redirect(_back(request, where))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@handles_errors
def delete(request: HttpRequest, course: str, lesson: str, place: str) -> HttpResponse:
    """Ask whether the note is to be deleted; a POST deletes it."""
    where: dict[str, Any] = {
        "reader": reader_of(request, course),
        "lesson_key": lesson,
        "place": place,
    }
    error = None
    if request.method == "POST":
        try:
            notes.delete(**where, based_on=based_on(request.POST, ""))
        except StaleNote as refusal:
            error = refusal
        else:
            if fragments.is_asked_for(request):
                return HttpResponse(status=204)
            messages.success(request, _("It is deleted."))
            return redirect(_back(request, where))
    note, quote = notes.find(**where)
    if note is None:
        return redirect(_back(request, where))
    context = {"note": note, "quote": quote, "error": error and str(error.message)}
    return _answer(request, "delete", where, context, error)


@never_cache
@login_required
@require_safe
@handles_errors
def overview(request: HttpRequest, course: str) -> HttpResponse:
    """Show all notes and bookmarks of the learner in the course."""
    reader = reader_of(request, course)
    context = {
        "course": reader.course,
        "course_key": reader.course.key,
        "lessons": notes.by_lesson(reader=reader),
    }
    return render(request, "cx_courses/notes.html", context)


@never_cache
@login_required
@require_safe
@handles_errors
def file(request: HttpRequest, course: str) -> HttpResponse:
    """Return the notes and bookmarks as a file of Markdown."""
    reader = reader_of(request, course)
    context = {"course": reader.course, "lessons": notes.by_lesson(reader=reader)}
    text = render_to_string("cx_courses/notes/notes.txt", context, request)
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    name = f"{reader.course.key}-notes.md"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _form(
    request: HttpRequest,
    where: dict[str, Any],
    *,
    text: str | None = None,
    error: CoursesError | None = None,
) -> HttpResponse:
    """Show the form, with what was typed; beside it what is stored, where that is another text."""
    try:
        note, quote = notes.find(**where)
    except NotFound:  # The lesson was edited while somebody was typing.
        if not text:
            raise
        note, quote = None, ""
    problems = getattr(error, "problems", ())
    context = {
        "note": note,
        "quote": quote,
        "text": text if text is not None else (note.text if note else ""),
        "based_on": note.revision if note else 0,
        "stored": note if isinstance(error, StaleNote) else None,
        "longest": LONGEST,
        "error": error and str(problems[0].message if problems else error.message),
    }
    return _answer(request, "form", where, context, error)


def _answer(
    request: HttpRequest,
    name: str,
    where: dict[str, Any],
    context: dict[str, Any],
    error: CoursesError | None,
) -> HttpResponse:
    """Answer with the form alone for a script, else with its page."""
    context |= {"back": _back(request, where)}
    if fragments.is_asked_for(request):
        response = _fragment(request, name, where, context)
    else:
        context |= {"part": f"cx_courses/notes/{name}.html", **_names(where)}
        response = render(request, "cx_courses/note.html", context)
    response.status_code = 200 if error is None else status_of(error)
    return response


def _fragment(
    request: HttpRequest, name: str, where: dict[str, Any], context: dict[str, Any]
) -> HttpResponse:
    response = render(request, f"cx_courses/notes/{name}.html", {**context, **_names(where)})
    response.headers[fragments.HEADER] = name
    return response


def _names(where: dict[str, Any]) -> dict[str, Any]:
    course = where["reader"].course
    return {
        "course": course,
        "course_key": course.key,
        "lesson_key": where["lesson_key"],
        "place": where["place"],
    }


def _back(request: HttpRequest, where: dict[str, Any]) -> str:
    """Return where one came from: all notes, or the paragraph in its lesson."""
    course, lesson, place = where["reader"].course.key, where["lesson_key"], where["place"]
    if request.GET.get(FROM) == LIST:
        return reverse("cx_courses:notes", args=[course])
    return reverse("cx_courses:lesson", args=[course, lesson]) + f"#{place}"
