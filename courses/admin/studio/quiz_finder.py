"""Questions of the bank to choose for a quiz: found by text, module, objective and tag."""

from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from courses.admin.studio.about import EMPTY
from courses.admin.studio.quiz_places import Places, with_stems
from courses.domain import drawing
from courses.models import Course, Question

FEW = 25


class Finder(forms.Form):
    """The filters, in the same form as the quiz."""

    use_required_attribute = False
    prefix = "find"

    text = forms.CharField(label=gettext_lazy("Words of the question, or its key"), required=False)
    module = forms.ChoiceField(label=gettext_lazy("Module"), required=False)
    objective = forms.ChoiceField(label=gettext_lazy("Objective"), required=False)
    tag = forms.ChoiceField(label=gettext_lazy("Tag"), required=False)
    difficulty = forms.ChoiceField(label=gettext_lazy("Difficulty"), required=False)
    checks = forms.BooleanField(
        label=gettext_lazy("Also the checks of lessons, which learners have seen"), required=False
    )

    def __init__(self, data: Any, *, course: Course, places: Places, is_open: bool) -> None:
        super().__init__(data)
        self.course, self.places, self.is_open = course, places, is_open
        for name, choices in self.choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
            field.choices = [EMPTY, *choices]
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "input"

    @cached_property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """What questions are chosen by, here and in draws. Three queries."""
        course = self.course
        objectives = course.objectives.order_by("module__position", "key")
        tags = course.tags.order_by("key").values_list("key", flat=True)
        return {
            "module": list(course.modules.order_by("position").values_list("key", "title")),
            "objective": [
                (key, f"{key} {text}") for key, text in objectives.values_list("key", "text")
            ],
            "tag": [(key, key) for key in tags],
            "difficulty": [(key, str(label)) for key, label in Question.Difficulty.choices],
        }

    @cached_property
    def found(self) -> list[Any]:
        """The first questions that fit and are not in the quiz yet; none before one looks."""
        if not self.is_open or not self.is_valid():
            return []
        wanted = self.cleaned_data
        there = [place.question for place in self.places if place.question]
        rows = Question.objects.drawable().filter(course=self.course).exclude(key__in=there)
        names = {"module": "module__key", "objective": "objective__key", "tag": "tags__key"}
        for name in ("module", "objective", "tag", "difficulty"):
            if wanted[name]:
                rows = rows.filter(**{names.get(name, name): wanted[name]})
        if not wanted["checks"]:
            rows = rows.exclude(pk__in=drawing.lesson_checks(course_ids=[self.course.pk]))
        rows = with_stems(rows)
        if wanted["text"]:
            text = wanted["text"]
            rows = rows.filter(Q(stem__icontains=text) | Q(key__icontains=text))
        return list(rows.order_by("module__position", "key")[: FEW + 1])

    @property
    def shown(self) -> list[Any]:
        return self.found[:FEW]

    @property
    def has_more(self) -> bool:
        return len(self.found) > FEW
