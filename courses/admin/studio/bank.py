"""The bank of a course: its questions shown by what they ask, searched, and changed together."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.admin.own import rights_of
from courses.admin.studio.bank_forms import FilterForm, QuestionCard, change_of
from courses.admin.studio.frame import Step, frame
from courses.admin.studio.posted import row_number
from courses.domain.authoring import bank_search, edits, likeness
from courses.domain.authoring.editions import Origin
from courses.domain.rights import Can, rights
from courses.errors import Conflict, Invalid
from courses.models import Course, Edition, Question, QuestionVersion, Tag

TEMPLATES = "admin/cx_courses/studio/"
PER_PAGE = 50


def bank(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the questions that were searched for, or change the chosen ones."""
    course = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    if not (
        rights_of(request).may(Can.READ, course=course)
        and admin.has_view_permission(request, course)
        and request.user.has_perm("cx_courses.view_question")
    ):
        raise PermissionDenied
    if request.method == "POST":
        return _change(admin, request, course)
    form = FilterForm(request.GET, course=course)
    rows = bank_search.find(course=course, query=form.query())
    rows = rows.select_related("module", "objective").prefetch_related("tags")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = frame(
        admin,
        request,
        title=_("Question bank"),
        course=course,
        here="bank",
        crumbs=_crumbs(course),
        form=form,
        page=page,
        cards=_cards(course, page, has_alike=form.query().alike),
        waiting=likeness.count_waiting(course=course) if form.query().alike else 0,
        total=Question.objects.filter(course=course, is_retired=False).count(),
        may_edit=_may_edit(request, course),
        **_addresses(course, form),
    )
    return TemplateResponse(request, f"{TEMPLATES}bank.html", context)


def _crumbs(course: Course) -> list[Step]:
    return [Step(course.title, reverse("admin:cx_courses_course_outline", args=[course.pk]))]


def _may_edit(request: HttpRequest, course: Course) -> bool:
    is_allowed = rights(by=request.user).may_everywhere(Can.EDIT, course=course)
    return is_allowed and request.user.has_perm("cx_courses.change_question")


def _addresses(course: Course, form: FilterForm) -> dict[str, Any]:
    wanted = {name: value for name, value in asdict(form.query()).items() if value}
    new = reverse("admin:cx_courses_question_write")
    tag = Tag.objects.filter(course=course, key=wanted["tag"]).first() if "tag" in wanted else None
    return {
        "tag_url": reverse("admin:cx_courses_tag_editions", args=[tag.pk]) if tag else "",
        "here_url": _url(course),
        "searched": urlencode(wanted),
        "is_searched": bool(wanted),
        "write_url": f"{new}?{urlencode({'course': course.key})}",
    }


def _url(course: Course) -> str:
    return reverse("admin:cx_courses_course_bank", args=[course.pk])


def _cards(course: Course, page: Page[Question], *, has_alike: bool) -> list[QuestionCard]:
    """Return what the page shows of each question; a fixed number of queries."""
    questions: list[Any] = list(page)
    latest = [question.latest_id for question in questions if question.latest_id]
    found = QuestionVersion.objects.filter(pk__in=latest).defer("data")
    versions = {version.question_id: version for version in found}
    uses = bank_search.uses(course=course, questions=questions)
    alike = likeness.like_each(questions=questions) if has_alike else {}
    return [
        QuestionCard(
            question,
            versions.get(question.pk),
            list(uses.get(question.pk, ())),
            alike.get(question.pk, []),
        )
        for question in questions
    ]


def _change(admin: Any, request: HttpRequest, course: Course) -> HttpResponse:
    if not _may_edit(request, course):
        raise PermissionDenied
    do, ids = request.POST.get("do", ""), _chosen(request)
    back = f"{_url(course)}?{request.POST.get('searched', '')}"
    change, missing = change_of(do, request.POST)
    if change is None:
        raise Http404
    if not ids or missing:
        admin.message_user(request, missing or _("Choose questions first."), messages.WARNING)
        return redirect(back)
    is_confirmed = "confirmed" in request.POST
    if do == "retire" and not is_confirmed:
        return _ask(admin, request, course, ids, change)
    try:
        count = edits.change_questions(
            course=course,
            ids=ids,
            change=change,
            is_confirmed=is_confirmed,
            origin=Origin(Edition.Channel.STUDIO, request.user, timezone.now()),
        )
    except Invalid as error:
        text = " ".join(problem.message for problem in error.problems)
        admin.message_user(request, text, messages.ERROR)
        return redirect(back)
    except Conflict:
        return _ask(admin, request, course, ids, change)
    for row in Question.objects.filter(course=course, pk__in=ids):
        admin.log_change(request, row, [{"changed": {"fields": [do]}}])
    text = ngettext("%(count)d question is changed.", "%(count)d questions are changed.", count)
    admin.message_user(request, text % {"count": count})
    return redirect(back)


def _ask(
    admin: Any, request: HttpRequest, course: Course, ids: list[int], change: edits.BulkChange
) -> HttpResponse:
    """Return the page that names the questions and the quizzes that would lack some."""
    rows = Question.objects.filter(course=course, pk__in=ids).order_by("key")
    newest = bank_search.texts(questions=rows)
    sent = [
        (name, value)
        for name, value in request.POST.items()
        if name not in ("csrfmiddlewaretoken", "question")
    ]
    context = frame(
        admin,
        request,
        title=_("Are you sure?"),
        course=course,
        here="bank",
        crumbs=[*_crumbs(course), Step(_("Question bank"), _url(course))],
        texts=edits.starved_by(course=course, ids=ids, change=change),
        rows=[(row.key, newest.get(row.pk, "")) for row in rows],
        ids=ids,
        sent=sent,
        is_retiring=bool(change.is_retired),
        back=f"{_url(course)}?{request.POST.get('searched', '')}",
        here_url=_url(course),
    )
    return TemplateResponse(request, f"{TEMPLATES}bank_confirm.html", context, status=409)


def _chosen(request: HttpRequest) -> list[int]:
    found = request.POST.getlist("question")[:PER_PAGE]
    return [pk for pk in map(row_number, found) if pk is not None]
