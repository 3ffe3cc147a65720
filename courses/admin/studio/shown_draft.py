"""What the page of a question shows of its draft: errors, where the cursor goes, the preview."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy

from courses.admin.studio.draft import Draft
from courses.admin.studio.enemies import Enemies
from courses.admin.studio.links import SiteLinks
from courses.domain.authoring import edits, likeness
from courses.models import AttemptItem, Enrolment, Module, Question, QuestionVersion, Stimulus
from courses.questions import forms
from courses.questions.presentation import LINE, MARKDOWN, NUMBER, PICTURE, TEXT, WHOLE

TYPED = (LINE, MARKDOWN, NUMBER, TEXT, WHOLE)
STATE_LABELS = {
    "open": gettext_lazy("Unanswered"),
    "right": gettext_lazy("Right"),
    "partly": gettext_lazy("Partly right"),
    "wrong": gettext_lazy("Wrong"),
    "answered": gettext_lazy("Answered"),
    "solution": gettext_lazy("Revealed"),
}
_SEED = re.compile(r"\d{1,6}", re.ASCII)


class ShownDraft(Draft):
    """Everything that the page's template asks for."""

    @cached_property
    def errors(self) -> list[dict[str, str]]:
        """Everything that is wrong, in the order of the page, with where it is."""
        found = [
            {"id": f"id_{control.name}", "words": control.words, "message": message}
            for control in self.form.walk()
            for message in control.errors
        ]
        for name, messages in self.about.errors.items() if self.is_sent else ():
            field = self.about[name]
            found += [
                {"id": field.id_for_label, "words": str(field.label), "message": str(message)}
                for message in messages
            ]
        return found

    @property
    def first_error(self) -> str:
        """The name of the first control that something is wrong with."""
        return next((one.name for one in self.form.walk() if one.errors), "")

    def point_at_error(self) -> None:
        """Let the cursor begin at the first field below that something is wrong with."""
        if self.about.is_bound and not self.first_error and self.wants_saving:
            for name in list(self.about.errors)[:1]:
                self.about.fields[name].widget.attrs["autofocus"] = True

    @property
    def focus_input(self) -> str:
        """The name of the first text of a row that was added, or of a new question."""
        if self.question is None and self.page.data is None:
            return f"{forms.ROOT}.stem"
        if self.verb != "add" or not self.focus:
            return ""
        row = next(one for one in self.form.walk() if one.name == self.focus and one.number)
        typed = [one for one in row.walk() if one.widget in TYPED]
        return typed[0].name if typed else ""

    @cached_property
    def focus(self) -> str:
        """The name of the row that was added or moved."""
        if not self._is_about_rows:
            return ""
        lists = {one.name: one for one in self.form.walk() if one.children}
        if self.verb == "add":
            rows = lists[self._what].children if self._what in lists else ()
            return rows[-1].name if rows else ""
        return self._moved(lists) if self.verb in ("up", "down") else ""

    def _moved(self, lists: Mapping[str, forms.Control]) -> str:
        rows = self._what.rpartition(".")[0]
        names = [row.name for row in lists[rows].children] if rows in lists else []
        if self._what not in names:
            return ""
        place = names.index(self._what) + (-1 if self.verb == "up" else 1)
        return names[min(max(place, 0), len(names) - 1)]

    @property
    def seed(self) -> int:
        """Which draw the preview shows; `draw` asks for the next."""
        given = self._posted.get("seed", "")
        seed = int(given) if _SEED.fullmatch(given) else 1
        return seed + 1 if self.verb == "draw" else seed

    @cached_property
    def preview(self) -> edits.DraftPreview | None:
        """The question as it stands; None before there is anything to show."""
        if not str(self.reading.value.get("stem", "")).strip():
            return None
        state = self._what if self.verb == "show" else self._posted.get("state", "open")
        return edits.preview_draft(version=self._unsaved(), state=state, seed=self.seed)

    @property
    def preview_states(self) -> list[tuple[str, Any]]:
        """The states that the question has, with their names."""
        known = self.preview.states if self.preview else ()
        return [(state, STATE_LABELS[state]) for state in known]

    def _unsaved(self) -> QuestionVersion:
        module = Module.objects.filter(course=self.course, key=self.module_key).first()
        question = Question(course=self.course, module=module, key="preview")
        return QuestionVersion(question=question, type=self.kind.key, data=self.reading.value)

    @cached_property
    def stimulus(self) -> Stimulus | None:
        """The text above the question."""
        key = self.about["stimulus"].value()
        return Stimulus.objects.filter(course=self.course, key=key).first() if key else None

    @cached_property
    def enemies(self) -> Enemies:
        """The questions that are never in one attempt with this one."""
        return Enemies(self.about, course=self.course, question=self.question)

    @cached_property
    def alike(self) -> list[likeness.Likeness]:
        """The questions of the course that are nearly the same."""
        return likeness.like_data(course=self.course, data=self.reading.value, but=self.question)

    @property
    def links(self) -> SiteLinks:
        return SiteLinks(self.course.key, self.module_key)

    @property
    def file_url(self) -> str:
        """Where the module's files are; `-name-` stands for the name of one."""
        return self.links.asset("-name-")

    @property
    def has_picture(self) -> bool:
        """Whether one of its controls chooses a file to draw on."""
        return any(one.widget == PICTURE for one in self.form.walk())

    @property
    def is_draft(self) -> bool:
        return self.latest is not None and self.latest.status == QuestionVersion.Status.DRAFT

    @property
    def has_ready(self) -> bool:
        """Whether learners get a version of it."""
        return self.question is not None and self.question.ready_version_id is not None

    @cached_property
    def next_number(self) -> int:
        """The version that publishing makes."""
        if self.latest is None:
            return 1
        return self.latest.number if self.is_draft else self.latest.number + 1

    @cached_property
    def learners(self) -> int:
        """How many have met the version in use."""
        if self.question is None or self.question.ready_version_id is None:
            return 0
        met = AttemptItem.objects.filter(version=self.question.ready_version_id)
        met = met.exclude(attempt__enrolment__state=Enrolment.TRIAL)
        return met.values("attempt__enrolment").distinct().count()
