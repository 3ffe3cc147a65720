"""The page of a lesson: its text, and its checks answered in place."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses import figures
from courses.domain import access, lessons
from courses.domain.item_views import ItemView
from courses.domain.lessons.checks import field_prefix
from courses.domain.outline import outline
from courses.errors import Conflict, Invalid, TooMuch
from courses.storable import judges_texts
from courses.templatetags.courses_edit import may_edit
from courses.web import fragments, offline, unsent
from courses.web.clock import now_of
from courses.web.display import supported_language
from courses.web.errors import handles_errors, status_of
from courses.web.fragments import RefusedResponse
from courses.web.lesson_place import LessonPlace
from courses.web.links import PageLinks, links_of, resolved
from courses.web.note_marks import NoteMarks, marks_of
from courses.web.raw import based_on, raw_response
from courses.web.readers import reader_of
from courses.web.unsent import back_to
from courses.web.up_next import progress_of, rail


@dataclass(frozen=True)
class PageSegment:
    """A segment of the lesson on its page: text with its addresses, or a check and its number."""

    html: str = ""
    check: ItemView | None = None
    number: int = 0
    error: str = ""
    links: PageLinks | None = None

    @property
    def is_untouched(self) -> bool:
        """Whether the check is as every learner meets it: nothing was ever sent to it."""
        return self.check is not None and not (self.check.revision or self.error)


@dataclass(frozen=True)
class Figure:
    """A kind of live figure in the lesson: its module, and where its words are if it has any."""

    key: str
    module: str

    @property
    def words(self) -> list[str]:
        return [f"cx_courses/figures/{self.key}.html", "cx_courses/figures/wordless.html"]


@require_safe
@handles_errors
def lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    try:
        reader = reader_of(request, course)
    except access.NotEnrolled:
        reader = access.sample_reader(course_key=course, lesson_key=lesson, by=request.user)
    place = reverse("cx_courses:lesson", args=[course, lesson])
    return _show(request, reader, lesson, unsent.taken(request, place))


@require_POST
@back_to("cx_courses:lesson")
@handles_errors
@judges_texts
def check(request: HttpRequest, course: str, lesson: str, question: str) -> HttpResponse:
    """Judge a response to a check: the check again as a fragment, or the lesson at that place."""
    reader = reader_of(request, course)
    if not _is_for(reader, request.POST.get("enrolment")):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    prefix = field_prefix(question)
    raw = raw_response(request.POST, prefix)
    try:
        result = lessons.respond(
            reader=reader,
            lesson_key=lesson,
            question_key=question,
            raw=raw,
            based_on=based_on(request.POST, prefix),
            by=request.user,
            now=now_of(request),
            idempotency_key=request.POST.get("key") or None,
        )
    except (Conflict, Invalid, TooMuch) as error:
        if fragments.is_asked_for(request):
            return fragments.refused(request, error)
        return _show(request, reader, lesson, RefusedResponse(question, error, raw))
    if fragments.is_asked_for(request):
        return _fragment(request, reader, lesson, result)
    if result.is_lesson_completed:
        messages.success(request, _("This lesson is complete."))
    return redirect(_place(course, lesson, question))


def _is_for(reader: access.Reader, enrolment: str | None) -> bool:
    """Return whether this person's page sent the response; a script says whose page it was."""
    return enrolment is None or str(reader.enrolled().uuid) == enrolment


