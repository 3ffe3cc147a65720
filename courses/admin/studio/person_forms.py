"""The forms with which a person in a class is given more, moved, or given an end."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import moments
from courses.admin.studio.class_frame import ClassDateField
from courses.domain import closings, grants
from courses.models import Accommodation, Enrolment, Extension, Quiz, Section, limits

_MINUTE, _HOUR = 60, 3_600
_MOST_ATTEMPTS = 1_000
_NUMBER = {"class": "input"}


class SpanField(forms.DecimalField):
    """A length of time that people enter in this unit and the records keep in seconds."""

    def __init__(self, unit_s: int, **more: Any) -> None:
        self.unit_s = unit_s
        most = Decimal(limits.LONGEST_GRANT_S // unit_s)
        widget = forms.NumberInput(attrs={**_NUMBER, "step": "any", "min": "0"})
        super().__init__(min_value=0, max_value=most, decimal_places=2, widget=widget, **more)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        text = f"{Decimal(value) / self.unit_s:.2f}"
        return text.rstrip("0").rstrip(".")

    def clean(self, value: Any) -> Any:
        given = super().clean(value)
        return 0 if given is None else round(given * self.unit_s)


def _attempts() -> forms.IntegerField:
    widget = forms.NumberInput(attrs=_NUMBER)
    return forms.IntegerField(
        label=gettext_lazy("Extra attempts"),
        min_value=0,
        max_value=_MOST_ATTEMPTS,
        required=False,
        widget=widget,
    )


class LearnerAccommodationForm(forms.Form):
    """What a learner is granted in all quizzes of the course."""

    use_required_attribute = False

    time_factor = forms.DecimalField(
        label=gettext_lazy("Time factor"),
        min_value=1,
        max_value=10,
        decimal_places=2,
        widget=forms.NumberInput(attrs={**_NUMBER, "step": "0.05"}),
        help_text=gettext_lazy("1.5 gives half as much time again; closing dates move with it."),
    )
    extra_attempts = _attempts()
    closes_later_s = SpanField(
        _HOUR, label=gettext_lazy("Closing dates move by (hours)"), required=False
    )
    is_confirmed = forms.BooleanField(
        label=gettext_lazy("Move these closing dates"), required=False
    )

    def __init__(self, data: Any, *, enrolment: Enrolment, now: Any) -> None:
        row = Accommodation.objects.filter(user=enrolment.user, course=enrolment.course).first()
        names = ("time_factor", "extra_attempts", "closes_later_s")
        known = row or Accommodation(time_factor=Decimal(1))
        initial = {name: getattr(known, name) for name in names}
        initial["time_factor"] = f"{known.time_factor.normalize():f}"
        super().__init__(data, initial=initial, prefix="accommodation")
        self.enrolment, self.now = enrolment, now
        self.moved: list[str] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        moved = closings.moved_closings(
            user=self.enrolment.user,
            course=self.enrolment.course,
            time_factor=cleaned["time_factor"],
            closes_later_s=cleaned["closes_later_s"],
            now=self.now,
        )
        if moved and not cleaned["is_confirmed"]:
            self.moved = [_sentence(one) for one in moved]
            self.add_error("is_confirmed", _("Closing dates move for this learner. Confirm it."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what to grant."""
        cleaned = self.cleaned_data
        return {
            "time_factor": cleaned["time_factor"],
            "extra_attempts": cleaned["extra_attempts"] or 0,
            "closes_later_s": cleaned["closes_later_s"],
        }


def _sentence(moved: closings.MovedClosing) -> str:
    values = {
        "quiz": moved.quiz.title,
        "old": moments.written(moved.closes_at),
        "new": moments.written(moved.moves_to),
    }
    return _("%(quiz)s: closes on %(new)s instead of %(old)s.") % values


class ExtensionForm(forms.Form):
    """What a learner is granted in one quiz."""

    use_required_attribute = False

    quiz = forms.ModelChoiceField(
        label=gettext_lazy("Quiz"),
        queryset=Quiz.objects.none(),
        widget=forms.Select(attrs={"class": "input"}),
    )
    extra_time_s = SpanField(_MINUTE, label=gettext_lazy("Extra time (minutes)"), required=False)
    extra_attempts = _attempts()
    closes_at = ClassDateField(
        label=gettext_lazy("Closes on"),
        required=False,
        validators=limits.DATES,
        help_text=gettext_lazy("Later than for the class: the quiz is open again until then."),
    )

    def __init__(self, data: Any, *, enrolment: Enrolment, row: Extension | None, now: Any) -> None:
        initial: dict[str, Any] = {}
        if row is not None:
            names = ("quiz", "extra_time_s", "extra_attempts", "closes_at")
            initial = {name: getattr(row, name) for name in names}
        super().__init__(data, initial=initial, prefix="extension")
        quizzes = Quiz.objects.offered().standalone().filter(course=enrolment.course_id)
        field: Any = self.fields["quiz"]
        field.queryset = quizzes.order_by("module__position", "position", "pk")
        self.now = now

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        closes_at = cleaned.get("closes_at")
        if closes_at is not None and closes_at <= self.now and "closes_at" in self.changed_data:
            self.add_error("closes_at", _("Choose a time that is still to come."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what to grant, with the quiz."""
        cleaned = self.cleaned_data
        is_new = "closes_at" in self.changed_data
        return {
            "quiz": cleaned["quiz"],
            "extra_time_s": cleaned["extra_time_s"],
            "extra_attempts": cleaned["extra_attempts"] or 0,
            "closes_at": cleaned["closes_at"] if is_new else self.initial.get("closes_at"),
        }


class EndForm(forms.Form):
    """When the enrolment ends by itself."""

    use_required_attribute = False

    ends_at = ClassDateField(
        label=gettext_lazy("Ends on"),
        required=False,
        validators=limits.DATES,
        help_text=gettext_lazy("Empty: it does not end by itself."),
    )

    def __init__(self, data: Any, *, enrolment: Enrolment, now: Any) -> None:
        super().__init__(data, initial={"ends_at": enrolment.ends_at}, prefix="end")
        self.now = now

    def clean_ends_at(self) -> Any:
        if "ends_at" not in self.changed_data:
            return self.initial["ends_at"]
        ends_at = self.cleaned_data["ends_at"]
        if ends_at is not None and ends_at <= self.now:
            raise forms.ValidationError(_("Choose a time that is still to come."))
        return ends_at


class MoveForm(forms.Form):
    """The class to which somebody goes with all they did."""

    use_required_attribute = False

    section = forms.ModelChoiceField(
        label=gettext_lazy("Class"),
        queryset=Section.objects.none(),
        widget=forms.Select(attrs={"class": "input"}),
    )

    def __init__(self, data: Any, *, sections: Any) -> None:
        super().__init__(data, prefix="move")
        field: Any = self.fields["section"]
        field.queryset = sections


def neutral_extension() -> dict[str, Any]:
    """Return the values that grant nothing."""
    return {"extra_time_s": 0, "extra_attempts": 0, "closes_at": None}


def granted_of(enrolment: Enrolment) -> grants.Granted:
    """Return what the learner is granted."""
    return grants.of_many(enrolments=[enrolment], course=enrolment.course)[0]
