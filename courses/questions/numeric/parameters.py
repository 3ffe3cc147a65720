"""Numbers that are drawn for an attempt, values derived from them, and texts that show them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.questions.data import Expression
from courses.questions.expressions import CONTEXT, ExpressionError, compiled, evaluate
from courses.questions.numeric.reading import shown_number
from courses.questions.presentation import ui

STEPS_LIMIT = 1_000_000
_ONE = Expression("1")
_PLACEHOLDER = re.compile(r"\{([A-Za-z0-9_][A-Za-z0-9_-]*)(?::(\d))?\}", re.ASCII)
# As the Markdown renderer finds formulas: `$5 and $7` is money.
_FORMULA = re.compile(r"((?<!\d)\$(?!\s)[^$]+(?<!\s)\$(?!\d))")


@dataclass(frozen=True, kw_only=True)
class ParameterValues:
    """Either one of `choices`, or min, min + step … up to max. Earlier names may be used."""

    min: Expression | None = field(default=None, metadata=ui(gettext_lazy("From")))
    max: Expression | None = field(default=None, metadata=ui(gettext_lazy("To")))
    step: Expression = field(default=_ONE, metadata=ui(gettext_lazy("In steps of")))
    choices: tuple[Expression, ...] = field(
        default=(),
        metadata=ui(gettext_lazy("Or one of these"), item=gettext_lazy("Value"), is_advanced=True),
    )

    @property
    def expressions(self) -> dict[str, Expression]:
        """Every expression of this draw by its path."""
        found = {f"choices.{index}": choice for index, choice in enumerate(self.choices)}
        limits = {"min": self.min, "max": self.max, "step": self.step}
        return found | {name: limit for name, limit in limits.items() if limit is not None}

    def draw(self, known: Mapping[str, Decimal], rng: Random) -> Decimal:
        """Return one value. Raises ExpressionError when the range is empty or endless."""
        if self.choices:
            return evaluate(self.choices[rng.randrange(len(self.choices))], known)
        least, most = evaluate(self.min or "", known), evaluate(self.max or "", known)
        step = evaluate(self.step, known)
        if step <= 0 or most < least:
            raise ExpressionError(_("There is nothing to draw between these limits."))
        steps = CONTEXT.divide(CONTEXT.subtract(most, least), step).to_integral_value(ROUND_FLOOR)
        if steps >= STEPS_LIMIT:
            raise ExpressionError(_("There are too many values between these limits."))
        return CONTEXT.add(least, CONTEXT.multiply(step, Decimal(rng.randrange(int(steps) + 1))))


def drawn(params: Mapping[str, ParameterValues], rng: Random) -> dict[str, Decimal]:
    """Return a value for every parameter. Raises ExpressionError."""
    values: dict[str, Decimal] = {}
    needs = {name: _needed(*draw.expressions.values()) for name, draw in params.items()}
    for name in in_order_of_need(needs):
        values[name] = params[name].draw(values, rng)
    return values


def with_derived(
    values: Mapping[str, Decimal], formulas: Mapping[str, Expression]
) -> dict[str, Decimal]:
    """Return the values and what the formulas make of them. Raises ExpressionError."""
    known = dict(values)
    for name in in_order_of_need({name: _needed(source) for name, source in formulas.items()}):
        known[name] = evaluate(formulas[name], known)
    return known


def in_order_of_need(needs: Mapping[str, frozenset[str]]) -> list[str]:
    """Return names so that each comes after those it needs. Raises ExpressionError on a circle.

    The order of a mapping is no help: a database may store JSON objects in another one.
    """
    order: list[str] = []
    waiting = sorted(needs)
    while waiting:
        ready = [name for name in waiting if not needs[name] & set(waiting)]
        if not ready:
            names = {"names": ", ".join(waiting)}
            raise ExpressionError(_("These depend on each other in a circle: %(names)s.") % names)
        order += ready
        waiting = [name for name in waiting if name not in ready]
    return order


def _needed(*sources: str) -> frozenset[str]:
    return frozenset().union(*(compiled(source).names for source in sources))


def filled_in(
    text: str, values: Mapping[str, Decimal], places: Mapping[str, int | None] | None = None
) -> str:
    """Return the text with `{name}` and `{name:2}` as numbers in the active language.

    Between dollar signs the braces stay around the number, because a formula such as
    `$\\frac{1}{n}$` needs them. Braces around anything else stay as they are.
    """
    places = places or {}

    def number(match: re.Match[str]) -> str:
        name, wanted = match[1], match[2]
        if name not in values:
            return match[0]
        return shown_number(values[name], int(wanted) if wanted else places.get(name))

    def number_in_braces(match: re.Match[str]) -> str:
        return f"{{{number(match)}}}" if match[1] in values else match[0]

    # `split` with a group puts every formula at an odd place.
    return "".join(
        _PLACEHOLDER.sub(number_in_braces if index % 2 else number, piece)
        for index, piece in enumerate(_FORMULA.split(text))
    )


def unknown_placeholders(text: str, known: Callable[[str], bool]) -> list[str]:
    """Return names in braces, outside formulas, that do not exist."""
    found = _PLACEHOLDER.findall(_FORMULA.sub("", text))
    return sorted({name for name, _places in found if not known(name)})
