"""The settings of a quiz as a form in words; which there are, `QuizFile` alone knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.forms.models import fields_for_model
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.mixins import LinesField
from courses.coursefiles.quizzes import settings_in
from courses.coursefiles.records import record_of
from courses.coursefiles.rules import MOMENTS, rules_of
from courses.coursefiles.schema import QuizFile
from courses.domain.reveal.policy import Moment, Policy
from courses.models import Quiz
from courses.questions.base import Reveal

GROUPS = {
    "opening": gettext_lazy("When may they take it?"),
    "attempts": gettext_lazy("How many tries and how long?"),
    "passing": gettext_lazy("What counts as passed?"),
    "feedback": gettext_lazy("What do they see afterwards?"),
    "marking": gettext_lazy("Who marks texts, and when are marks shown?"),
    "order": gettext_lazy("In what order?"),
}
HEAD = ("title", "intro")
NAMES = [*HEAD, *(name for group in GROUPS for name in settings_in(group))]
TABLE = "review"
MOMENT_LABELS = {
    "during": gettext_lazy("During the attempt"),
    "just_after": gettext_lazy("Just after submitting"),
    "later": gettext_lazy("Later, while it is open"),
    "after_last_try": gettext_lazy("After one's last attempt"),
    "after_close": gettext_lazy("After it has closed"),
}
SHOWN_LABELS = {
    "response": gettext_lazy("Own answer"),
    "correctness": gettext_lazy("Right or wrong"),
    "points": gettext_lazy("Points"),
    "feedback": gettext_lazy("Reasons"),
    "solution": gettext_lazy("Solution"),
    "explanation": gettext_lazy("Explanation"),
    "overall": gettext_lazy("Result"),
}
LABELS = {
    "attempt_delay_s": gettext_lazy("Minutes between attempts"),
    "time_limit_s": gettext_lazy("Time limit in minutes"),
}
HELP = {
    "credit": gettext_lazy("With several tries only: the share of the points of each, one a line."),
    "time_limit_s": gettext_lazy("Empty: no limit."),
}
_MINUTE = 60
_LONGEST_NUMBER = 12


class MinutesField(forms.DecimalField):
    """A time that people enter in minutes and the quiz keeps in seconds."""

    def __init__(self, **more: Any) -> None:
        super().__init__(min_value=0, max_digits=_LONGEST_NUMBER, decimal_places=2, **more)

    def prepare_value(self, value: Any) -> Any:
        return f"{value / _MINUTE:.2f}".rstrip("0").rstrip(".") if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        minutes = super().clean(value)
        return None if minutes is None else round(minutes * _MINUTE)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "").strip()


class MomentField(forms.DateTimeField):
    """A time to the minute; one that nobody touched keeps its seconds."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def has_changed(self, initial: Any, data: Any) -> bool:
        shown = self.widget.format_value(self.prepare_value(initial))
        return (shown or "") != str(data or "").strip()


@dataclass(frozen=True)
class ShownBox:
    name: str
    label: Promise | str
    is_checked: bool


@dataclass(frozen=True)
class ShownRow:
    """A moment, with a box for each thing that learners may see then."""

    name: str
    label: Promise | str
    boxes: tuple[ShownBox, ...]


def _field(column: Any, **more: Any) -> Any:
    """Return the form's field for a setting: what its rule says of units and names decides."""
    name, rule = column.name, rules_of(QuizFile)[column.name]
    label = LABELS.get(name, capfirst(column.verbose_name))
    if name == TABLE:
        return None
    if name == "credit":
        return LinesField(label=label, required=False)
    if column.is_relation:
        kind = forms.MultipleChoiceField if column.many_to_many else forms.ChoiceField
        return kind(label=label, required=False, help_text=column.help_text)
    if len(rule.file_names) > 1:
        return MinutesField(label=label, required=False)
    if rule.form == "moment":
        return MomentField(label=label, required=False, validators=column.validators)
    return column.formfield(label=label, **more)


