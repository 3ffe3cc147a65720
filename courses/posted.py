"""Texts as forms send them, and the form of a mark: the admin and the pages of classes share it."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import Invalid

LONGEST = 10_000
"""Characters of a text about a response."""
_BREAKS = re.compile("\r\n?")
_LONGEST_NUMBER = 15
"""Digits of a primary key; more does not fit a column."""


def row_number(text: str) -> int | None:
    """Return the number that names a row; None for what cannot be one."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number else None


def clean_text(text: str) -> str:
    """Return the text with the line breaks of files; browsers send those of the mail."""
    return _BREAKS.sub("\n", text)


class MarkForm(forms.Form):
    """What stands beside the levels."""

    use_required_attribute = False

    feedback = forms.CharField(
        label=gettext_lazy("Feedback"),
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input", "data-echo": "feedback-preview"}),
        help_text=gettext_lazy("The learner reads it beside the response. Markdown."),
    )
    points = forms.DecimalField(
        label=gettext_lazy("Other points"),
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=3,
        localize=True,
        widget=forms.TextInput(attrs={"class": "input", "inputmode": "decimal"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "input"}),
        help_text=gettext_lazy("For the records, where the points differ from the levels."),
    )

    def __init__(self, *args: Any, worth: Decimal, has_rubric: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.worth = worth
        if not has_rubric:
            self.fields["points"].label = _("Points")
        most = f"{worth.normalize():f}"
        self.fields["points"].help_text = _("From 0 to %(points)s.") % {"points": most}

    def clean_points(self) -> Decimal | None:
        points: Decimal | None = self.cleaned_data["points"]
        if points is not None and points > self.worth:
            raise forms.ValidationError(_("This is more than the item's maximum."))
        return points

    def name_problems(self, error: Invalid, levels: dict[str, tuple[str, ...]]) -> str:
        """Put each problem beside its field, those of levels into `levels`; return what is left."""
        others = []
        for one in error.problems:
            head, _dot, key = one.path.partition(".")
            if head == "levels":
                levels[key] = (*levels.get(key, ()), one.message)
            elif one.path in self.fields:
                self.add_error(one.path, one.message)
            else:
                others.append(one.message)
        return " ".join(others) or ("" if error.problems else str(error))

    def replace_feedback(self, text: str) -> None:
        """Show this feedback instead of what was sent."""
        self.data = {**self.data, "feedback": text}

    @property
    def scaled(self) -> Fraction | None:
        """The share that other points are; None where the levels alone decide."""
        points = self.cleaned_data["points"]
        return None if points is None else Fraction(points) / Fraction(self.worth)
