"""One number to give: its key, tolerance and known errors, and the judgement on a number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.questions.base import ResponseError
from courses.questions.data import Expression
from courses.questions.expressions import CONTEXT, evaluate
from courses.questions.numeric.reading import read_number
from courses.questions.presentation import LINE, MARKDOWN, ui

CLEAR_DISTANCE = Decimal(3)
"""Tolerances by which a known error must differ from the key, or the numbers are redrawn."""
# Far below any tolerance, far above the rounding of 28 digits: a number exactly at the edge of
# the tolerance is inside, whatever the last digit of the key was rounded to.
_SLACK = Decimal("1e-18")

Values = Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class KnownError:
    answer: Expression = field(metadata=ui(gettext_lazy("Wrong result")))
    feedback: str = field(metadata=ui(gettext_lazy("What the learner did"), widget=MARKDOWN))


@dataclass(frozen=True, kw_only=True)
class NumericBlank:
    key: str = field(
        metadata=ui(
            gettext_lazy("Key"),
            help=gettext_lazy("The explanation shows the right number where it says {key}."),
            widget=LINE,
            generated="a",
            is_advanced=True,
        )
    )
    answer: Expression = field(
        metadata=ui(
            gettext_lazy("Right number"),
            help=gettext_lazy("A number, or a calculation with the names above."),
        )
    )
    feedback: str = field(metadata=ui(gettext_lazy("Reason for the learner"), widget=MARKDOWN))
    label: str = field(
        default="",
        metadata=ui(
            gettext_lazy("Label"),
            help=gettext_lazy("Needed where several numbers are asked for."),
            widget=LINE,
        ),
    )
    absolute: Expression | None = field(
        default=None, metadata=ui(gettext_lazy("Tolerance, plus or minus"))
    )
    relative: Expression | None = field(
        default=None,
        metadata=ui(
            gettext_lazy("Tolerance as a share"),
            help=gettext_lazy("0.05 is 5 per cent of the right number."),
            is_advanced=True,
        ),
    )
    unit: str = field(default="", metadata=ui(gettext_lazy("Unit"), widget=LINE))
    decimals: int | None = field(default=None, metadata=ui(gettext_lazy("Decimals asked for")))
    errors: tuple[KnownError, ...] = field(
        default=(),
        metadata=ui(
            gettext_lazy("Known errors"),
            help=gettext_lazy("A result that shows what went wrong gets its own answer."),
            item=gettext_lazy("Known error"),
        ),
    )
    otherwise: str = field(
        default="", metadata=ui(gettext_lazy("Reason for any other number"), widget=MARKDOWN)
    )

    def right(self, values: Values) -> Decimal:
        """Return the key. Raises ExpressionError."""
        return evaluate(self.answer, values)

    def tolerance(self, around: Decimal, values: Values) -> Decimal:
        """Return how far a number may be from `around`: the larger of absolute and relative.

        With neither, half a unit of the last decimal that is asked for, or nothing.
        """
        if self.absolute is None and self.relative is None:
            return Decimal(0) if self.decimals is None else Decimal(5).scaleb(-self.decimals - 1)
        absolute = evaluate(self.absolute or "0", values)
        relative = evaluate(self.relative or "0", values)
        return max(absolute, CONTEXT.multiply(relative, around.copy_abs()))

    def is_at(self, number: Decimal, around: Decimal, values: Values) -> bool:
        """Return whether the number is within tolerance, its limit included."""
        slack = CONTEXT.multiply(max(around.copy_abs(), Decimal(1)), _SLACK)
        reach = CONTEXT.add(self.tolerance(around, values), slack)
        return CONTEXT.subtract(number, around).copy_abs() <= reach

    def judge(self, number: Decimal, values: Values) -> tuple[bool, str]:
        """Return whether it is right, and the feedback: of the key, a known error, or otherwise."""
        if self.is_at(number, self.right(values), values):
            return True, self.feedback
        place = self.met_error(number, values)
        if place is not None:
            return False, self.errors[place].feedback
        return False, self.otherwise or _(
            "This number comes from none of the usual slips. Check each step, the unit and the "
            "rounding."
        )

    def read(self, typed: str, decimal: str) -> Decimal | None:
        """Return the number that was typed, None where there is none to read."""
        try:
            return read_number(typed, decimal=decimal, unit=self.unit)
        except ResponseError:
            return None

    def met_error(self, number: Decimal, values: Values) -> int | None:
        """Return the place of the first known error that it is; None for the right number too."""
        if self.is_at(number, self.right(values), values):
            return None
        wrong = enumerate(self.wrong(values))
        return next((place for place, one in wrong if self.is_at(number, one, values)), None)

    def wrong(self, values: Values) -> list[Decimal]:
        """Return the value of every known error. Raises ExpressionError."""
        return [evaluate(error.answer, values) for error in self.errors]

    def close_errors(self, values: Values) -> list[int]:
        """Return indexes of known errors that equal the right answer with these numbers."""
        right = self.right(values)
        close = []
        for index, wrong in enumerate(self.wrong(values)):
            tolerance = max(self.tolerance(right, values), self.tolerance(wrong, values))
            distance = CONTEXT.subtract(right, wrong).copy_abs()
            if distance <= CONTEXT.multiply(CLEAR_DISTANCE, tolerance):
                close.append(index)
        return close


def with_keys(blanks: tuple[NumericBlank, ...], values: Values) -> dict[str, Decimal]:
    """Return the values, and under each blank's key its right number. Raises ExpressionError."""
    return {**values, **{blank.key: blank.right(values) for blank in blanks}}


def met_errors(
    blanks: tuple[NumericBlank, ...], typed: Mapping[str, str], decimal: str, values: Values
) -> tuple[int, ...]:
    """Return the places of the known errors that were made, counted through all blanks."""
    found, first = [], 0
    for blank in blanks:
        number = blank.read(typed.get(blank.key, ""), decimal)
        place = blank.met_error(number, values) if number is not None else None
        if place is not None:
            found.append(first + place)
        first += len(blank.errors)
    return tuple(found)
