"""Arithmetic of question authors: a small grammar of our own, evaluated in decimal numbers.

`compiled("100*(p - d)/n")(values)` gives a Decimal or raises ExpressionError with the position.
Known are + - * / **, signs, parentheses, numbers, names and the functions in FUNCTIONS; nothing
else exists, so nothing else can be reached. Length, size, depth, exponents and magnitudes are
bounded, which bounds the time of any input.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from courses.errors import Invalid

LENGTH_LIMIT = 200
NODE_LIMIT = 60
DEPTH_LIMIT = 20
EXPONENT_LIMIT = 20
PLACES_LIMIT = 12
MAGNITUDE_LIMIT = Decimal("1e50")
CONTEXT = Context(
    prec=28, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow]
)

Values = Mapping[str, Decimal]
Step = Callable[[Values], Decimal]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>\*\*|[-+*/(),]))",
    re.ASCII,
)


class ExpressionError(Invalid):
    """The expression cannot be read or evaluated; the message names the position in it."""

    code = "invalid_expression"


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


@dataclass(frozen=True)
class Formula:
    """A readable expression. `names` are what it needs; calling it evaluates it."""

    source: str
    names: frozenset[str]
    step: Step

    def __call__(self, values: Values) -> Decimal:
        """Return the value. Raises ExpressionError: unknown name, division by zero, too large."""
        return self.step(values)


@lru_cache(maxsize=2048)
def compiled(source: str) -> Formula:
    """Compile `source` to a Formula. Raises ExpressionError."""
    if len(source) > LENGTH_LIMIT:
        limit = {"limit": LENGTH_LIMIT}
        raise ExpressionError(_("An expression has at most %(limit)d characters.") % limit)
    reader = _Reader(list(_tokens(source)))
    step = reader.sum()
    if reader.token.kind != "end":
        raise _at(reader.token.position, _("An operator such as + or * is missing here."))
    return Formula(source, frozenset(reader.names), step)


def evaluate(source: str, values: Values) -> Decimal:
    """Return the value of `source` with these names. Raises ExpressionError."""
    return compiled(source)(values)


def _at(position: int, message: str) -> ExpressionError:
    where = {"position": position + 1, "message": message}
    return ExpressionError(_("At character %(position)d: %(message)s") % where)


def _tokens(source: str) -> Iterator[_Token]:
    position = 0
    end = len(source.rstrip())
    while position < end:
        match = _TOKEN.match(source, position)
        if match is None or match.lastgroup is None:
            start = position + len(source[position:]) - len(source[position:].lstrip())
            character = {"character": source[start]}
            raise _at(start, _("“%(character)s” cannot be used in an expression.") % character)
        yield _Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup))
        position = match.end()
    yield _Token("end", "", end)


class _Reader:
    """Recursive descent; every method returns a step that computes its part."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.nodes = 0
        self.depth = 0
        self.names: set[str] = set()

    @property
    def token(self) -> _Token:
        return self.tokens[self.index]

    def take(self, *texts: str) -> _Token | None:
        """Return the current token if it is one of these signs, stepping over it."""
        token = self.token
        if token.kind != "sign" or token.text not in texts:
            return None
        self.index += 1
        return token

    def need(self, text: str) -> None:
        if not self.take(text):
            raise _at(self.token.position, _("“%(sign)s” is missing here.") % {"sign": text})

    def count(self, position: int) -> None:
        self.nodes += 1
        if self.nodes > NODE_LIMIT:
            raise _at(position, _("The expression has too many parts."))

    def sum(self) -> Step:
        left = self.product()
        while sign := self.take("+", "-"):
            left = self._operation(sign, left, self.product())
        return left

    def product(self) -> Step:
        left = self.signed()
        while sign := self.take("*", "/"):
            left = self._operation(sign, left, self.signed())
        return left

    def signed(self) -> Step:
        sign = self.take("+", "-")
        if sign is None:
            return self.power()
        self.count(sign.position)
        inner = self.signed()
        return inner if sign.text == "+" else lambda values: CONTEXT.minus(inner(values))

    def power(self) -> Step:
        base = self.atom()
        sign = self.take("**")
        if sign is None:
            return base
        return self._operation(sign, base, self.signed())

    def atom(self) -> Step:
        token = self.token
        self.count(token.position)
        if token.kind == "number":
            self.index += 1
            return _number(token)
        if token.kind == "name":
            self.index += 1
            return self._call(token) if self.take("(") else self._name(token)
        if self.take("("):
            inner = self._nested(token.position)
            self.need(")")
            return inner
        raise _at(token.position, _("A number, a name or a parenthesis is missing here."))

    def _nested(self, position: int) -> Step:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise _at(position, _("The parentheses are nested too deeply."))
        inner = self.sum()
        self.depth -= 1
        return inner

    def _operation(self, sign: _Token, left: Step, right: Step) -> Step:
        self.count(sign.position)
        operate = _OPERATIONS[sign.text]
        return lambda values: _bounded(sign.position, operate, left(values), right(values))

    def _name(self, token: _Token) -> Step:
        self.names.add(token.text)

        def step(values: Values) -> Decimal:
            try:
                return values[token.text]
            except KeyError:
                name = {"name": token.text}
                raise _at(
                    token.position, _("There is nothing with the name “%(name)s”.") % name
                ) from None

        return step

    def _call(self, token: _Token) -> Step:
        if token.text not in FUNCTIONS:
            known = {"name": token.text, "known": ", ".join(FUNCTIONS)}
            message = _("“%(name)s” is not a function; known are: %(known)s.") % known
            raise _at(token.position, message)
        arguments = [self._nested(token.position)]
        while self.take(","):
            arguments.append(self._nested(token.position))
        self.need(")")
        function, most = FUNCTIONS[token.text]
        if len(arguments) > most:
            raise _at(token.position, _("Too many values stand between the parentheses."))
        return lambda values: _bounded(
            token.position, function, *(argument(values) for argument in arguments)
        )


def _number(token: _Token) -> Step:
    value = _bounded(token.position, CONTEXT.create_decimal, token.text)
    return lambda _values: value


def _bounded(position: int, operate: Callable[..., Decimal], *arguments: Decimal | str) -> Decimal:
    try:
        value = operate(*arguments)
    except ArithmeticError:
        raise _at(position, _("This cannot be computed (it may be a division by zero).")) from None
    if not value.is_finite() or value.copy_abs() > MAGNITUDE_LIMIT:
        raise _at(position, _("The number becomes too large."))
    return value


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if exponent.copy_abs() > EXPONENT_LIMIT:
        raise InvalidOperation
    return CONTEXT.power(base, exponent)


def _round(value: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    """Round half away from zero, as it is taught at school."""
    if places not in range(PLACES_LIMIT + 1):
        raise InvalidOperation
    return CONTEXT.quantize(value, Decimal(1).scaleb(-int(places)))


_OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
    "/": CONTEXT.divide,
    "**": _power,
}
# Function and the most values it takes.
FUNCTIONS: dict[str, tuple[Callable[..., Decimal], int]] = {
    "sqrt": (CONTEXT.sqrt, 1),
    "abs": (CONTEXT.abs, 1),
    "min": (lambda *values: min(values), NODE_LIMIT),
    "max": (lambda *values: max(values), NODE_LIMIT),
    "round": (_round, 2),
}
