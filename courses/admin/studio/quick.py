"""Quick entry: pasted lines become cards, which are shared as drafts or completed one by one.

The text is kept as it is typed. A card that is not complete becomes what one writes of a new
question: found on the first page, seen by nobody else.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.admin.studio.about import AboutForm
from courses.admin.studio.frame import Step, frame
from courses.admin.studio.home_drafts import QUICK, new_address
from courses.admin.studio.posted import clean_text
from courses.admin.studio.working_copy import DraftOfPage
from courses.coursefiles.records import record_of
from courses.coursefiles.schema import QuestionFile
from courses.domain.authoring import edits, likeness, working_copies
from courses.domain.authoring.editions import Origin
from courses.domain.authoring.likeness import Likeness
from courses.domain.authoring.wording import plain_text
from courses.domain.authoring.working_copies import Save, Thing
from courses.domain.rights import Can, rights
from courses.errors import CoursesError, Problem
from courses.interchange.quick_entry import (
    FoundQuestion,
    read_questions,
    with_reason,
    without_lines,
)
from courses.models import Course, Edition, Question, WorkingCopy
from courses.questions import forms

TEXT_LIMIT = 200_000
REASON_LIMIT = 1_000
ACCEPT, FINISH, ALL = "accept", "finish", "all"
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
    def fields(self) -> list[list[str]]:
        """What the editor starts from."""
        return [list(pair) for pair in forms.fill(self.found.type, self.found.value).items()]


def quick(admin: Any, request: HttpRequest) -> HttpResponse:
    """Read pasted lines; `accept` shares what is complete, `finish` begins what is not."""
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
    return _show(admin, request, course)


def _show(admin: Any, request: HttpRequest, course: Course) -> HttpResponse:
    page = DraftOfPage(request, thing=Thing(course, QUICK))
    if not page.is_sent and page.copy is None:
        left = working_copies.open_of(owner=request.user, thing=page.thing)
        if left is not None:
            query = urlencode({"course": course.key, "draft": left.uuid})
            return redirect(f"{request.path}?{query}")
    return page.handle() or _page(admin, request, page, QuickEntry(page, course))


class QuickEntry:
    """The text of the page, where its questions belong, and what was found in it."""

    def __init__(self, page: DraftOfPage, course: Course) -> None:
        self.page, self.course = page, course
        data: QueryDict = page.data if page.data is not None else QueryDict()
        self.text = clean_text(data.get("text", ""))[:TEXT_LIMIT]
        self.reason = clean_text(data.get("reason", ""))[:REASON_LIMIT].strip()
        self.about = AboutForm(page.data, course=course, question=None)
        self.placed = [[name, text] for name in PLACED for text in data.getlist(name)]
        self.cards = _cards(course, self.text, self.reason)

    def chosen(self, which: str) -> list[QuickCard]:
        return [card for card in self.cards if which in (ALL, str(card.number))]

    def take_out(self, cards: list[QuickCard]) -> None:
        """Leave the lines of these cards out, and keep the text that is left."""
        if cards:
            self.text = without_lines(self.text, [card.found for card in cards])
            self.cards = _cards(self.course, self.text, self.reason)
        self.page.keep_text("text", self.text)


def _page(admin: Any, request: HttpRequest, page: DraftOfPage, entry: QuickEntry) -> HttpResponse:
    course, about = entry.course, entry.about
    verb, _colon, which = request.POST.get("do", "").partition(":")
    if verb == ACCEPT and about.is_valid():
        whole = [card for card in entry.chosen(which) if not card.problems]
        is_stored = _accept(admin, request, about, [card.found for card in whole])
        entry.take_out(whole if is_stored else [])
    elif verb == FINISH:
        begun = [card for card in entry.chosen(which) if card.problems or which != ALL]
        copies = _begin(admin, request, entry, begun)
        entry.take_out(begun if copies else [])
        if len(copies) == 1:
            return redirect(new_address(copies[0]))
    elif page.is_sent:
        entry.take_out([])
    bank = reverse("admin:cx_courses_course_bank", args=[course.pk])
    outline = reverse("admin:cx_courses_course_outline", args=[course.pk])
    complete = sum(not card.problems for card in entry.cards)
    context = frame(
        admin,
        request,
        title=_("Quick entry"),
        course=course,
        crumbs=[Step(course.title, outline), Step(_("Question bank"), bank)],
        page=page,
        text=entry.text,
        reason=entry.reason,
        losses=sum(bool(card.found.losses) for card in entry.cards),
        cards=entry.cards,
        complete=complete,
        unfinished=len(entry.cards) - complete,
        about=about,
        place_fields=[about[name] for name in PLACED],
    )
    return TemplateResponse(request, "admin/cx_courses/studio/quick.html", context)


def _begin(
    admin: Any, request: HttpRequest, entry: QuickEntry, cards: list[QuickCard]
) -> list[WorkingCopy]:
    """Keep each card as what the person writes of a new question; say why not and return none."""
    now, owner = timezone.now(), request.user
    try:
        with transaction.atomic():
            copies = [
                working_copies.save(
                    owner=owner,
                    thing=Thing(entry.course, "question", type=card.found.type.key),
                    sent=Save(fields=[*card.fields, *entry.placed]),
                    now=now,
                )
                for card in cards
            ]
    except CoursesError as error:
        admin.message_user(request, str(error.message), "ERROR")
        return []
    if len(copies) > 1:
        text = _("%(count)d questions are kept. Only you see them; go on with them from Home.")
        admin.message_user(request, text % {"count": len(copies)})
    return copies


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
        text = ngettext(
            "%(count)d question is shared as a draft: %(names)s.",
            "%(count)d questions are shared as drafts: %(names)s.",
            len(rows),
        )
        admin.message_user(request, text % {"count": len(rows), "names": names})
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
