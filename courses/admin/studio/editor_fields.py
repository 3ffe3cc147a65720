"""The values of a thing as the texts of its editor's form, as a browser would post them."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms as django_forms

from courses.admin.studio.about import AboutForm
from courses.admin.studio.lesson_form import LessonTextForm
from courses.admin.studio.quiz_places import posted_places
from courses.admin.studio.quiz_settings import SettingsForm
from courses.coursefiles.durations import file_kind, from_file
from courses.domain.authoring.columns import fill
from courses.domain.authoring.working_copies import RECORDS, Thing
from courses.models import Quiz
from courses.questions import forms, registry
from courses.questions.data import load

Fields = list[list[str]]


def fields_of(*, thing: Thing, row: Any, values: Mapping[str, Any]) -> Fields:
    """Return the texts of the form for the values of an edition or a record.

    `row` is that of the thing, or of a new one that is not saved yet.
    """
    return [list(pair) for pair in _KINDS[thing.kind](row, values)]


def record_of_values(kind: str, values: Mapping[str, Any]) -> Any:
    """Return the record that an edition's values are of."""
    own = {name: each for name, each in values.items() if name not in _NO_RECORD}
    return from_file(RECORDS[kind], load(file_kind(RECORDS[kind]), own))


def _lesson(row: Any, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from posted(LessonTextForm(lesson=row, initial=_initial("lesson", values)))


def _question(row: Any, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    question = row if row.pk else None
    initial = _initial("question", values)
    yield from posted(AboutForm(course=row.course, question=question, initial=initial))
    kind = registry.all_types().get(initial["type"])
    if kind is not None:
        yield from forms.fill(kind, initial["data"]).items()


def _quiz(row: Any, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    record = record_of_values("quiz", values)
    shown = Quiz(pk=row.pk, course=row.course)
    fill(row=shown, record=record)
    form = SettingsForm(quiz=shown, record=record)
    yield from posted(form)
    for line in form.table:
        yield from ((line.name, box.name) for box in line.boxes if box.is_checked)
    yield from posted_places(record.items)


def _initial(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {**vars(record_of_values(kind, values)), "module": values.get("module", "")}


_NO_RECORD = ("module", "position", "archived")
_KINDS = {"lesson": _lesson, "question": _question, "quiz": _quiz}


def posted(form: django_forms.BaseForm) -> Iterator[tuple[str, str]]:
    """Yield what a browser posts of a form that nobody has touched."""
    for bound in form:
        value, widget = bound.value(), bound.field.widget
        if isinstance(widget, django_forms.CheckboxInput):
            if value:
                yield bound.html_name, "on"
        elif isinstance(value, list | tuple):
            yield from ((bound.html_name, str(one)) for one in value)
        else:
            text = widget.format_value(value)
            yield bound.html_name, "".join(text) if isinstance(text, list) else str(text or "")
