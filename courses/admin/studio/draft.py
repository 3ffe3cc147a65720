"""A question as it stands on its page: what is stored, what was sent, and what is wrong with it."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.http import HttpRequest, QueryDict

from courses.admin.studio import enemies
from courses.admin.studio.about import AboutForm
from courses.admin.studio.insert import InsertPanel, put_mark
from courses.admin.studio.posted import question_fields
from courses.admin.studio.publishing import READING
from courses.admin.studio.working_copy import DraftOfPage
from courses.coursefiles.records import record_of
from courses.coursefiles.schema import QuestionFile
from courses.domain.authoring import edits
from courses.domain.authoring.insertable import IN_QUESTIONS
from courses.domain.authoring.working_copies import Publication
from courses.errors import Invalid, Problem
from courses.models import Asset, Course, Module, Question, QuestionVersion
from courses.questions import forms
from courses.questions.base import QuestionType
from courses.questions.presentation import MARKDOWN

PUBLISH, DRAFT, ANOTHER = "publish", "draft", "another"
SAVING = frozenset((PUBLISH, DRAFT, ANOTHER))


class Draft:
    """What is stored of a question and what was sent, ready to be read and saved."""

    def __init__(
        self,
        request: HttpRequest,
        *,
        page: DraftOfPage,
        course: Course,
        kind: QuestionType[Any],
        question: Question | None = None,
        latest: QuestionVersion | None = None,
    ) -> None:
        self.course, self.kind, self.question, self.latest = course, kind, question, latest
        self.page, self.is_sent = page, page.is_sent
        self._posted: QueryDict = page.data if page.data is not None else QueryDict()
        verb, _colon, self._what = request.POST.get("do", "").partition(":")
        self.verb = verb
        self.about = AboutForm(
            enemies.sent_data(self._posted, verb, self._what) if page.data is not None else None,
            course=course,
            question=question,
            module=request.GET.get("module", ""),
        )
        self.has_marks = False
        """Did a text mark words that became rows?"""
        self.insert = InsertPanel(request, course=course, module=self._module, kinds=IN_QUESTIONS)
        self.insert.act()
        self.fields: Mapping[str, str] = self._with_mark(self._fields())
        self.problems: list[Problem] = []
        self.refusal = ""
        self.may_confirm = False

    def _stored_fields(self) -> dict[str, str]:
        return forms.fill(self.kind, self.latest.data if self.latest else {})

    def _fields(self) -> Mapping[str, str]:
        if self.page.data is None:
            return self._stored_fields()
        posted = question_fields(self._posted)
        sent = forms.with_marks(self.kind, posted)
        self.has_marks = sent != posted
        action = f"{self.verb}:{self._what}"
        if self._is_about_rows:
            return forms.change(self.kind, sent, action)
        return sent if self.wants_saving else forms.with_named_rows(self.kind, sent)

    @property
    def _is_about_rows(self) -> bool:
        return self.verb in ("add", "drop", "up", "down")

    @cached_property
    def _module(self) -> Module | None:
        return Module.objects.filter(course=self.course, key=self.module_key).first()

    def _with_mark(self, fields: Mapping[str, str]) -> Mapping[str, str]:
        """Return the texts, with what was inserted at the end of the one that was chosen."""
        tree = forms.controls(self.kind, fields)
        texts = [one for one in tree.walk() if one.widget == MARKDOWN]
        self.insert.targets = [(one.name, one.words or one.label) for one in texts]
        names = [one.name for one in texts]
        if self.insert.mark is None or not names:
            return fields
        name = self.insert.target if self.insert.target in names else names[0]
        text = put_mark(fields.get(name, ""), self.insert.mark)
        self.page.sent = self.page.sent.copy()
        self.page.sent[name] = text
        return {**fields, name: text}

    # What was asked for

    @property
    def wants_saving(self) -> bool:
        is_saving = self.verb in SAVING or self.verb in READING
        return self.is_sent and is_saving and not self.insert.problems

    @property
    def is_ready(self) -> bool:
        return self.verb != DRAFT

    @property
    def writes_another(self) -> bool:
        return self.verb == ANOTHER

    @property
    def is_confirmed(self) -> bool:
        return "confirmed" in self._posted

    @property
    def note(self) -> str:
        return str(self.about.cleaned_data.get("note", "")) if self.about.is_bound else ""

    @property
    def module_key(self) -> str:
        if not self.about.is_bound:
            return str(self.about.initial.get("module", ""))
        self.about.is_valid()
        return str(self.about.cleaned_data.get("module") or "")

    @cached_property
    def reading(self) -> forms.Reading:
        return forms.read(self.kind, self.fields)

    def record(self) -> QuestionFile:
        """Return what the page holds as the record of a course file.

        Raises Invalid for what the form itself refuses.
        """
        self.about.is_valid()
        if self.reading.problems or self.about.errors:
            raise Invalid(problems=[*self._checked(), *self.reading.problems])
        values = self.about.values()
        stem = str(self.reading.value.get("stem", ""))
        key = self.question.key if self.question else self.about.chosen_key
        return record_of(
            QuestionFile,
            {**values, "type": self.kind.key, "data": self.reading.value},
            key=key or edits.free_question_key(course=self.course, text=stem),
            status="ready" if self.is_ready else "draft",
        )

    @property
    def publication(self) -> Publication:
        """What is to be published. Raises Invalid for what the form itself refuses."""
        record = self.record()
        return Publication(
            record=record,
            module=self.module_key,
            based_on=self.page.based_on,
            is_ready=self.is_ready,
            is_confirmed=self.is_confirmed,
            note=self.note,
        )

    def _checked(self) -> list[Problem]:
        """Return the type's problems, so that all are reported at once."""
        found = edits.data_problems(type=self.kind.key, data=self.reading.value)
        return [one for one in found if one.path.partition(".")[0] == forms.ROOT]

    # What is wrong

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Put each problem beside the control that it is about."""
        names = {one.path for one in self.reading.problems}
        for problem in problems:
            field = problem.path.partition(".")[0]
            if problem.path in names:
                self.problems.append(problem)
            elif field == forms.ROOT:
                name = self.reading.name_of(problem.path.partition(".")[2])
                self.problems.append(Problem(name, problem.message))
            elif field in self.about.fields:
                self.about.add_error(field, problem.message)
            else:
                self.refusal = " ".join([self.refusal, str(problem)]).strip()

    def refuse(self, message: str) -> None:
        """Say why nothing was saved where that is about no control."""
        self.refusal, self.may_confirm = message, self.question is not None

    # What is shown

    @cached_property
    def pictures(self) -> list[str]:
        """The files of the question's module."""
        rows = Asset.objects.filter(module__course=self.course, module__key=self.module_key)
        rows = rows.filter(content_type__startswith="image/")
        return list(rows.order_by("name").values_list("name", flat=True))

    def _tree(self) -> forms.Control:
        return forms.controls(self.kind, self.fields, self.problems, pictures=self.pictures)

    @cached_property
    def form(self) -> forms.Control:
        """The tree of controls, made when nothing can be found wrong any more."""
        return self._tree()
