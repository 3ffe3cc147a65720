"""From the lines of a GIFT question to its parts: name, text, answers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.translation import gettext as _

_BEGINS = re.compile(
    r"(?<!\\)\{\s*(?:[=~#}]|$|(?:TRUE|FALSE|T|F)\s*[#}])|^\s*(?:::|\$CATEGORY:|//)"
)
_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_HIDDEN = {one: chr(0xE000 + place) for place, one in enumerate("~=#{}:\\n")}
"""What stands for an escaped sign while the text is cut at the signs that are not escaped."""
_SHOWN = {hidden: "\n" if one == "n" else one for one, hidden in _HIDDEN.items()}
_NAME = re.compile(r"\s*::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_TRUE, _FALSE = ("T", "TRUE"), ("F", "FALSE")
_ANSWER = re.compile(r"([=~])([^=~]*)")
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,9})?)%")
_CATEGORY = re.compile(r"\s*\$CATEGORY:(.*)")
_MARK = re.compile(r"\[(id|tag):((?:\\\]|[^\]])*)\]")
_ARROW = "->"
ANSWERS_LIMIT = 1_000
_LIMITS = {"limit": ANSWERS_LIMIT}
GAP = "_____"
"""What stands in the text of a question whose answers stand within it."""


class GiftError(Exception):
    """What is wrong with the grammar, in words."""


@dataclass(frozen=True)
class GiftText:
    """A text, and its format where the file says one."""

    text: str = ""
    form: str = ""


NOTHING = GiftText()


@dataclass(frozen=True)
class GiftAnswer:
    """One answer after `=` (right) or `~` (wrong), with its share of the points."""

    is_right: bool
    share: Fraction
    text: GiftText
    feedback: GiftText = NOTHING
    match: GiftText | None = None
    """What belongs to the text, behind an arrow."""
    has_weight: bool = False


@dataclass(frozen=True)
class GiftQuestion:
    """The parts of a question. `kind` is what Moodle calls its type; "" without anything."""

    kind: str
    stem: GiftText = NOTHING
    tail: GiftText = NOTHING
    """What stands behind the answers."""
    name: str = ""
    answers: tuple[GiftAnswer, ...] = ()
    is_true: bool = False
    explanation: GiftText = NOTHING
    ignored: tuple[str, ...] = ()
    """Lines around it that are no part of it: comments and categories."""
    category: str | None = None
    ident: str = ""
    tags: tuple[str, ...] = ()


def is_gift(lines: Sequence[str]) -> bool:
    """Return whether the lines are a question, a comment or a category in GIFT."""
    return _BEGINS.search("\n".join(lines)) is not None


def around(lines: Sequence[str]) -> GiftQuestion:
    """Return what comments and categories around a question say."""
    ignored = tuple(line.strip() for line in lines if _is_around(line))
    categories = [found[1].strip() for line in ignored if (found := _CATEGORY.fullmatch(line))]
    marks = [mark for line in ignored if line.startswith("//") for mark in _MARK.findall(line)]
    idents = [text.replace("\\]", "]").strip() for name, text in marks if name == "id"]
    return GiftQuestion(
        "",
        ignored=ignored,
        category=categories[-1] if categories else None,
        ident=idents[-1] if idents else "",
        tags=tuple(text.replace("\\]", "]").strip() for name, text in marks if name == "tag"),
    )


def parts_of(lines: Sequence[str]) -> GiftQuestion:
    """Return the parts of a question. Raises GiftError."""
    text = _hidden("\n".join(line for line in lines if not _is_around(line)))
    name, text = _taken(_NAME, text)
    form, text = _taken(_FORMAT, text)
    form = form.lower()
    before, opened, rest = text.partition("{")
    found = replace(around(lines), stem=GiftText(_plain(before), form), name=_plain(name))
    if not opened:
        return replace(found, kind="description" if found.stem.text else "")
    body, closed, after = rest.partition("}")
    if not closed:
        raise GiftError(_("The answers have no closing }."))
    if "{" in after:
        raise GiftError(_("A question has its answers in one pair of braces."))
    body, _sign, explanation = body.partition("####")
    kind, is_true, answers = _answers(body.strip())
    return replace(
        found,
        kind=kind,
        is_true=is_true,
        tail=GiftText(_plain(after), form),
        answers=answers,
        explanation=_text(explanation),
    )


def _is_around(line: str) -> bool:
    return line.lstrip().startswith(("//", "$CATEGORY:"))


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def _text(text: str) -> GiftText:
    form, rest = _taken(_FORMAT, text)
    return GiftText(_plain(rest), form.lower())


def _answers(body: str) -> tuple[str, bool, tuple[GiftAnswer, ...]]:
    """Return the type, whether a statement is true, and the answers."""
    if not body:
        return "essay", False, ()
    first, *feedback = body.split("#")
    if first.strip().upper() in (*_TRUE, *_FALSE):
        is_true = first.strip().upper() in _TRUE
        return "truefalse", is_true, tuple(_statement(feedback, is_true=is_true))
    if body.startswith("#"):
        numbers = body[1:].lstrip()
        return "numerical", False, tuple(_listed(numbers if numbers[:1] == "=" else f"={numbers}"))
    answers = tuple(_listed(body))
    if not answers:
        raise GiftError(_("Each answer begins with = or ~."))
    if any(not one.is_right for one in answers):
        return "multichoice", False, answers
    if all(_ARROW in one.text.text for one in answers):
        return "match", False, tuple(_pair(one) for one in answers)
    return "shortanswer", False, answers


def _pair(answer: GiftAnswer) -> GiftAnswer:
    """Return an answer with what stands behind its arrow apart."""
    left, _arrow, right = answer.text.text.partition(_ARROW)
    return replace(answer, text=GiftText(left.strip(), answer.text.form), match=_text(right))


def _statement(feedback: Sequence[str], *, is_true: bool) -> Iterator[GiftAnswer]:
    """Yield “true” and “false”: the first feedback is for the wrong one of them."""
    wrong, right = (*(_text(one) for one in feedback), NOTHING, NOTHING)[:2]
    for value in (True, False):
        is_right = value is is_true
        reason = right if is_right else wrong
        yield GiftAnswer(is_right, Fraction(is_right), NOTHING, reason)


def _listed(body: str) -> Iterator[GiftAnswer]:
    if body.strip() and not body.lstrip().startswith(("=", "~")):
        raise GiftError(_("Each answer begins with = or ~."))
    for count, found in enumerate(_ANSWER.finditer(body), 1):
        if count > ANSWERS_LIMIT:
            raise GiftError(_("The question has more than %(limit)d answers.") % _LIMITS)
        mark, rest = found.groups()
        weight, text = _taken(_WEIGHT, rest)
        text, _sign, feedback = text.partition("#")
        share = Fraction(weight) / 100 if weight else Fraction(mark == "=")
        yield GiftAnswer(
            mark == "=",
            share,
            _text(text),
            _text(feedback),
            has_weight=bool(weight),
        )


def _hidden(text: str) -> str:
    return _ESCAPED.sub(lambda found: _HIDDEN[found[1]], text)


def _plain(text: str) -> str:
    for hidden, one in _SHOWN.items():
        text = text.replace(hidden, one)
    return text.strip()
