"""The page on which a question is written: the form of its type, what it is about, a preview.

The whole form is posted whatever button is pressed. Those for rows and for the preview only show
it again; nothing is stored until it is saved.
"""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.admin.studio.correcting import may_correct
from courses.admin.studio.draft import PUBLISH, Draft
from courses.admin.studio.frame import Step, frame
from courses.admin.studio.publishing import act, shared_text
from courses.admin.studio.returning import to_editor
from courses.admin.studio.shown_draft import ShownDraft
from courses.admin.studio.working_copy import DraftOfPage
from courses.domain.authoring import edits
from courses.domain.authoring.working_copies import Thing
from courses.domain.regrading import left_behind
from courses.domain.rights import Can, rights
from courses.errors import NotFound
from courses.models import Course, Question
from courses.questions import registry
from courses.questions.base import QuestionType

TEMPLATES = "admin/cx_courses/studio/"


def write(admin: Any, request: HttpRequest) -> HttpResponse:
    """Write a new question: first its course and type are chosen, then its content."""
    if not (admin.has_add_permission(request) and _may_write_versions(request)):
        raise PermissionDenied
    courses = rights(by=request.user).whole_courses(Can.EDIT).order_by("title")
    course = _named(courses, request.GET.get("course", ""))
    if course is None:
        context = frame(admin, request, title=_("Which course is it for?"), courses=courses)
        return TemplateResponse(request, f"{TEMPLATES}choose_course.html", context)
    kind = registry.all_types().get(request.GET.get("type", ""))
    if kind is None:
        return _choose_type(admin, request, course)
    page = DraftOfPage(request, thing=Thing(course, "question", type=kind.key))
    return page.handle() or _show_or_save(
        admin, request, ShownDraft(request, page=page, course=course, kind=kind)
    )


def edit(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Return the latest version of a question, to continue from."""
    question = admin.get_object(request, str(pk))
    if question is None:
        raise Http404
    course = question.course
    may_edit = rights(by=request.user).may_everywhere(Can.EDIT, course=course)
    if not (
        may_edit and admin.has_change_permission(request, question) and _may_write_versions(request)
    ):
        raise PermissionDenied
    latest = edits.latest_version(question=question)
    try:
        kind = registry.get(latest.type if latest else request.GET.get("type", ""))
    except NotFound:
        return _choose_type(admin, request, course) if latest is None else _unknown(question)
    thing = Thing(course, "question", question.key, kind.key)
    page = DraftOfPage(request, thing=thing, row=question)
    return page.handle() or _show_or_save(
        admin,
        request,
        ShownDraft(request, page=page, course=course, kind=kind, question=question, latest=latest),
    )


def review(admin: Any, request: HttpRequest, page: DraftOfPage) -> HttpResponse:
    """Show what a program proposes in the place of a person's own draft."""
    try:
        kind = registry.get(page.thing.type)
    except NotFound as error:
        raise Http404 from error
    question = page.row
    draft = ShownDraft(
        request,
        page=page,
        course=page.thing.course,
        kind=kind,
        question=question,
        latest=edits.latest_version(question=question) if question else None,
    )
    return page.handle() or _show_or_save(admin, request, draft)


def _may_write_versions(request: HttpRequest) -> bool:
    return request.user.has_perm("cx_courses.add_questionversion")


def _unknown(question: Question) -> HttpResponse:
    """Its type is not registered here: the record can be looked at."""
    return redirect("admin:cx_courses_question_change", question.pk)


def _named(courses: Any, key: str) -> Course | None:
    """Return the course that is named, or the only one."""
    if key:
        found: Course = get_object_or_404(courses, key=key)
        return found
    few = list(courses[:2])
    return few[0] if len(few) == 1 else None


def _choose_type(admin: Any, request: HttpRequest, course: Course) -> HttpResponse:
    named = {"course": course.key}
    if "module" in request.GET:
        named["module"] = request.GET["module"]
    kinds = [
        {"kind": kind, "url": f"?{urlencode({**named, 'type': kind.key})}"}
        for kind in registry.all_types().values()
    ]
    context = frame(
        admin,
        request,
        title=_("What kind of question?"),
        course=course,
        kinds=kinds,
        crumbs=_crumbs(course),
    )
    return TemplateResponse(request, f"{TEMPLATES}choose_type.html", context)


def _crumbs(course: Course) -> list[Step]:
    bank = reverse("admin:cx_courses_course_bank", args=[course.pk])
    outline = reverse("admin:cx_courses_course_outline", args=[course.pk])
    return [Step(course.title, outline), Step(_("Question bank"), bank)]


def _show_or_save(admin: Any, request: HttpRequest, draft: ShownDraft) -> HttpResponse:
    if draft.wants_saving:
        saved = _act(admin, request, draft)
        if saved is not None:
            return saved
    draft.point_at_error()
    kind: QuestionType[Any] = draft.kind
    title = draft.question.key if draft.question else _("New question")
    context = frame(
        admin,
        request,
        title=title,
        course=draft.course,
        crumbs=_crumbs(draft.course),
        kind=kind,
        draft=draft,
        page=draft.page,
        links=draft.links,
        **_corrections(request, draft),
    )
    return TemplateResponse(request, f"{TEMPLATES}question.html", context)


def _corrections(request: HttpRequest, draft: ShownDraft) -> dict[str, Any]:
    """Return what the page needs to lead to a correction of results."""
    if draft.question is None or not may_correct(request, draft.course):
        return {}
    return {
        "may_correct": left_behind.is_held(question=draft.question),
        "stale": left_behind.of_question(question=draft.question),
    }


def _act(admin: Any, request: HttpRequest, draft: Draft) -> HttpResponse | None:
    name = draft.question.key if draft.question else str(_("New question"))
    here = Step(name, request.get_full_path())

    def done(question: Question) -> HttpResponse:
        return _published(admin, request, draft, question)

    return act(
        admin,
        request,
        draft,
        done=done,
        course=draft.course,
        crumbs=[*_crumbs(draft.course), here],
        name=name,
        verb=PUBLISH,
    )


def _published(admin: Any, request: HttpRequest, draft: Draft, question: Question) -> HttpResponse:
    fields = [{"changed": {"fields": [_("question")]}}] if draft.question else [{"added": {}}]
    log = admin.log_change if draft.question else admin.log_addition
    log(request, question, fields)
    is_ready = draft.is_ready
    text = (
        _("“%(title)s” is published. Learners get it from their next attempt on.")
        if is_ready
        else shared_text()
    )
    admin.message_user(request, text % {"title": question.key})
    saved = {"saved": draft.page.tab} if draft.page.tab else {}
    if draft.writes_another:
        again = {
            "course": draft.course.key,
            "type": draft.kind.key,
            "module": draft.module_key,
            **saved,
        }
        return redirect(f"{reverse('admin:cx_courses_question_write')}?{urlencode(again)}")
    return to_editor(request, "question_edit", question.pk, **saved)
