"""Quick entry: pasted lines become cards, which are accepted as drafts or opened in the editor."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.admin.studio.about import AboutForm
from courses.admin.studio.frame import Step, frame
from courses.admin.studio.posted import clean_text
from courses.coursefiles.records import record_of
from courses.coursefiles.schema import QuestionFile
from courses.domain.authoring import edits, likeness
from courses.domain.authoring.editions import Origin
from courses.domain.authoring.likeness import Likeness
from courses.domain.authoring.wording import plain_text
from courses.domain.rights import Can, rights
from courses.errors import CoursesError, Problem
from courses.models import Course, Edition, Question
from courses.questions import forms
from courses.questions.found import FoundQuestion
from courses.questions.quick_entry import read_questions, with_reason, without_lines

TEXT_LIMIT = 200_000
REASON_LIMIT = 1_000
PLACED = ("module", "objective", "bloom", "difficulty", "tags")


@dataclass(frozen=True)
class QuickCard:
    """One question that was found, with what is wrong with it in words."""

    number: int
    found: FoundQuestion
    problems: tuple[str, ...]
    alike: tuple[Likeness, ...] = ()
    """Questions of the bank that are nearly the same."""

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What the editor starts from."""
        return list(forms.fill(self.found.type, self.found.value).items())


def quick(admin: Any, request: HttpRequest) -> HttpResponse:
    """Read pasted lines; `accept:<number>` and `accept:all` keep those that are complete."""
    if not (
        admin.has_add_permission(request)
        and request.user.has_perm("cx_courses.add_questionversion")
    ):
        raise PermissionDenied
    courses = rights(by=request.user).whole_courses(Can.EDIT).order_by("title")
    keys = request.GET.get("course", "")
    few = list(courses[:2])
    if not keys and len(few) != 1:
        context = frame(admin, request, title=_("Which course is it for?"), courses=courses)
        template = "admin/cx_courses/studio/choose_course.html"
        return TemplateResponse(request, template, context)
    course = get_object_or_404(courses, key=keys) if keys else few[0]
    return _page(admin, request, course)


def _page(admin: Any, request: HttpRequest, course: Course) -> HttpResponse:
    text = clean_text(request.POST.get("text", ""))[:TEXT_LIMIT]
    reason = clean_text(request.POST.get("reason", ""))[:REASON_LIMIT].strip()
    is_sent = request.method == "POST"
    about = AboutForm(request.POST if is_sent else None, course=course, question=None)
    cards = _cards(course, text, reason)
    verb, _colon, which = request.POST.get("do", "").partition(":")
    if verb == "accept" and about.is_valid():
        chosen = [card for card in cards if which in ("all", str(card.number))]
        found = [card.found for card in chosen if not card.problems]
        if _accept(admin, request, about, found):
            text = without_lines(text, found)
        cards = _cards(course, text, reason)
    bank = reverse("admin:cx_courses_course_bank", args=[course.pk])
    outline = reverse("admin:cx_courses_course_outline", args=[course.pk])
    context = frame(
        admin,
        request,
        title=_("Quick entry"),
        course=course,
        crumbs=[Step(course.title, outline), Step(_("Question bank"), bank)],
        text=text,
        reason=reason,
        losses=sum(bool(card.found.losses) for card in cards),
        cards=cards,
        complete=sum(not card.problems for card in cards),
        about=about,
        place_fields=[about[name] for name in PLACED],
        write=reverse("admin:cx_courses_question_write"),
    )
    return TemplateResponse(request, "admin/cx_courses/studio/quick.html", context)


def _cards(course: Course, text: str, reason: str) -> list[QuickCard]:
    found = [with_reason(one, reason) for one in read_questions(text)]
    texts = [plain_text(one.value) for one in found]
    alike = likeness.like_texts(course=course, texts=texts)
    return [
        QuickCard(
            number, one, tuple(_in_words(one, problem) for problem in one.problems), tuple(like)
        )
        for number, (one, like) in enumerate(zip(found, alike, strict=True), 1)
    ]


def _in_words(found: FoundQuestion, problem: Problem) -> str:
    where = forms.words(found.type, problem.path)
    return f"{where}: {problem.message}" if where else problem.message


def _accept(admin: Any, request: HttpRequest, about: AboutForm, found: list[FoundQuestion]) -> bool:
    """Store them as drafts, or say why not and return False."""
    try:
        with transaction.atomic():
            rows = [_stored(request, about, one) for one in found]
    except CoursesError as error:
        admin.message_user(request, str(error.message), "ERROR")
        return False
    for row in rows:
        admin.log_addition(request, row, [{"added": {}}])
    if rows:
        names = ", ".join(row.key for row in rows)
        said = ngettext(
            "%(count)d question is shared as a draft: %(names)s.",
            "%(count)d questions are shared as drafts: %(names)s.",
            len(rows),
        )
        admin.message_user(request, said % {"count": len(rows), "names": names})
    return True


def _stored(request: HttpRequest, about: AboutForm, found: FoundQuestion) -> Question:
    values = {name: about.cleaned_data.get(name) for name in PLACED if name != "module"}
    record = record_of(
        QuestionFile,
        {**values, "type": found.type.key, "data": found.value},
        key=edits.free_question_key(course=about.course, text=found.name or found.item.prompt),
        status="draft",
    )
    module = str(about.cleaned_data.get("module") or "")
    origin = Origin(Edition.Channel.STUDIO, request.user, timezone.now())
    return edits.create_question(
        course=about.course, record=record, module=module, by=request.user, origin=origin
    )
