"""Warnings about a numeric question before it is saved.

First what can be read off the data; then 200 draws are played through, so that no learner meets
a division by zero, or an error that looks like the key.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from random import Random

from django.utils.translation import gettext as _

from courses.errors import Problem
from courses.questions.authoring import check_count, check_keys, check_stem, check_texts
from courses.questions.data import Expression
from courses.questions.expressions import CONTEXT, FUNCTIONS, ExpressionError, compiled
from courses.questions.numeric.blanks import NumericBlank, with_keys
from courses.questions.numeric.parameters import (
    ParameterValues,
    drawn,
    in_order_of_need,
    unknown_placeholders,
    with_derived,
)

DRAWS = 200
REDRAWN_LIMIT = 0.2
DECIMALS_LIMIT = 10
# A key beyond these cannot sensibly be typed.
LEAST, MOST = Decimal("1e-9"), Decimal("1e15")

Draws = Mapping[str, ParameterValues]
Formulas = Mapping[str, Expression]
Blanks = tuple[NumericBlank, ...]


def check_numeric(
    params: Draws, values: Formulas, blanks: Blanks, texts: Mapping[str, str], explanation: str
) -> Iterator[Problem]:
    """Yield every problem of a numeric question; `texts` by path may use params and values."""
    problems = [
        *check_stem(texts["stem"]),
        *_check_blanks(blanks),
        *_check_names(params, values, blanks),
        *_check_draws(params),
        *_check_formulas(params, values, blanks),
        *_check_placeholders(params, values, blanks, texts, explanation),
    ]
    yield from problems
    if not problems:
        yield from _check_by_drawing(params, values, blanks)


def _check_blanks(blanks: Blanks) -> Iterator[Problem]:
    yield from check_count(blanks, "blanks", least=1)
    yield from check_keys(blanks, "blanks")
    needed = ("feedback", "label") if len(blanks) > 1 else ("feedback",)
    yield from check_texts(blanks, "blanks", *needed, unique="label")
    for index, blank in enumerate(blanks):
        yield from check_texts(blank.errors, f"blanks.{index}.errors", "feedback")
        if blank.decimals is not None and not 0 <= blank.decimals <= DECIMALS_LIMIT:
            limit = {"limit": DECIMALS_LIMIT}
            message = _("A number of decimals from 0 to %(limit)d is expected here.") % limit
            yield Problem(f"blanks.{index}.decimals", message)


def _check_names(params: Draws, values: Formulas, blanks: Blanks) -> Iterator[Problem]:
    for path, names in (("params", params), ("values", values)):
        for name in names:
            if not (name.isascii() and name.isidentifier()) or name in FUNCTIONS:
                message = _("A name is letters, digits and _, and not that of a function.")
                yield Problem(f"{path}.{name}", message)
    for name in sorted(set(params) & set(values)):
        yield Problem(f"values.{name}", _("A parameter has this name already."))
    for index, blank in enumerate(blanks):
        if blank.key in params or blank.key in values:
            yield Problem(f"blanks.{index}.key", _("A parameter or value has this name already."))


def _check_draws(params: Draws) -> Iterator[Problem]:
    for name, draw in params.items():
        has_range = draw.min is not None and draw.max is not None
        has_part = draw.min is not None or draw.max is not None
        if has_part == bool(draw.choices) or has_part != has_range:
            yield Problem(f"params.{name}", _("Give either choices, or min and max."))


def _check_formulas(params: Draws, values: Formulas, blanks: Blanks) -> Iterator[Problem]:
    names = {*params, *values}
    keys = {blank.key for blank in blanks}
    known_at = {
        f"params.{name}.{part}": (source, set(params) - {name})
        for name, draw in params.items()
        for part, source in draw.expressions.items()
    }
    known_at |= {f"values.{name}": (source, names - {name}) for name, source in values.items()}
    for index, blank in enumerate(blanks):
        path = f"blanks.{index}"
        known_at[f"{path}.answer"] = (blank.answer, names)
        known_at[f"{path}.absolute"] = (blank.absolute or Expression("0"), names)
        known_at[f"{path}.relative"] = (blank.relative or Expression("0"), names)
        for place, error in enumerate(blank.errors):
            known_at[f"{path}.errors.{place}.answer"] = (error.answer, names | keys)
    problems = [
        p for path, (source, known) in known_at.items() for p in _unread(path, source, known)
    ]
    yield from problems
    if not problems:
        yield from _check_circles(params, values)


def _unread(path: str, source: str, known: set[str]) -> Iterator[Problem]:
    try:
        unknown = sorted(compiled(source).names - known)
    except ExpressionError as error:
        yield Problem(path, str(error))
        return
    if unknown:
        names = {"names": ", ".join(unknown)}
        yield Problem(path, _("These names are not known here: %(names)s.") % names)


def _check_circles(params: Draws, values: Formulas) -> Iterator[Problem]:
    needs_of_params = {
        name: frozenset().union(*(compiled(source).names for source in draw.expressions.values()))
        for name, draw in params.items()
    }
    needs_of_values = {name: compiled(source).names for name, source in values.items()}
    for path, needs in (("params", needs_of_params), ("values", needs_of_values)):
        try:
            in_order_of_need(needs)
        except ExpressionError as error:
            yield Problem(path, str(error))


def _check_placeholders(
    params: Draws,
    values: Formulas,
    blanks: Blanks,
    texts: Mapping[str, str],
    explanation: str,
) -> Iterator[Problem]:
    names = {*params, *values}
    keys = {blank.key for blank in blanks}
    for index, blank in enumerate(blanks):
        path = f"blanks.{index}"
        places = {f"{path}.errors.{i}.feedback": e.feedback for i, e in enumerate(blank.errors)}
        places |= {f"{path}.{n}": getattr(blank, n) for n in ("label", "feedback", "otherwise")}
        texts = {**texts, **places}
    for path, text in texts.items():
        # Without parameters braces mean nothing, but a key would be given away by a slip.
        for name in unknown_placeholders(text, lambda name: name in names):
            if name in keys:
                message = _("The key may be shown in the explanation only: {%(name)s}.")
                yield Problem(path, message % {"name": name})
            elif names:
                yield Problem(
                    path, _("There is nothing with the name {%(name)s}.") % {"name": name}
                )
    for name in unknown_placeholders(explanation, lambda name: name in names | keys):
        if names:
            yield Problem(
                "explanation", _("There is nothing with the name {%(name)s}.") % {"name": name}
            )


def _check_by_drawing(params: Draws, values: Formulas, blanks: Blanks) -> Iterator[Problem]:
    draws = DRAWS if params else 1
    failures: dict[str, str] = {}
    close: Counter[str] = Counter()
    for seed in range(draws):
        known: dict[str, Decimal] = {}
        try:
            path = "params"
            known = drawn(params, Random(seed))  # noqa: S311 - numbers for a question
            path = "values"
            known = with_derived(known, values)
            for index, blank in enumerate(blanks):
                path = f"blanks.{index}"
                close.update(_play_through(blank, path, blanks, known))
        except ExpressionError as error:
            failures.setdefault(path, _with_numbers(str(error), known, params))
    for path, message in failures.items():
        yield Problem(path, message)
    for path, count in close.items():
        if count > REDRAWN_LIMIT * draws:
            numbers = {"count": count, "draws": draws}
            message = _(
                "In %(count)d of %(draws)d draws this lies within three tolerances of the key."
            )
            yield Problem(path, message % numbers)


def _play_through(
    blank: NumericBlank, path: str, blanks: Blanks, values: Mapping[str, Decimal]
) -> list[str]:
    """Return paths of errors too close to the key. Raises ExpressionError with what fails."""
    known = with_keys(blanks, values)
    right = known[blank.key]
    if right and not LEAST <= right.copy_abs() <= MOST:
        raise ExpressionError(_("The key is too large or too small to be typed."))
    tolerance = blank.tolerance(right, known)
    if tolerance < 0:
        raise ExpressionError(_("A tolerance cannot be negative."))
    places = DECIMALS_LIMIT if blank.decimals is None else blank.decimals
    rounded = CONTEXT.quantize(right, Decimal(1).scaleb(-places))
    if (blank.decimals is not None or not tolerance) and not blank.is_at(rounded, right, known):
        raise ExpressionError(
            _("Rounded to the decimals asked for, the key lies outside its own tolerance.")
        )
    return [f"{path}.errors.{index}.answer" for index in blank.close_errors(known)]


def _with_numbers(message: str, known: Mapping[str, Decimal], params: Draws) -> str:
    """Return the message with the drawn numbers for which it applies."""
    draw = ", ".join(f"{name} = {known[name]}" for name in sorted(params) if name in known)
    return f"{message} ({draw})" if draw else message
