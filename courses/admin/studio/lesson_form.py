"""What an author enters of a lesson."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from courses import markup
from courses.admin.studio.about import KeysField
from courses.admin.studio.posted import clean_text
from courses.coursefiles.records import record_of
from courses.coursefiles.rules import SMALL_LIMIT
from courses.coursefiles.schema import LessonFile
from courses.models import Course, Lesson, Reference


class BodyField(forms.CharField):
    """Markdown, with the line breaks of files."""

    widget = forms.Textarea(attrs={"rows": 24, "spellcheck": "true", "data-markdown": ""})

    def to_python(self, value: Any) -> str:
        return clean_text(str(value or ""))


class LessonTextForm(forms.Form):
    """The fields of `LessonFile`; module, place and key are not changed here."""

    use_required_attribute = False

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    summary = forms.CharField(
        label=gettext_lazy("Summary"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One or two sentences, shown above the text and in lists."),
    )
    body = BodyField(label=gettext_lazy("Text"), required=False, strip=False)
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        min_value=1,
        max_value=SMALL_LIMIT,
        help_text=gettext_lazy("How long reading and practising takes."),
    )
    completion = forms.ChoiceField(
        label=gettext_lazy("Complete when"),
        choices=Lesson.Completion.choices,
        widget=forms.RadioSelect,
    )
    objectives = forms.MultipleChoiceField(
        label=gettext_lazy("Objectives"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sources = forms.MultipleChoiceField(
        label=gettext_lazy("Sources"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Those that the text cites are added when you save."),
    )
    review = KeysField(
        label=gettext_lazy("Daily review"),
        required=False,
        help_text=gettext_lazy(
            "The keys of the checks that come back once the lesson is complete, between commas."
        ),
    )
    reviewed_on = forms.DateField(
        label=gettext_lazy("Reviewed on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(self, data: Any = None, *, lesson: Lesson, initial: Any = None) -> None:
        super().__init__(data, initial=initial or (_initial(lesson) if lesson.pk else {}))
        self.lesson = lesson
        self._references = list(lesson.module.course.references.order_by("key"))
        self._choose("objectives", _objectives(lesson))
        self._choose("sources", [(row.key, _in_short(row)) for row in self._references])
        for name in ("title", "summary", "body", "minutes", "review", "reviewed_on"):
            self.fields[name].widget.attrs["class"] = "input"
        self.fields["body"].widget.attrs["class"] += " studio-lesson-text"
        self.fields["minutes"].widget.attrs |= {"inputmode": "numeric", "data-echo": "minutes-echo"}

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = choices

    def clean_summary(self) -> str:
        """Return the summary as one line, as lists show it."""
        return " ".join(str(self.cleaned_data["summary"]).split())

    @property
    def body_text(self) -> str:
        """The text as it stands in the form."""
        return clean_text(str(self["body"].value() or "")).replace("\0", "")

    @property
    def minutes_entered(self) -> int | None:
        """The minutes, to be repeated in words; None for what is no such number."""
        text = str(self["minutes"].value() or "").strip()
        is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(SMALL_LIMIT))
        return int(text) if is_number and 1 <= int(text) <= SMALL_LIMIT else None

    @property
    def has_further_errors(self) -> bool:
        return any(self[name].errors for name in ("sources", "review", "reviewed_on"))

    def record(self) -> LessonFile:
        """Return what was entered as the record of a course file; the form is valid."""
        values = self.cleaned_data
        cited = set(markup.inspect(values["body"], is_lesson=True).keys("source"))
        known = {row.key for row in self._references}
        return record_of(
            LessonFile,
            {
                **values,
                "objectives": sorted(values["objectives"]),
                "sources": sorted({*values["sources"], *(cited & known)}),
            },
            key=self.lesson.key,
        )


def _initial(lesson: Lesson) -> dict[str, Any]:
    return {
        "title": lesson.title,
        "summary": lesson.summary,
        "body": lesson.body,
        "minutes": lesson.minutes,
        "completion": lesson.completion,
        "objectives": [row.key for row in lesson.objectives.all()],
        "sources": [row.key for row in lesson.sources.all()],
        "review": lesson.review,
        "reviewed_on": lesson.reviewed_on,
    }


def _objectives(lesson: Lesson) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the course's objectives by module, those of the lesson's module first."""
    groups: dict[str, list[tuple[str, str]]] = {lesson.module.title: []}
    for row in _in_order(lesson.module.course):
        groups.setdefault(row.module.title, []).append((row.key, markup.plain(row.text)))
    return [(title, rows) for title, rows in groups.items() if rows]


def _in_order(course: Course) -> QuerySet[Any]:
    rows = course.objectives.select_related("module")
    return rows.order_by("module__position", "module", "position", "key")


SHORT = 90


def _in_short(row: Reference) -> str:
    text = markup.plain(row.citation)
    return f"{row.key}: {text if len(text) <= SHORT else text[: SHORT - 1] + '…'}"
