"""Questions in GIFT: one line each, texts as Markdown, under the key of the question."""

import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from courses.interchange.losses import Loss
from courses.interchange.outgoing import (
    ASSET,
    CannotWrite,
    OutgoingQuestion,
    Written,
    is_sorted_one_to_one,
    lose_essay,
    lose_order,
    no_place,
    number_out,
    placed,
)
from courses.questions.base import Choice, Item

_SIGNS = re.compile(r"[~=#{}:\\]")
_ARROW = "->"


def write_gift(questions: Sequence[OutgoingQuestion]) -> Written:
    """Return a file with all questions that GIFT can say."""
    written = Written()
    blocks: list[str] = []
    category = ""
    for question, block in written.collect(questions, _block):
        if question.category != category:
            category = question.category
            blocks.append(f"$CATEGORY: {category}")
        text = written.text_before(question)
        if text is not None:
            written.losses[question.key] += _lost_pictures(text.body)
            named = f"::{escaped(text.title)}::" if text.title else ""
            blocks.append(f"// [id:{text.key}]\n{named}[markdown]{escaped(text.body)}")
        blocks.append(block)
    written.content = "\n\n".join([*blocks, ""]).encode()
    return written


def _block(question: OutgoingQuestion, losses: list[Loss]) -> str:
    item = question.item
    make = _MAKERS.get(item.type_key)
    if make is None:
        raise no_place(item)
    answers = make(item, losses)
    if item.hints:
        losses.append(Loss("hints"))
    losses += _lost_pictures(item.prompt + item.explanation)
    explanation = f"####{escaped(item.explanation)}" if item.explanation else ""
    tags = "".join(f" [tag:{tag}]" for tag in question.tags)
    stem = escaped(item.prompt)
    return (
        f"// [id:{question.key}]{tags}\n"
        f"::{escaped(question.key)}::[markdown]{stem} {{{answers}{explanation}}}"
    )


def _lost_pictures(text: str) -> list[Loss]:
    return [Loss("picture", name) for name in ASSET.findall(text)]


def escaped(text: str) -> str:
    """Return a text in which no sign of GIFT means anything, on one line."""
    return _SIGNS.sub(r"\\\g<0>", text.strip()).replace("\n", r"\n")


def _answer(mark: str, text: str, feedback: str, weight: str = "") -> str:
    if text.lstrip().startswith("%"):
        weight = weight or ("%100%" if mark == "=" else "%0%")
    shown = f"{mark}{weight}{escaped(text)}"
    return f"{shown}#{escaped(feedback)}" if feedback.strip() else shown


def percent(share: Fraction) -> str:
    """Return a share in per cent, with at most five decimals."""
    return f"{float(share * 100):.5f}".rstrip("0").rstrip(".")


def _refuse_arrows(texts: Iterable[str]) -> None:
    if any(_ARROW in text for text in texts):
        raise CannotWrite(_("In an answer this format takes “->” for the middle of a pair."))


def _single(item: Item, losses: list[Loss]) -> str:
    lose_order(item, losses)
    _refuse_arrows(one.text for one in item.choices if one.weight > 0)
    rows = (_answer("=" if one.weight > 0 else "~", one.text, one.feedback) for one in item.choices)
    return " ".join(rows)


def _multiple(item: Item, losses: list[Loss]) -> str:
    lose_order(item, losses)
    return " ".join(
        _answer("~", one.text, one.feedback, f"%{percent(one.weight)}%") for one in item.choices
    )


def _statement(item: Item, _losses: list[Loss]) -> str:
    true, false = item.choices
    is_true = true.weight > 0
    right, wrong = (true, false) if is_true else (false, true)
    texts = [escaped(wrong.feedback), escaped(right.feedback)]
    reasons = f"#{texts[0] or ' '}#{texts[1]}" if texts[1] else f"#{texts[0]}" if texts[0] else ""
    return ("TRUE" if is_true else "FALSE") + reasons


def _typed(item: Item, losses: list[Loss]) -> str:
    entry = item.entries[0]
    _refuse_arrows(one.text for one in entry.accepted)
    if item.extra.get("case_sensitive"):
        losses.append(Loss("question_details", "case_sensitive"))
    rows = [_answer("=", one.text, one.feedback, _weight(one)) for one in entry.accepted]
    if entry.feedback:
        rows.append(_answer("=", "*", entry.feedback, "%0%"))
    return " ".join(rows)


def _weight(choice: Choice) -> str:
    return "" if choice.weight == 1 else f"%{percent(choice.weight)}%"


def _number(item: Item, losses: list[Loss]) -> str:
    out = number_out(item, losses)
    if out.unit:
        losses.append(Loss("units", out.unit))
    right, *wrong = out.entry.accepted
    tolerance = f":{out.tolerance:f}"
    rows = [f"={right.text}{tolerance}{_reason(right.feedback)}"]
    rows += [f"=%0%{one.text}{tolerance}{_reason(one.feedback)}" for one in wrong]
    if out.entry.feedback:
        rows.append(f"~{_reason(out.entry.feedback)}")
    return "#" + " ".join(rows)


def _reason(text: str) -> str:
    return f"#{escaped(text)}" if text.strip() else ""


def _pairs(item: Item, losses: list[Loss]) -> str:
    rows = placed(item)
    _refuse_arrows(text for row in rows for text in row[:2])
    losses += [Loss("feedback", row[2][:80]) for row in rows if row[2]]
    if is_sorted_one_to_one(item):
        losses.append(Loss("question_details", item.type_key))
    return " ".join(f"={escaped(left)} -> {escaped(right)}" for left, right, _why in rows)


def _essay(item: Item, losses: list[Loss]) -> str:
    lose_essay(item, losses)
    return ""


_MAKERS: dict[str, Callable[[Item, list[Loss]], str]] = {
    "single_choice": _single,
    "multiple_response": _multiple,
    "true_false": _statement,
    "short_text": _typed,
    "numeric": _number,
    "matching": _pairs,
    "categorise": _pairs,
    "essay": _essay,
}
