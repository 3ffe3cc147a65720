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
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_TRUE, _FALSE = ("T", "TRUE"), ("F", "FALSE")
_ANSWER = re.compile(r"([=~])([^=~]*)")
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,5})?)%")
GAP = "_____"
"""What stands in the text of a question whose answers stand within it."""


class GiftError(Exception):
    """What is wrong with the grammar, in words."""


@dataclass(frozen=True)
class GiftAnswer:
    """One answer after `=` (right) or `~` (wrong), with its share of the points."""

    is_right: bool
    share: Fraction
    text: str
    feedback: str = ""
    has_weight: bool = False


@dataclass(frozen=True)
class GiftQuestion:
    """The parts of a question. `kind` is the name of our type, or "" for a text without answers."""

    kind: str
    stem: str = ""
    name: str = ""
    answers: tuple[GiftAnswer, ...] = ()
    explanation: str = ""
    ignored: tuple[str, ...] = ()
    """Lines around it that are no part of it: comments and categories."""
    is_html: bool = False


def is_gift(lines: Sequence[str]) -> bool:
    """Return whether the lines are a question, a comment or a category in GIFT."""
    return _BEGINS.search("\n".join(lines)) is not None


def parts_of(lines: Sequence[str]) -> GiftQuestion:
    """Return the parts of a question. Raises GiftError."""
    ignored = tuple(line.strip() for line in lines if _is_around(line))
    text = _hidden("\n".join(line for line in lines if not _is_around(line)))
    name, text = _taken(_NAME, text)
    form, text = _taken(_FORMAT, text)
    before, opened, rest = text.partition("{")
    found = GiftQuestion("", _plain(before), _plain(name), ignored=ignored, is_html=form == "html")
    if not opened:
        return found
    body, closed, after = rest.partition("}")
    if not closed:
        raise GiftError(_("The answers have no closing }."))
    if "{" in after:
        raise GiftError(_("A question has its answers in one pair of braces."))
    body, _sign, explanation = body.partition("####")
    kind, answers = _answers(body.strip())
    stem = f"{before.rstrip()} {GAP} {after.lstrip()}" if after.strip() else before
    return replace(
        found, kind=kind, stem=_plain(stem), answers=answers, explanation=_plain(explanation)
    )


def _is_around(line: str) -> bool:
    return line.lstrip().startswith(("//", "$CATEGORY:"))


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def _answers(body: str) -> tuple[str, tuple[GiftAnswer, ...]]:
    if not body:
        return "essay", ()
    first, *feedback = body.split("#")
    if first.strip() in (*_TRUE, *_FALSE):
        return "true_false", tuple(_statement(feedback, is_true=first.strip() in _TRUE))
    if body.startswith("#"):
        return "numeric", tuple(_listed(body[1:] if "=" in body else f"={body[1:]}"))
    answers = tuple(_listed(body))
    if not answers:
        raise GiftError(_("Each answer begins with = or ~."))
    if any(not one.is_right for one in answers):
        several = sum(one.share > 0 for one in answers) > 1 and not any(
            one.is_right and not one.has_weight for one in answers
        )
        return "multiple_response" if several else "single_choice", answers
    is_matching = all("->" in one.text for one in answers)
    return "matching" if is_matching else "short_text", answers


def _statement(feedback: Sequence[str], *, is_true: bool) -> Iterator[GiftAnswer]:
    """Yield “true” and “false”: the first feedback is for the wrong one of them."""
    wrong, right = (*(_plain(one) for one in feedback), "", "")[:2]
    for value in (True, False):
        is_right = value is is_true
        share = Fraction(is_right)
        text = _("True") if value else _("False")
        reason = right if is_right else wrong
        yield GiftAnswer(is_right=is_right, share=share, text=text, feedback=reason)


def _listed(body: str) -> Iterator[GiftAnswer]:
    if body.strip() and not body.lstrip().startswith(("=", "~")):
        raise GiftError(_("Each answer begins with = or ~."))
    for mark, rest in _ANSWER.findall(body):
        weight, text = _taken(_WEIGHT, rest)
        text, _sign, feedback = text.partition("#")
        share = Fraction(weight) / 100 if weight else Fraction(mark == "=")
        yield GiftAnswer(
            mark == "=", share, _plain(text), _plain(feedback), has_weight=bool(weight)
        )


def _hidden(text: str) -> str:
    return _ESCAPED.sub(lambda found: _HIDDEN[found[1]], text)


def _plain(text: str) -> str:
    for hidden, one in _SHOWN.items():
        text = text.replace(hidden, one)
    return text.strip()
