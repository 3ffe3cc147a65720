"""How each type of question is asked and scored in QTI 2.1."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from xml.sax.saxutils import escape

from courses.interchange.losses import Loss
from courses.interchange.moodle_xml.writing import tag
from courses.interchange.outgoing import lose_essay, number_out
from courses.interchange.qti21.parts import ItemParts, modal
from courses.questions.base import Choice
from courses.questions.gaps import GAP


def _decimal(share: Fraction) -> str:
    return f"{float(share):.6f}".rstrip("0").rstrip(".")


def _mapping(rows: Iterable[tuple[str, Fraction]], *, is_bounded: bool = True) -> str:
    entries = "".join(tag("mapEntry", mapKey=key, mappedValue=_decimal(one)) for key, one in rows)
    bounds = {"lowerBound": "0", "upperBound": "1"} if is_bounded else {}
    return tag("mapping", entries, defaultValue="0", **bounds)


def _options(parts: ItemParts, *, is_multiple: bool) -> None:
    item = parts.item
    parts.stem()
    right = [one.key for one in item.choices if one.weight > 0]
    rows = [(one.key, one.weight) for one in item.choices]
    cardinality = "multiple" if is_multiple else "single"
    parts.declare(cardinality, "identifier", right, _mapping(rows))
    fixed = item.extra.get("fixed", ())
    choices = [
        tag("simpleChoice", parts.inline(one.text), identifier=one.key,
            fixed="true" if one.key in fixed else "false")
        for one in item.choices
    ]  # fmt: skip
    is_shuffled = item.extra.get("shuffle", True) and item.choices[0].key != "true"
    parts.body.append(
        tag("choiceInteraction", *choices, responseIdentifier="RESPONSE",
            shuffle="true" if is_shuffled else "false", maxChoices="0" if is_multiple else "1")
    )  # fmt: skip
    parts.rules.append(_score(tag("mapResponse", identifier="RESPONSE")))
    _reasons(parts, item.choices, is_multiple=is_multiple)


def _score(value: str) -> str:
    return tag("setOutcomeValue", value, identifier="SCORE")


def _reasons(parts: ItemParts, choices: Iterable[Choice], *, is_multiple: bool) -> None:
    """Show the reason of each option that was chosen."""
    shown = [one for one in choices if one.feedback]
    if not shown:
        return
    chosen = tag("variable", identifier="RESPONSE")
    value = chosen if is_multiple else tag("multiple", chosen)
    parts.rules.append(tag("setOutcomeValue", value, identifier="FEEDBACK"))
    parts.feedback += [modal("FEEDBACK", one.key, parts.block(one.feedback)) for one in shown]


def _single(parts: ItemParts) -> None:
    _options(parts, is_multiple=False)


def _multiple(parts: ItemParts) -> None:
    _options(parts, is_multiple=True)


def _lose_reasons(parts: ItemParts, texts: Iterable[str]) -> None:
    parts.losses += [Loss("feedback", text[:80]) for text in texts if text]


def _entry(name: str) -> str:
    return f'<textEntryInteraction responseIdentifier="{name}"/>'


def _typed(parts: ItemParts) -> None:
    entry = parts.item.entries[0]
    parts.stem()
    sensitive = "true" if parts.item.extra.get("case_sensitive") else "false"
    rows = "".join(
        tag("mapEntry", mapKey=one.text, mappedValue=_decimal(one.weight), caseSensitive=sensitive)
        for one in entry.accepted
    )
    right = [escape(one.text) for one in entry.accepted if one.weight == 1][:1]
    parts.declare("single", "string", right, tag("mapping", rows, defaultValue="0"))
    parts.body.append(tag("p", _entry("RESPONSE")))
    parts.template = "map_response"
    _lose_reasons(parts, [*(one.feedback for one in entry.accepted), entry.feedback])


def _number(parts: ItemParts) -> None:
    out = number_out(parts.item, parts.losses)
    right, *wrong = out.entry.accepted
    parts.stem()
    parts.declare("single", "float", [right.text])
    unit = f" {escape(out.unit)}" if out.unit else ""
    parts.body.append(tag("p", _entry("RESPONSE"), unit))
    equal = tag(
        "equal",
        tag("variable", identifier="RESPONSE"),
        tag("correct", identifier="RESPONSE"),
        toleranceMode="absolute",
        tolerance=f"{out.tolerance:f} {out.tolerance:f}",
    )
    full = _score(tag("baseValue", "1", baseType="float"))
    parts.rules.append(tag("responseCondition", tag("responseIf", equal, full)))
    parts.losses += [Loss("known_errors")] if wrong else []
    _lose_reasons(parts, [right.feedback, out.entry.feedback])


def _pairs(parts: ItemParts) -> None:
    item = parts.item
    parts.stem()
    left = {one.key: f"l-{one.key}" for one in item.choices}
    right = {one.key: f"r-{one.key}" for one in item.targets}
    placed = [
        (f"{left[one]} {right[target]}", Fraction(1, len(left))) for one, target in item.pairs
    ]
    parts.declare("multiple", "directedPair", [pair for pair, _share in placed], _mapping(placed))
    most = str(len(left))
    sides = (
        [_match(left[one.key], parts.inline(one.text), "1") for one in item.choices],
        [_match(right[one.key], parts.inline(one.text), most) for one in item.targets],
    )
    sets = [tag("simpleMatchSet", *side) for side in sides]
    shuffle = "false" if item.extra.get("shuffle") is False else "true"
    parts.body.append(
        tag("matchInteraction", *sets, responseIdentifier="RESPONSE", shuffle=shuffle,
            maxAssociations=most)
    )  # fmt: skip
    parts.template = "map_response"
    _lose_reasons(parts, [one.feedback for one in (*item.choices, *item.targets)])


def _match(identifier: str, text: str, most: str) -> str:
    return tag("simpleAssociableChoice", text, identifier=identifier, matchMax=most)


def _order(parts: ItemParts) -> None:
    parts.stem()
    keys = [one.key for one in parts.item.choices]
    parts.declare("ordered", "identifier", keys)
    choices = [
        tag("simpleChoice", parts.inline(one.text), identifier=one.key)
        for one in parts.item.choices
    ]
    parts.body.append(
        tag("orderInteraction", *choices, responseIdentifier="RESPONSE", shuffle="true")
    )
    parts.template = "match_correct"
    parts.losses.append(Loss("ordering_scoring", "match_correct"))
    _lose_reasons(parts, [one.feedback for one in parts.item.choices])


def _essay(parts: ItemParts) -> None:
    parts.stem()
    lose_essay(parts.item, parts.losses)
    parts.declare("single", "string", [])
    parts.body.append('<extendedTextInteraction responseIdentifier="RESPONSE"/>\n')


def _gaps(parts: ItemParts) -> None:
    """Write a text with gaps; each gap is a response of its own."""
    item = parts.item
    options = item.extra.get("options", {})
    marks: dict[str, str] = {}
    sums = []
    for number, entry in enumerate(item.entries, 1):
        name = f"RESPONSE{number}"
        texts = [one.text for one in entry.accepted]
        share = Fraction(1, len(item.entries))
        listed = options.get(entry.key)
        if listed:
            keys = {text: f"c{place}" for place, text in enumerate(listed, 1)}
            rows = [(keys[text], share) for text in texts if text in keys]
            parts.declare("single", "identifier", [rows[0][0]], _mapping(rows), name)
            choices = [
                tag("inlineChoice", escape(text), identifier=key) for text, key in keys.items()
            ]
            marks[entry.key] = tag(
                "inlineChoiceInteraction", *choices, responseIdentifier=name, shuffle="false"
            ).strip()
        else:
            rows = [(text, share) for text in texts]
            parts.declare("single", "string", [escape(texts[0])], _mapping(rows), name)
            marks[entry.key] = _entry(name)
        sums.append(tag("mapResponse", identifier=name))
        _lose_reasons(parts, [entry.feedback])
    shown = parts.block(GAP.sub(r"cxgap\1cxgap", item.prompt))
    for key, mark in marks.items():
        shown = shown.replace(f"cxgap{key}cxgap", mark)
    parts.body.append(tag("div", shown))
    parts.rules.append(_score(tag("sum", *sums)))


MAKERS: dict[str, Callable[[ItemParts], None]] = {
    "single_choice": _single,
    "multiple_response": _multiple,
    "true_false": _single,
    "short_text": _typed,
    "numeric": _number,
    "matching": _pairs,
    "categorise": _pairs,
    "ordering": _order,
    "essay": _essay,
    "cloze": _gaps,
}
