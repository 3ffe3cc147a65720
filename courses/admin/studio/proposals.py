"""What programs have proposed for a course: read in the editor, accepted or refused."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.studio import lesson as lesson_page
from courses.admin.studio import question as question_page
from courses.admin.studio.editor_fields import fields_of
from courses.admin.studio.frame import course_step, frame
from courses.admin.studio.posted import row_number
from courses.admin.studio.working_copy import DraftOfPage, time_of
from courses.domain.authoring import edits, marks, working_copies
from courses.domain.authoring.editions import Origin
from courses.domain.authoring.working_copies import RECORDS, Publication, Save, Thing
from courses.domain.rights import Can, rights
from courses.errors import CoursesError, Invalid
from courses.models import Course, Edition, Lesson, Question, WorkingCopy
from courses.questions.data import load

REFUSE = "refuse"
PERMISSIONS = {
    "question": ["cx_courses.add_question", "cx_courses.add_questionversion"],
    "lesson": ["cx_courses.add_lesson", "cx_courses.change_lesson"],
}
TEMPLATE = "admin/cx_courses/studio/proposals.html"


@dataclass(frozen=True)
class ProposalRow:
    """A proposal in the list, with its page."""

    copy: WorkingCopy
    url: str


class ProposalOfPage(DraftOfPage):
    """A proposal in the place of a person's own draft."""

    is_review = True

    def __init__(self, request: HttpRequest, *, copy: WorkingCopy) -> None:
        thing = Thing(copy.course, copy.kind, copy.key, copy.type)
        self._proposal = copy
        row = working_copies.row_of(thing)
        super().__init__(request, thing=thing, row=row)
        self.shown = row or _new_row(copy)

    def _find(self) -> WorkingCopy | None:
        return self._proposal

    @cached_property
    def data(self) -> QueryDict | None:
        if self.is_sent:
            return self.request.POST
        found = QueryDict(mutable=True)
        for name, text in self._proposal.fields or self._proposed():
            found.appendlist(name, text)
        found["state"] = "solution"
        return found

    def _proposed(self) -> list[list[str]]:
        proposed: dict[str, Any] = self._proposal.record or {}
        record = load(RECORDS[self.thing.kind], proposed["record"])
        publication = Publication(record=record, module=proposed["module"])
        values = working_copies.record_values(thing=self.thing, publication=publication)
        return fields_of(thing=self.thing, row=self.shown, values=values)

    @cached_property
    def findings(self) -> list[str]:
        """What is wrong with it, as it was proposed."""
        record = (self._proposal.record or {})["record"]
        if self.thing.kind == "question":
            found = edits.data_problems(type=record["type"], data=record["data"])
            return [str(one) for one in found]
        unsaved = Lesson(module=self.shown.module, key=self.thing.key, body=record["body"])
        found_in_text = marks.lesson_oddities(lesson=unsaved)
        line = _("Line %(number)d: %(text)s")
        return [line % {"number": number, "text": text} for number, text in found_in_text]

    @property
    def key_check(self) -> edits.KeyCheck | None:
        """The key worked out again; None for a lesson, and where it cannot be read."""
        if self.thing.kind != "question" or self.findings:
            return None
        record = (self._proposal.record or {})["record"]
        try:
            return edits.check_key(type=record["type"], data=record["data"])
        except CoursesError:
            return None

    @property
    def saved_text(self) -> str:
        return _("Saved at %(time)s.") % {"time": time_of(self._proposal)}

    def handle(self) -> HttpResponse | None:
        if self.verb == REFUSE:
            return self._refuse()
        return super().handle() if self.verb == "keep" else None

    def _refuse(self) -> HttpResponse | None:
        reason, by = self.request.POST.get("refuse_reason", ""), self.request.user
        try:
            working_copies.refuse(copy=self._proposal, reason=reason, by=by, now=timezone.now())
        except CoursesError as error:
            texts = [str(one.message) for one in getattr(error, "problems", ())]
            self.refusal = " ".join(texts) or str(error.message)
            return None
        messages.success(self.request, _("The proposal is refused; its program reads why."))
        return self.back()

    def keep(self) -> WorkingCopy:
        sent = Save(
            fields=self.fields,
            revision=self.revision,
            tab=self.tab,
            turn=row_number(self.request.POST.get("turn", "")) or 0,
        )
        copy = self._proposal
        return working_copies.write_proposal(copy=copy, sent=sent, now=timezone.now())

    def publish(self, publication: Publication) -> Any:
        copy = self._proposal
        origin = Origin(
            Edition.Channel.API,
            None,
            timezone.now(),
            client=copy.client,
            tool=copy.tool,
            reviewed_by=self.request.user,
            note=publication.note,
        )
        return working_copies.publish(
            thing=self.thing, publication=publication, copy=copy, origin=origin
        )

    def back(self, *, with_draft: bool = True, saved: str = "") -> HttpResponse:
        """Return to the page; to the list of proposals when this one is decided."""
        is_open = WorkingCopy.objects.open().filter(pk=self._proposal.pk).exists()
        if is_open:
            return redirect(self.request.path)
        return redirect("admin:cx_courses_course_proposals", self.thing.course.pk)


def proposals(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """List the proposals that wait in a course."""
    course = _course(admin, request, pk)
    rows = [
        ProposalRow(copy, reverse("admin:cx_courses_course_proposal", args=[pk, copy.uuid]))
        for copy in working_copies.proposals(course=course)
    ]
    context = frame(
        admin,
        request,
        title=_("Proposals"),
        course=course,
        here="proposals",
        crumbs=[course_step(request, course)],
        rows=rows,
    )
    return TemplateResponse(request, TEMPLATE, context)


def proposal(admin: Any, request: HttpRequest, pk: int, uuid: UUID) -> HttpResponse:
    """Show a proposal in the editor of its kind, to be edited, accepted or refused."""
    course = _course(admin, request, pk)
    copy = working_copies.proposals(course=course).filter(uuid=uuid).first()
    if copy is None:
        raise Http404
    if not request.user.has_perms(PERMISSIONS[copy.kind]):
        raise PermissionDenied
    try:
        page = ProposalOfPage(request, copy=copy)
    except Invalid as error:
        admin.message_user(request, str(error.message), messages.ERROR)
        return redirect("admin:cx_courses_course_proposals", pk)
    if copy.kind == "question":
        return question_page.review(admin, request, page)
    return lesson_page.review(admin, request, page)


def _course(admin: Any, request: HttpRequest, pk: int) -> Course:
    course: Course | None = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    if not rights(by=request.user).may_everywhere(Can.EDIT, course=course):
        raise PermissionDenied
    return course


def _new_row(copy: WorkingCopy) -> Any:
    """Return an unsaved row of what is proposed. Raises Invalid for a lesson without a module."""
    if copy.kind == "question":
        return Question(course=copy.course, key=copy.key)
    proposed: dict[str, Any] = copy.record or {}
    modules = copy.course.modules.order_by("position")
    module = modules.filter(key=proposed["module"]).first() or modules.first()
    if module is None:
        raise Invalid(_("The course has no module for this lesson."))
    title = proposed["record"]["title"]
    return Lesson(course=copy.course, module=module, key=copy.key, title=title, is_draft=True)
