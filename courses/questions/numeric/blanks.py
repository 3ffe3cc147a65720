"""One number to give: its key, tolerance and known errors, and the judgement on a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from courses.questions.data import Expression
from courses.questions.expressions import CONTEXT, evaluate

CLEAR_DISTANCE = Decimal(3)
"""Tolerances by which a known error must differ from the key, or the numbers are redrawn."""
# Far below any tolerance, far above the rounding of 28 digits: a number exactly at the edge of
# the tolerance is inside, whatever the last digit of the key was rounded to.
_SLACK = Decimal("1e-18")

Values = Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class KnownError:
    answer: Expression
    feedback: str


@dataclass(frozen=True, kw_only=True)
class NumericBlank:
    key: str
    answer: Expression
    feedback: str
    label: str = ""
    absolute: Expression | None = None
    relative: Expression | None = None
    unit: str = ""
    decimals: int | None = None
    errors: tuple[KnownError, ...] = ()
    otherwise: str = ""

    def right(self, values: Values) -> Decimal:
        """Return the key. Raises ExpressionError."""
        return evaluate(self.answer, values)

    def tolerance(self, around: Decimal, values: Values) -> Decimal:
        """How far a number may lie from `around`: the wider one of absolute and relative.

        With neither, half a unit of the last decimal that is asked for, or nothing.
        """
        if self.absolute is None and self.relative is None:
            return Decimal(0) if self.decimals is None else Decimal(5).scaleb(-self.decimals - 1)
        absolute = evaluate(self.absolute or "0", values)
        relative = evaluate(self.relative or "0", values)
        return max(absolute, CONTEXT.multiply(relative, around.copy_abs()))

    def is_at(self, number: Decimal, around: Decimal, values: Values) -> bool:
        """Is the number within tolerance? Its edge is inside."""
        slack = CONTEXT.multiply(max(around.copy_abs(), Decimal(1)), _SLACK)
        reach = CONTEXT.add(self.tolerance(around, values), slack)
        return CONTEXT.subtract(number, around).copy_abs() <= reach

    def judge(self, number: Decimal, values: Values) -> tuple[bool, str]:
        """Is it right, and the feedback: of the key, of the first known error, or otherwise."""
        if self.is_at(number, self.right(values), values):
            return True, self.feedback
        for error, wrong in zip(self.errors, self.wrong(values), strict=True):
            if self.is_at(number, wrong, values):
                return False, error.feedback
        return False, self.otherwise or _(
            "This number comes from none of the usual slips. Check each step, the unit and the "
            "rounding."
        )

    def wrong(self, values: Values) -> list[Decimal]:
        """Return the value of every known error. Raises ExpressionError."""
        return [evaluate(error.answer, values) for error in self.errors]

    def close_errors(self, values: Values) -> list[int]:
        """Indexes of known errors that equal the right answer with these numbers."""
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
