"""What the numbers drawn for several learners lead to, for the author who looks for odd ones."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from courses.questions.numeric.blanks import NumericBlank, with_keys
from courses.questions.numeric.parameters import filled_in
from courses.questions.numeric.reading import shown_number


def draw_row(values: Mapping[str, Decimal], blanks: tuple[NumericBlank, ...]) -> dict[str, str]:
    """Return one draw by the names of its columns: numbers, right results, results of errors."""
    row = {name: shown_number(value) for name, value in values.items()}
    known = with_keys(blanks, values)
    for blank in blanks:
        label = filled_in(blank.label, values) if len(blanks) > 1 else ""
        end = f", {label}" if label else ""
        row[_("Right number") + end] = shown_number(known[blank.key], blank.decimals)
        for number, wrong in enumerate(blank.wrong(known), 1):
            row[_("Known error %(number)d") % {"number": number} + end] = shown_number(
                wrong, blank.decimals
            )
    return row
