"""What differs between two states of a thing, in the words of its editor.

For histories, for publishing and for conflicts alike; the template is `parts/changes.html`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.studio.about import AboutForm
from courses.admin.studio.lesson_form import LessonTextForm
from courses.admin.studio.quiz_settings import MOMENT_LABELS, SHOWN_LABELS
from courses.admin.studio.shortening import shortened
from courses.coursefiles.rules import rules_of
from courses.coursefiles.schema import QuizFile
from courses.domain.authoring.editions import DiffPassage, diff_words, differences
from courses.domain.authoring.row_entries import KINDS_OF_ROWS
from courses.models import Course, QuestionVersion
from courses.questions import forms, registry

Label = str | Promise
FORM_LABELS: Mapping[str, Mapping[str, Label]] = {
    "question": {name: field.label or "" for name, field in AboutForm.base_fields.items()},
    "lesson": {name: field.label or "" for name, field in LessonTextForm.base_fields.items()},
    "quiz": {
        "attempt_delay_s": gettext_lazy("Time between attempts"),
        "time_limit_s": gettext_lazy("Time limit"),
    },
}
LABELS: Mapping[str, Label] = {
    "archived": gettext_lazy("Archived"),
    "status": gettext_lazy("Status"),
    "type": gettext_lazy("Question type"),
    "module": gettext_lazy("Module"),
    "optional": gettext_lazy("Optional"),
    "items": gettext_lazy("Places"),
    "sha256": gettext_lazy("Content of the file"),
    "modules": gettext_lazy("Order of the modules"),
    "lessons": gettext_lazy("Order of the lessons"),
    "quizzes": gettext_lazy("Order of the quizzes"),
    "questions": gettext_lazy("Questions"),
}
"""What no form and no column of the same name has a label for."""
STATUS_LABELS: Mapping[str, Label] = {
    **dict(Course.State.choices),
    **dict(QuestionVersion.Status.choices),
    "retired": gettext_lazy("Retired"),
}
PLACE_LABELS: Mapping[str, Label] = {
    "question": gettext_lazy("question"),
    "version": gettext_lazy("version"),
    "points": gettext_lazy("points"),
    "draw.count": gettext_lazy("number of questions drawn"),
    "draw.objective": gettext_lazy("drawn by objective"),
    "draw.tag": gettext_lazy("drawn by tag"),
    "draw.difficulty": gettext_lazy("drawn by difficulty"),
}
_MODELS = {kind: model for model, kind in KINDS_OF_ROWS.items()}


@dataclass(frozen=True)
class Change:
    """A field with another value: what its editor calls it, and both values as people read them."""

    path: str
    label: str
    before: str
    after: str

    @cached_property
    def passages(self) -> list[DiffPassage]:
        """Both texts in one, changed words marked, without what no change is near."""
        return shortened(diff_words(self.before, after=self.after))


def changes(
    *, kind: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Change, ...]:
    """Return what differs between two states of one thing, given by its kind and their values.

    Values are those of an edition, or of `editions.states_of`.
    """
    texts = _Texts(kind, str(after.get("type") or before.get("type") or ""))
    return tuple(
        Change(
            one.path,
            texts.label(one.path),
            texts.text(one.path, one.before),
            texts.text(one.path, one.after),
        )
        for one in differences(before, after=after)
    )


def label_of(*, kind: str, path: str, type_key: str = "") -> str:
    """Return what the editor of this kind calls the place of a path."""
    return _Texts(kind, type_key).label(path)


class _Texts:
    """The words for paths and values of one kind of thing."""

    def __init__(self, kind: str, type_key: str) -> None:
        self.kind, self.model = kind, _MODELS.get(kind)
        self.question_type = registry.all_types().get(type_key) if kind == "question" else None

    def label(self, path: str) -> str:
        name, _dot, rest = path.partition(".")
        if self.question_type is not None and name == "data" and rest:
            return forms.words(self.question_type, rest) or path
        if self.kind == "quiz" and name == "items" and rest:
            return _place_label(rest)
        if self.kind == "quiz" and name == "review" and rest in MOMENT_LABELS:
            words = {"group": _("What do they see afterwards?"), "label": MOMENT_LABELS[rest]}
            return _("%(group)s %(label)s") % words
        label = FORM_LABELS.get(self.kind, {}).get(name) or self._column_label(name)
        return str(label or LABELS.get(name) or path)

    def text(self, path: str, text: str) -> str:
        if text in ("true", "false"):
            return _("yes") if text == "true" else _("no")
        if self.kind == "quiz" and path.startswith("review."):
            return "\n".join(str(SHOWN_LABELS.get(line, line)) for line in text.split("\n"))
        if path == "status":
            return str(STATUS_LABELS.get(text, text))
        column = self._column(path)
        choices = dict(column.flatchoices) if column is not None and column.choices else {}
        return str(choices.get(text, text))

    def _column_label(self, name: str) -> str:
        column, unit = self._column(name), ""
        if column is None and self.kind == "quiz":
            column, unit = self._duration(name)
        label = str(capfirst(column.verbose_name)) if column is not None else ""
        own = FORM_LABELS.get(self.kind, {}).get(column.name) if column is not None else None
        return f"{own or label}{unit}"

    def _duration(self, name: str) -> tuple[Any, str]:
        """Return the column of a time that files hold in minutes and seconds."""
        for column, rule in rules_of(QuizFile).items():
            if name in rule.file_names:
                unit = _("minutes") if name.endswith("minutes") else _("seconds")
                return self._column(column), f" ({unit})"
        return None, ""

    def _column(self, name: str) -> Any:
        try:
            column = self.model._meta.get_field(name) if self.model else None
        except FieldDoesNotExist:
            return None
        return column if hasattr(column, "verbose_name") else None


def _place_label(rest: str) -> str:
    number, _dot, name = rest.partition(".")
    values = {"number": int(number) + 1, "label": PLACE_LABELS.get(name, name)}
    return _("Place %(number)d: %(label)s") % values
