"""From the parts of a GIFT question to the data of our types, with what is lost on the way."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from courses.errors import Problem
from courses.questions import registry
from courses.questions.base import Choice, Item, Json
from courses.questions.found import FoundQuestion, problems_of
from courses.questions.gift.reading import GiftAnswer, GiftError, GiftQuestion, parts_of

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NUMBER = r"\s*(-?\d+(?:\.\d+)?)\s*"
_AROUND = re.compile(rf"{_NUMBER}(?::{_NUMBER})?", re.ASCII)
_BETWEEN = re.compile(rf"{_NUMBER}\.\.{_NUMBER}", re.ASCII)


def read_gift(first: int, lines: Sequence[str]) -> FoundQuestion:
    """Return the question of these lines, the first of which has this number.

    What cannot be read is a question without answers, with the problem and its line.
    """
    last = first + len(lines) - 1
    try:
        parts = parts_of(lines)
        value = _value(parts)
    except GiftError as error:
        text = _("Line %(line)d: %(reason)s") % {"line": first, "reason": error}
        return _refused(first, last, "\n".join(lines), text)
    if not parts.kind:
        return _without_answers(first, last, parts)
    kind = registry.get(parts.kind)
    return FoundQuestion(
        first,
        last,
        kind,
        value,
        Item(kind.interaction, kind.key, parts.stem, parts.explanation, choices=_shown(parts)),
        problems_of(kind, value),
        name=parts.name,
        losses=tuple(_losses(parts)),
    )


def _refused(first: int, last: int, text: str, message: str) -> FoundQuestion:
    kind = registry.get("single_choice")
    item = Item(kind.interaction, kind.key, text)
    value = {"stem": text, "options": []}
    return FoundQuestion(first, last, kind, value, item, (Problem("", message),))


def _without_answers(first: int, last: int, parts: GiftQuestion) -> FoundQuestion:
    if parts.stem:
        message = _("This text asks nothing: write it as a shared text or in a lesson.")
    else:
        message = _("These lines are no question: %(lines)s") % {"lines": " ".join(parts.ignored)}
    return _refused(first, last, parts.stem or "\n".join(parts.ignored), message)


def _value(parts: GiftQuestion) -> Json:
    value: Json = {"stem": parts.stem}
    if parts.explanation:
        value["explanation"] = parts.explanation
    make = _MAKERS.get(parts.kind)
    return value | make(parts.answers) if make else value


def _options(answers: Sequence[GiftAnswer]) -> Json:
    options: list[Json] = [
        {"key": _key(place), "text": one.text, "feedback": one.feedback}
        | ({"correct": True} if _is_right(one, answers) else {})
        for place, one in enumerate(answers)
    ]
    return {"options": options}


def _is_right(answer: GiftAnswer, answers: Sequence[GiftAnswer]) -> bool:
    """Return whether it counts as right: by `=`, or by a positive share where none has that."""
    if any(one.is_right for one in answers):
        return answer.is_right
    return answer.share > 0


def _statement(answers: Sequence[GiftAnswer]) -> Json:
    true, false = answers
    return {"answer": true.is_right, "if_true": true.feedback, "if_false": false.feedback}


def _accepted(answers: Sequence[GiftAnswer]) -> Json:
    accept: list[Json] = []
    otherwise = ""
    for one in answers:
        if one.text == "*":
            otherwise = one.feedback
            continue
        share = {} if one.share == 1 else {"scaled": str(one.share)}
        accept.append({"text": one.text, "feedback": one.feedback, **share})
    return {"accept": accept, "otherwise": otherwise}


def _pairs(answers: Sequence[GiftAnswer]) -> Json:
    pairs, distractors = [], []
    for place, one in enumerate(answers):
        left, _arrow, right = (part.strip() for part in one.text.partition("->"))
        if left:
            pairs.append(
                {"key": _key(place), "text": left, "match": right, "feedback": one.feedback}
            )
        else:
            distractors.append({"key": _key(place), "text": right, "feedback": one.feedback})
    return {"pairs": pairs} | ({"distractors": distractors} if distractors else {})


def _number(answers: Sequence[GiftAnswer]) -> Json:
    best = max(answers, key=lambda one: one.share, default=None)
    if best is None:
        raise GiftError(_("A number is expected here."))
    between, around = _BETWEEN.fullmatch(best.text), _AROUND.fullmatch(best.text)
    if between:
        low, high = Decimal(between[1]), Decimal(between[2])
        answer, absolute = (low + high) / 2, abs(high - low) / 2
    elif around:
        answer, absolute = Decimal(around[1]), Decimal(around[2] or 0)
    else:
        text = _("“%(text)s” is no number such as 3, 3:0.5 or 2.5..3.5.")
        raise GiftError(text % {"text": best.text})
    blank: Json = {"key": "a", "answer": f"{answer:f}", "feedback": best.feedback}
    wrong = [one.feedback for one in answers if one.text == "*"]
    blank |= {"absolute": f"{absolute:f}"} if absolute else {}
    return {"blanks": [blank | ({"otherwise": wrong[0]} if wrong and wrong[0] else {})]}


_MAKERS: dict[str, Callable[[Sequence[GiftAnswer]], Json]] = {
    "single_choice": _options,
    "multiple_response": _options,
    "true_false": _statement,
    "short_text": _accepted,
    "matching": _pairs,
    "numeric": _number,
}


def _shown(parts: GiftQuestion) -> tuple[Choice, ...]:
    """Return the answers as a card shows them."""
    is_choice = parts.kind in ("single_choice", "multiple_response", "true_false")
    return tuple(
        Choice(
            _key(place),
            one.text,
            Fraction(_is_right(one, parts.answers)) if is_choice else one.share,
            one.feedback,
        )
        for place, one in enumerate(parts.answers)
    )


def _losses(parts: GiftQuestion) -> Iterator[str]:
    """Yield a sentence for everything that stood in the text and is not kept."""
    for line in parts.ignored:
        yield _("Not kept: %(line)s") % {"line": line}
    if parts.is_html:
        yield _("The text is marked as HTML. Its tags are shown as they are.")
    yield from _lost_points(parts.kind, parts.answers)
    texts = [one.text for one in parts.answers if one.text != "*"]
    if parts.kind == "short_text" and any("*" in text for text in texts):
        yield _("A * stands for any letters in Moodle, and for itself here.")
    if parts.kind == "numeric":
        for one in sorted(parts.answers, key=lambda one: -one.share)[1:]:
            if one.text != "*":
                yield _("A question has one right number. Not kept: %(text)s") % {"text": one.text}


def _lost_points(kind: str, answers: Sequence[GiftAnswer]) -> Iterator[str]:
    right = [one.share for one in answers if _is_right(one, answers)]
    wrong = [one.share for one in answers if not _is_right(one, answers)]
    if kind == "single_choice" and any(wrong):
        yield _("Points for a wrong answer are not kept: only the right one earns any.")
    if kind == "multiple_response":
        each = Fraction(1, len(right))
        if any(share != each for share in right) or any(share != -each for share in wrong):
            yield _(
                "Each answer's own share of the points is not kept: the right ones count the same, "
                "and each wrong one takes as much away."
            )


def _key(place: int) -> str:
    return _LETTERS[place] if place < len(_LETTERS) else f"o{place}"
