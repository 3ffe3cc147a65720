"""What a QTI 1.2 item says of points and reasons: conditions on responses."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from courses.interchange.found import Unsupported
from courses.interchange.numbers import number_of
from courses.interchange.xml_tree import XmlNode

_BOUNDS = {"varequal": "=", "vargte": ">", "vargt": ">", "varlte": "<", "varlt": "<"}


@dataclass(frozen=True)
class Test:
    """A comparison of the response `ident` with a value, `is_denied` where it must not hold."""

    ident: str
    sign: str
    value: str
    is_denied: bool = False


@dataclass
class Condition:
    """What a condition tests, what it earns of 100, and which feedback it shows."""

    tests: list[Test] = field(default_factory=list)
    points: Fraction = Fraction(0)
    feedback: tuple[str, ...] = ()
    is_open: bool = False
    """Whether it holds for any other response."""


def conditions_of(item: XmlNode) -> list[Condition]:
    """Return the conditions of an item in their order. Raises Unsupported for points in words."""
    found = []
    for node in item.child("resprocessing").all("respcondition"):
        variables = node.child("conditionvar")
        points = [_points(one) for one in node.all("setvar") if _is_score(one)]
        shown = tuple(one.attrs.get("linkrefid", "") for one in node.all("displayfeedback"))
        is_open = bool(variables.all("other"))
        found.append(Condition(list(_tests(variables)), sum(points, Fraction(0)), shown, is_open))
    return found


def _is_score(node: XmlNode) -> bool:
    return node.attrs.get("varname", "SCORE").upper() in ("SCORE", "QUE_SCORE")


def _points(node: XmlNode) -> Fraction:
    return Fraction(number_of(node.text or "0")) if node.text.strip() else Fraction(0)


def _tests(node: XmlNode, *, is_denied: bool = False) -> Iterator[Test]:
    for one in node.nodes:
        if one.tag in _BOUNDS:
            ident = one.attrs.get("respident", "")
            yield Test(ident, _BOUNDS[one.tag], one.text.strip(), is_denied)
        elif one.tag == "not":
            yield from _tests(one, is_denied=not is_denied)
        elif one.tag in ("and", "or"):
            yield from _tests(one, is_denied=is_denied)


def right_values(conditions: list[Condition], ident: str = "") -> dict[str, Fraction]:
    """Return value → points of every value that earns some; `ident` names the response."""
    found: dict[str, Fraction] = {}
    for condition in conditions:
        for test in condition.tests:
            is_own = not ident or test.ident == ident
            if condition.points > 0 and test.sign == "=" and is_own and not test.is_denied:
                found[test.value] = max(found.get(test.value, Fraction(0)), condition.points)
    return found


def feedback_of(conditions: list[Condition], texts: dict[str, str]) -> dict[str, str]:
    """Return value → reason, from conditions on one value that show a feedback."""
    found: dict[str, str] = {}
    for condition in conditions:
        values = {test.value for test in condition.tests if not test.is_denied}
        shown = [texts.pop(name) for name in condition.feedback if texts.get(name)]
        if shown and len(values) == 1:
            found.setdefault(next(iter(values)), "\n\n".join(shown))
        else:
            texts |= dict(zip(condition.feedback, shown, strict=False))
    return found


def best_number(conditions: list[Condition]) -> list[tuple[Condition, str, str, str]]:
    """Return condition, value, lower and upper bound of those that earn points."""
    rows = []
    for condition in conditions:
        if condition.points <= 0:
            continue
        bounds = dict.fromkeys("=><", "")
        for test in condition.tests:
            bounds[test.sign] = bounds[test.sign] or test.value
        if not any(bounds.values()):
            raise Unsupported("")
        rows.append((condition, bounds["="], bounds[">"], bounds["<"]))
    return rows
