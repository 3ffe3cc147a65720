"""What the bank's page asks for, and what it shows of a question."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.domain.authoring.bank_search import BankQuery, Use
from courses.domain.authoring.edits import BulkChange
from courses.domain.authoring.likeness import Likeness
from courses.models import Course, Objective, Question, QuestionVersion
from courses.questions import registry

STATES = [
    ("", gettext_lazy("Not retired")),
    ("ready", gettext_lazy("Published")),
    ("draft", gettext_lazy("Draft")),
    ("empty", gettext_lazy("Not written yet")),
    ("retired", gettext_lazy("Retired")),
]
USES = [
    ("", gettext_lazy("Used anywhere")),
    ("quiz", gettext_lazy("In a quiz")),
    ("lesson", gettext_lazy("In a lesson")),
    ("draw", gettext_lazy("May be drawn")),
    ("none", gettext_lazy("Never used")),
]


class FilterForm(forms.Form):
    """What to look for. A value that is none is left out."""

    use_required_attribute = False

    words = forms.CharField(
        label=gettext_lazy("Words in a question or its options"), max_length=200
    )
    module = forms.ChoiceField(label=gettext_lazy("Module"))
    objective = forms.ChoiceField(label=gettext_lazy("Objective"))
    tag = forms.ChoiceField(label=gettext_lazy("Tag"))
    type = forms.ChoiceField(label=gettext_lazy("Type"))
    bloom = forms.ChoiceField(label=gettext_lazy("Bloom level"))
    difficulty = forms.ChoiceField(label=gettext_lazy("Difficulty"))
    status = forms.ChoiceField(label=gettext_lazy("State"), choices=STATES)
    use = forms.ChoiceField(label=gettext_lazy("Use"), choices=USES)
    alike = forms.BooleanField(label=gettext_lazy("Nearly the same as another"))

    def __init__(self, data: Any, *, course: Course) -> None:
        super().__init__(data)
        kinds = registry.all_types().items()
        modules = course.modules.order_by("position").values_list("key", "title")
        objectives = course.objectives.order_by("module__position", "position", "pk")
        named = [(key, f"{key} {text}") for key, text in objectives.values_list("key", "text")]
        tags = course.tags.order_by("key").values_list("key", "key")
        self.modules, self.objectives = list(modules), named
        for name, every, choices in (
            ("module", _("Every module"), self.modules),
            ("objective", _("Every objective"), named),
            ("tag", _("Every tag"), tags),
            ("type", _("Every type"), [(key, one.label) for key, one in kinds]),
            ("bloom", _("Every level"), Objective.Bloom.choices),
            ("difficulty", _("Every difficulty"), Question.Difficulty.choices),
        ):
            self.fields[name].choices = [("", every), *choices]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.required = False
            field.widget.attrs["class"] = "" if name == "alike" else "input"

    @property
    def selects(self) -> list[Any]:
        return [self[name] for name in self.fields if name not in ("words", "alike")]

    def query(self) -> BankQuery:
        """Return what is looked for."""
        self.is_valid()
        return BankQuery(**{name: value for name, value in self.cleaned_data.items() if value})


@dataclass(frozen=True)
class QuestionCard:
    """A question as the bank lists it."""

    question: Question
    version: QuestionVersion | None
    used: list[Use]
    alike: list[Likeness]
    """Questions that are nearly the same, where one looks for such."""

    @property
    def stem(self) -> str:
        """What it asks; its key as long as nothing is written."""
        text = self.version.text.partition("\n")[0] if self.version else ""
        return text or self.question.key

    @property
    def url(self) -> str:
        return reverse("admin:cx_courses_question_edit", args=[self.question.pk])

    @property
    def type_label(self) -> Any:
        known = registry.all_types()
        kind = self.version.type if self.version else ""
        return known[kind].label if kind in known else kind

    @property
    def state(self) -> str:
        if self.question.is_retired:
            return "retired"
        if self.version is None:
            return "empty"
        return "draft" if self.version.status == QuestionVersion.Status.DRAFT else "ready"

    @property
    def state_label(self) -> Any:
        if self.state == "draft" and self.version and self.version.number > 1:
            return _("Draft of version %(number)d") % {"number": self.version.number}
        return dict(STATES)[self.state]

    @property
    def uses(self) -> list[str]:
        """Where it is asked, in words."""
        return [_use(one) for one in self.used]


def _use(one: Use) -> str:
    if one.is_draw:
        return _("%(quiz)s, draw") % {"quiz": one.quiz.title}
    if one.quiz.lesson_id is not None:
        return _("Lesson %(lesson)s") % {"lesson": one.quiz.title}
    return one.quiz.title


def change_of(do: str, sent: Mapping[str, str]) -> tuple[BulkChange | None, str]:
    """Return what a button asks for, and what is missing for it, in words."""
    if do in ("retire", "restore"):
        return BulkChange(is_retired=do == "retire"), ""
    fields = {"tag": "add_tag", "untag": "remove_tag", "module": "module", "objective": "objective"}
    if do not in fields:
        return None, ""
    name = {"untag": "tag"}.get(do, do)
    value = sent.get(f"to_{name}", "").strip()[:80]
    missing = "" if value else str(_MISSING[name])
    values: dict[str, Any] = {fields[do]: value}
    return BulkChange(**values), missing


_MISSING = {
    "tag": gettext_lazy("Enter a tag first."),
    "module": gettext_lazy("Choose a module first."),
    "objective": gettext_lazy("Choose an objective first."),
}
