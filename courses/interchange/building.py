"""From what formats say of a question to the neutral item, with what is lost; for all alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from courses.interchange.losses import Loss
from courses.questions.base import Choice, Entry, Item, Json

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
TITLE_LIMIT = 80
ANY = ("", "*")
"""Texts of an answer that stand for everything else that is typed."""


@dataclass(frozen=True)
class Asked:
    """What a question asks, before its answers. Texts are Markdown."""

    prompt: str
    explanation: str = ""
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScoredText:
    """One answer with its share of the points, from -1 to 1. The text is Markdown, or is typed."""

    text: str
    share: Fraction = Fraction(0)
    feedback: str = ""


@dataclass(frozen=True)
class NumberAnswer:
    """A number that earns this share, and how far a response may be from it."""

    number: Decimal
    tolerance: Decimal = Decimal(0)
    share: Fraction = Fraction(1)
    feedback: str = ""


@dataclass(frozen=True)
class Row:
    """A text on the left and what belongs to it; without a left side it belongs to nothing."""

    left: str
    right: str
    feedback: str = ""


@dataclass(frozen=True)
class Built:
    """An item, and what is not kept of its question."""

    item: Item
    losses: tuple[Loss, ...] = ()


def key_at(place: int) -> str:
    """Return the key of the answer at this place: a, b … z, o26 …"""
    return _LETTERS[place] if place < len(_LETTERS) else f"o{place}"


def choice(asked: Asked, answers: Sequence[ScoredText], *, is_multiple: bool, extra: Json) -> Built:
    """Return a choice: one of several is right, or with `is_multiple` any number of them."""
    if is_multiple:
        return _multiple(asked, answers, extra)
    best = max((one.share for one in answers), default=Fraction(0))
    right = [best > 0 and one.share == best for one in answers]
    lost = [one.share for one, is_right in zip(answers, right, strict=True) if not is_right]
    losses = (Loss("wrong_points"),) if any(lost) else ()
    shares = [Fraction(is_right) for is_right in right]
    return Built(_item("choice", "single_choice", asked, _choices(answers, shares), extra), losses)


def _multiple(asked: Asked, answers: Sequence[ScoredText], extra: Json) -> Built:
    right = [one.share for one in answers if one.share > 0]
    wrong = [one.share for one in answers if one.share <= 0]
    each = Fraction(1, max(1, len(right)))
    is_even = all(_about(share, each) for share in right)
    is_even &= all(_about(share, -each) or share == -1 == -len(right) for share in wrong)
    shares = [each if one.share > 0 else -each for one in answers]
    item = _item("choice", "multiple_response", asked, _choices(answers, shares), extra)
    return Built(item, () if is_even else (Loss("uneven_points"),))


def _about(share: Fraction, wanted: Fraction) -> bool:
    """Return whether a share written with some decimals is the wanted one: 33.333 % is a third."""
    return abs(share - wanted) < Fraction(1, 10_000)


def _choices(answers: Sequence[ScoredText], shares: Sequence[Fraction]) -> tuple[Choice, ...]:
    return tuple(
        Choice(key_at(place), one.text, share, one.feedback)
        for place, (one, share) in enumerate(zip(answers, shares, strict=True))
    )


def _item(
    interaction: str, type_key: str, asked: Asked, choices: tuple[Choice, ...], extra: Json
) -> Item:
    return Item(
        interaction,
        type_key,
        asked.prompt,
        asked.explanation,
        asked.hints,
        choices=choices,
        extra=extra,
    )


def statement(asked: Asked, *, is_true: bool, if_true: str, if_false: str) -> Built:
    """Return a statement that is true or false."""
    choices = (
        Choice("true", "True", Fraction(is_true), if_true),
        Choice("false", "False", Fraction(not is_true), if_false),
    )
    return Built(_item("choice", "true_false", asked, choices, {}))


def typed(asked: Asked, answers: Sequence[ScoredText], *, is_case_sensitive: bool = False) -> Built:
    """Return a short text to type. An answer `*` gives the reason for everything else."""
    accepted = [one for one in answers if one.text not in ANY]
    otherwise = next((one.feedback for one in answers if one.text in ANY), "")
    losses = [Loss("wildcard")] if any("*" in one.text for one in accepted) else []
    losses += [
        Loss("partial_points", f"{one.text}: {float(one.share):.0%}")
        for one in accepted
        if one.share < 0
    ]
    losses += [Loss("partial_points", "*") for one in answers if one.text in ANY and one.share > 0]
    entry = Entry(
        "text",
        accepted=tuple(
            Choice(str(place), one.text, _short(max(one.share, Fraction(0))), one.feedback)
            for place, one in enumerate(accepted, 1)
        ),
        feedback=otherwise,
    )
    item = _item("text_entry", "short_text", asked, (), {})
    extra = {"case_sensitive": True} if is_case_sensitive else {}
    return Built(replace(item, entries=(entry,), extra=extra), tuple(losses))


def _short(share: Fraction) -> Fraction:
    """Return a share as an author would write it: 33.33333 % is a third."""
    simple = share.limit_denominator(100)
    return simple if _about(share, simple) else share.limit_denominator(999)


def number(
    asked: Asked, answers: Sequence[NumberAnswer], *, otherwise: str = "", unit: str = ""
) -> Built:
    """Return a number to give: the best answer, and those that earn nothing as known errors."""
    best = max(answers, key=lambda one: one.share)
    errors = [one for one in answers if one is not best and one.share <= 0]
    lost = [one for one in answers if one is not best and one.share > 0]
    losses = [Loss("several_numbers", f"{one.number:f}") for one in lost]
    losses += [
        Loss("tolerance", f"{one.number:f} ± {one.tolerance:f}")
        for one in errors
        if one.tolerance != best.tolerance
    ]
    entry = Entry(
        "a",
        accepted=(
            Choice("key", f"{best.number:f}", Fraction(1), best.feedback),
            *(
                Choice(f"error-{place}", f"{one.number:f}", Fraction(0), one.feedback)
                for place, one in enumerate(errors, 1)
            ),
        ),
        feedback=otherwise,
    )
    settings = {"absolute": f"{best.tolerance:f}"} if best.tolerance else {}
    settings |= {"unit": unit} if unit else {}
    item = _item("numeric_entry", "numeric", asked, (), {"blanks": {"a": settings}})
    return Built(replace(item, entries=(entry,)), tuple(losses))


def pairs(asked: Asked, rows: Sequence[Row], extra: Json) -> Built:
    """Return pairs to match, or cards to sort where several have the same right side."""
    used = [row for row in rows if row.left]
    rights = list(dict.fromkeys(row.right for row in used))
    if len(rights) < len(used):
        return _categories(asked, used, [row for row in rows if not row.left], rights, extra)
    left = tuple(
        Choice(key_at(place), row.left, Fraction(1, len(used)), row.feedback)
        for place, row in enumerate(rows)
        if row.left
    )
    right = [Choice(key_at(place), row.right, feedback="") for place, row in enumerate(rows)]
    unused = {key_at(place): row for place, row in enumerate(rows) if not row.left}
    targets = tuple(
        replace(one, feedback=unused[one.key].feedback) if one.key in unused else one
        for one in right
    )
    item = _item("match", "matching", asked, left, extra)
    return Built(replace(item, targets=targets, pairs=tuple((one.key, one.key) for one in left)))


def _categories(
    asked: Asked, used: Sequence[Row], unused: Sequence[Row], rights: Sequence[str], extra: Json
) -> Built:
    names = list(dict.fromkeys([*rights, *(row.right for row in unused)]))
    keys = {name: f"k{place}" for place, name in enumerate(names, 1)}
    cards = tuple(
        Choice(key_at(place), row.left, Fraction(1, len(used)), row.feedback)
        for place, row in enumerate(used)
    )
    item = _item("match", "categorise", asked, cards, extra)
    placed = tuple((key_at(place), keys[row.right]) for place, row in enumerate(used))
    targets = tuple(Choice(key, name) for name, key in keys.items())
    return Built(replace(item, targets=targets, pairs=placed))


def essay(asked: Asked, *, model_answer: str = "", extra: Json | None = None) -> Built:
    """Return a text of the learner's own. Its rubric is the author's to write."""
    accepted = (Choice("model", model_answer, Fraction(1)),) if model_answer else ()
    item = _item("extended_text", "essay", asked, (), extra or {})
    return Built(replace(item, entries=(Entry("text", accepted=accepted),)))


def order(asked: Asked, texts: Sequence[str], reasons: Sequence[str] = ()) -> Built:
    """Return elements to put in order, given in the right one."""
    whys = [*reasons, *[""] * (len(texts) - len(reasons))]
    elements = tuple(
        Choice(key_at(place), text, feedback=why)
        for place, (text, why) in enumerate(zip(texts, whys, strict=True))
    )
    return Built(_item("order", "ordering", asked, elements, {}))


def gaps(asked: Asked, text: str, entries: Sequence[Entry], options: Json) -> Built:
    """Return a text with gaps: `[[key]]` in it stands for the entry with that key."""
    prompt = f"{asked.prompt}\n\n{text}" if asked.prompt else text
    extra: Json = {"options": options} | ({"stem": asked.prompt} if asked.prompt else {})
    item = _item("text_entry", "cloze", replace(asked, prompt=prompt), (), extra)
    return Built(replace(item, entries=tuple(entries)))


def title_of(text: str) -> str:
    """Return the first words of a text, for a question that has no name."""
    short = " ".join(text.split())
    return short if len(short) <= TITLE_LIMIT else f"{short[: TITLE_LIMIT - 1]}…"