@require_POST
@handles_errors
def visit(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Store that the reader is here, and at which heading when the script sends it."""
    lessons.visit(
        reader=reader_of(request, course),
        lesson_key=lesson,
        position=request.POST.get("position"),
        now=now_of(request),
    )
    return HttpResponse(status=204)


@require_POST
@handles_errors
def confirm(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Complete a lesson that is complete when the learner confirms it."""
    reader = reader_of(request, course)
    lessons.confirm(reader=reader, lesson_key=lesson, by=request.user, now=now_of(request))
    messages.success(request, _("This lesson is complete."))
    return redirect("cx_courses:lesson", course=course, lesson=lesson)


@require_POST
@handles_errors
def again(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Begin the checks of the lesson afresh."""
    reader = reader_of(request, course)
    lessons.practise_again(reader=reader, lesson_key=lesson, by=request.user, now=now_of(request))
    messages.info(
        request,
        _("You can now answer the checks of this lesson again. Your earlier responses are kept."),
    )
    return redirect("cx_courses:lesson", course=course, lesson=lesson)


def _show(
    request: HttpRequest,
    reader: access.Reader,
    lesson_key: str,
    refused: RefusedResponse | None = None,
) -> HttpResponse:
    """Return the lesson's page; where input was refused, it is in its fields again."""
    plan = outline(reader.course)
    own = progress_of(reader.enrolment, plan, now_of(request))
    page = lessons.open_lesson(reader=reader, lesson_key=lesson_key, own=own)
    is_sample = reader.enrolment is None and not reader.is_author
    beside = rail(outline=plan, here=page.lesson, own=own, is_linked=not is_sample)
    links = PageLinks(reader.course.key, page.module.key, lesson_key=lesson_key)
    keeps = refused is None and offline.may_keep(request, reader)
    is_writing = "notes" in request.GET
    marks = marks_of(request=request, reader=reader, page=page, is_writing=is_writing)
    context = {
        "page": page,
        "place": LessonPlace(page.lesson, page.module, page.outline_key),
        "rail": beside,
        "up_next": beside and beside.up_next,
        "course": reader.course,
        "course_key": reader.course.key,
        "lesson_key": lesson_key,
        "segments": _segments(page, links, refused, marks),
        "notes": marks,
        "figures": _figures(page),
        "figure_language": supported_language(reader.course.language),
        "check_count": page.checks_total,
        "keeps": keeps,
        "enrolment_uuid": reader.enrolment and reader.enrolment.uuid,
        "is_sample": is_sample,
        "may_edit": may_edit({"request": request, "course": reader.course}),
    }
    status = status_of(refused.error) if refused and request.method == "POST" else None
    response = render(request, "cx_courses/lesson.html", context, status=status)
    if keeps:
        response.headers[offline.KEEP] = "lesson"
    return response


def _segments(
    page: lessons.LessonPage,
    links: PageLinks,
    refused: RefusedResponse | None,
    marks: NoteMarks,
) -> list[PageSegment]:
    shown: list[PageSegment] = []
    number = 0
    for segment in page.segments:
        if segment.check is None:
            shown.append(PageSegment(html=marks.put(resolved(segment.html, links))))
            continue
        number += 1
        check = _check(segment.check, number, refused)
        shown.append(replace(check, links=links_of(segment.check, course_key=links.course_key)))
    return shown


def _check(view: ItemView, number: int, refused: RefusedResponse | None) -> PageSegment:
    if refused is None or refused.question != view.question_key:
        return PageSegment(check=view, number=number)
    if view.can_respond:
        view = view.refilled(refused.raw)
    return PageSegment(check=view, number=number, error=str(refused.error.message))


def _figures(page: lessons.LessonPage) -> list[Figure]:
    """Return what the page loads for its live figures; a kind without a module stays a picture."""
    modules = figures.modules()
    keys = page.row.rendered.get("figures", [])
    return [Figure(key, modules[key]) for key in keys if key in modules]


def _place(course: str, lesson: str, question: str) -> str:
    return reverse("cx_courses:lesson", args=[course, lesson]) + f"#check-{question}"


def _fragment(
    request: HttpRequest, reader: access.Reader, lesson_key: str, result: lessons.LessonResponse
) -> HttpResponse:
    context = {
        "view": result.view,
        "links": links_of(result.view, course_key=reader.course.key),
        "number": result.view.position,
        "check_count": outline(reader.course).lesson(lesson_key).check_count,
        "course": reader.course,
        "course_key": reader.course.key,
        "lesson_key": lesson_key,
        "is_lesson_completed": result.is_lesson_completed,
    }
    return fragments.rendered(request, "cx_courses/lesson/check.html", context)
