"""What a question is about: where it belongs, and what draws and reports know of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from courses.admin.studio.posted import clean_text
from courses.models import Course, Objective, Question

EMPTY = ("", "–")


class TextsField(forms.CharField):
    """Several short texts, one a line."""

    widget: Any = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = clean_text(str(value or "")).splitlines()
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


class KeysField(TextsField):
    """Several keys, between commas or blanks."""

    widget: Any = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return list(dict.fromkeys(str(value or "").replace(",", " ").split()))


class AboutForm(forms.Form):
    """The fields of `QuestionFile` but for what the question asks."""

    use_required_attribute = False

    module = forms.ChoiceField(label=gettext_lazy("Module"), required=False)
    objective = forms.ChoiceField(label=gettext_lazy("Objective"), required=False)
    bloom = forms.ChoiceField(label=gettext_lazy("Bloom level"), required=False)
    difficulty = forms.ChoiceField(
        label=gettext_lazy("Difficulty"), choices=Question.Difficulty.choices, initial="medium"
    )
    tags = KeysField(
        label=gettext_lazy("Tags"),
        required=False,
        help_text=gettext_lazy("Between commas. Draws choose questions by them."),
    )
    source = TextsField(
        label=gettext_lazy("Sources"),
        required=False,
        help_text=gettext_lazy("One per line: the key of a reference, or free text."),
    )
    stimulus = forms.ChoiceField(
        label=gettext_lazy("Shared text above it"),
        required=False,
    )
    enemies = KeysField(
        label=gettext_lazy("Never drawn together with"),
        required=False,
        widget=forms.HiddenInput,
    )
    reviewed_on = forms.DateField(
        label=gettext_lazy("Reviewed on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    key = forms.SlugField(
        label=gettext_lazy("Key"),
        required=False,
        max_length=60,
        help_text=gettext_lazy(
            "The name in addresses and files; it cannot be changed later. Left empty, it is made "
            "from the text."
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("What changed"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("For the list of versions."),
    )

    placed = ("module", "objective", "bloom", "difficulty", "tags")
    further = ("source", "stimulus", "reviewed_on", "key", "note")

    def __init__(
        self,
        data: Any = None,
        *,
        course: Course,
        question: Question | None,
        module: str = "",
        initial: Any = None,
    ) -> None:
        super().__init__(data, initial=initial or _initial(question) or {"module": module})
        self.course = course
        self._choose("module", course.modules.order_by("position").values_list("key", "title"))
        self._choose("objective", _objectives(course))
        self._choose("bloom", Objective.Bloom.choices)
        self._choose("stimulus", course.stimuli.order_by("key").values_list("key", "title"))
        if question is not None:
            del self.fields["key"]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [EMPTY, *((key, label or key) for key, label in rows)]

    @property
    def place_fields(self) -> list[Any]:
        return [self[name] for name in self.placed]

    @property
    def further_fields(self) -> list[Any]:
        return [self[name] for name in self.further if name in self.fields]

    @property
    def has_further_errors(self) -> bool:
        return any(field.errors for field in self.further_fields)

    @property
    def chosen_key(self) -> str:
        """The key that was chosen for a new question, or ""."""
        return str(getattr(self, "cleaned_data", {}).get("key") or "")

    def values(self) -> dict[str, Any]:
        """Return what was entered, as far as it can be used, as a record has it."""
        cleaned = getattr(self, "cleaned_data", {})
        return {
            name: cleaned.get(name) for name in self.fields if name not in ("module", "key", "note")
        }


def _objectives(course: Course) -> Any:
    rows = course.objectives.order_by("module__position", "key")
    return [(key, f"{key} {text}") for key, text in rows.values_list("key", "text")]


def _initial(question: Question | None) -> dict[str, Any]:
    if question is None:
        return {}
    return {
        "module": question.module.key if question.module else "",
        "objective": question.objective.key if question.objective else "",
        "bloom": question.bloom,
        "difficulty": question.difficulty,
        "tags": sorted(tag.key for tag in question.tags.all()),
        "source": question.source,
        "stimulus": question.stimulus.key if question.stimulus else "",
        "enemies": question.enemies,
        "reviewed_on": question.reviewed_on,
    }