class SettingsForm(forms.Form):
    """All settings of a quiz; what nobody touched stays exactly as it is stored."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, quiz: Quiz, record: QuizFile) -> None:
        initial = {name: getattr(quiz, name) for name in NAMES}
        keys = {"requires_modules": record.requires_modules, "compares_with": record.compares_with}
        super().__init__(data, initial={**initial, **keys})
        self.quiz, self.record = quiz, record
        made: Mapping[str, Any] = fields_for_model(Quiz, NAMES, formfield_callback=_field)
        self.fields.update({name: made[name] for name in NAMES if made.get(name)})
        self._choose()
        for name, field in self.fields.items():
            field.help_text = HELP.get(name, field.help_text)
            if not isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
                field.widget.attrs["class"] = "input"
        self.fields["intro"].widget.attrs["rows"] = 3
        echo = "id_time_limit_s_helptext time-check"
        self.fields["time_limit_s"].widget.attrs["data-echo"] = echo
        minutes = self.minutes
        if minutes:
            values = {"minutes": _short(minutes), "more": _short(minutes * 3 / 2)}
            text = _("%(minutes)s min; %(more)s for learners with time × 1.5") % values
            self["time_limit_s"].help_text = text

    @property
    def minutes(self) -> Decimal | None:
        """The time limit as it stands in the form; None without one."""
        bound = self["time_limit_s"]
        try:
            return Decimal(str(bound.field.prepare_value(bound.value()) or "").strip())
        except InvalidOperation:
            return None

    def _choose(self) -> None:
        course = self.quiz.course
        modules, pre_test = self.fields["requires_modules"], self.fields["compares_with"]
        assert isinstance(modules, forms.MultipleChoiceField)  # noqa: S101 (for the type checker)
        assert isinstance(pre_test, forms.ChoiceField)  # noqa: S101
        modules.widget = forms.CheckboxSelectMultiple()
        modules.choices = list(course.modules.order_by("position").values_list("key", "title"))
        others = Quiz.objects.standalone().filter(course=course).exclude(pk=self.quiz.pk)
        pre_test.choices = [("", "–"), *others.order_by("title").values_list("key", "title")]

    @property
    def head(self) -> list[Any]:
        return [self[name] for name in HEAD]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The settings by the question that they answer."""
        return [
            {
                "name": group,
                "title": title,
                "fields": [self[name] for name in settings_in(group) if name in self.fields],
                "has_table": TABLE in settings_in(group),
            }
            for group, title in GROUPS.items()
        ]

    # What learners see, and when

    @property
    def stored_table(self) -> dict[str, tuple[str, ...]]:
        """What is shown at each moment as things are stored, the kind's defaults included."""
        policy = Policy.load(self.quiz.settings)
        is_dated = self.quiz.closes_at is not None
        shown = {one: policy.reveal_at(Moment(one), is_dated=is_dated) for one in MOMENTS}
        return {
            one: tuple(name for name in Reveal.names() if getattr(reveal, name))
            for one, reveal in shown.items()
        }

    @property
    def table(self) -> list[ShownRow]:
        ticked = self._ticked() if self.is_bound else self.stored_table
        return [
            ShownRow(
                f"{TABLE}.{moment}",
                MOMENT_LABELS[moment],
                tuple(
                    ShownBox(name, SHOWN_LABELS[name], name in ticked[moment])
                    for name in Reveal.names()
                ),
            )
            for moment in MOMENTS
        ]

    @property
    def table_heads(self) -> list[Any]:
        return [SHOWN_LABELS[name] for name in Reveal.names()]

    @property
    def is_usual(self) -> bool:
        """Whether the table shall go back to what is usual for the kind."""
        return self.is_bound and "usual" in self.data

    def _ticked(self) -> dict[str, tuple[str, ...]]:
        sent: Any = self.data
        return {
            one: tuple(name for name in Reveal.names() if name in sent.getlist(f"{TABLE}.{one}"))
            for one in MOMENTS
        }

    def _review(self) -> dict[str, tuple[str, ...]] | None:
        """Return the table; moments that nobody touched still follow the kind's defaults."""
        if self.is_usual:
            return None
        stored, ticked = self.stored_table, self._ticked()
        changed = {one: ticked[one] for one in MOMENTS if ticked[one] != stored[one]}
        return {**(self.record.review or {}), **changed} or None

    def values(self) -> dict[str, Any]:
        """Return what was changed, as a record has it. The form must be valid."""
        cleaned = {**self.cleaned_data, TABLE: self._review()}
        cleaned["attempt_delay_s"] = cleaned["attempt_delay_s"] or 0
        record = record_of(QuizFile, cleaned, key=self.record.key)
        return {name: getattr(record, name) for name in (*self.changed_data, TABLE)}


def _short(minutes: Decimal) -> str:
    return number_format(f"{minutes:.2f}".rstrip("0").rstrip("."))
