"""From the parts of a GIFT question to our item, with what is lost on the way."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from courses.interchange import building
from courses.interchange.building import Asked, Built, NumberAnswer, Row, ScoredText
from courses.interchange.found import Found, asks_nothing
from courses.interchange.gift.reading import (
    GAP,
    GiftAnswer,
    GiftError,
    GiftQuestion,
    around,
    parts_of,
)
from courses.interchange.losses import Loss
from courses.interchange.sources import TextSource, check_count
from courses.interchange.texts import MOODLE, Texts

_NUMBER = r"\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,2})?)\s*"
_AROUND = re.compile(rf"{_NUMBER}(?::{_NUMBER})?", re.ASCII)
_BETWEEN = re.compile(rf"{_NUMBER}\.\.{_NUMBER}", re.ASCII)


def read_gift(source: TextSource) -> list[Found]:
    """Return the questions of a file in their order."""
    found: list[Found] = []
    category = ""
    for first, lines in source.blocks():
        one = around(lines)
        category = category if one.category is None else one.category
        if len(one.ignored) == len(lines):
            continue
        read = read_block(first, lines, form=MOODLE)
        if read is not None:
            found.append(replace(read, category=category))
            check_count(len(found), source.name, first)
    return found


def read_block(first: int, lines: Sequence[str], *, form: str) -> Found | None:
    """Return the question of these lines, the first of which has this number.

    `form` is the format of texts that name none. None: the lines hold nothing but comments.
    """
    texts = Texts(form)
    try:
        parts = parts_of(lines)
        if not parts.kind:
            return None
        built = _MAKERS[parts.kind](parts, texts) if parts.kind in _MAKERS else None
    except GiftError as error:
        return Found(first, "", title=_title(lines), reason=str(error))
    title = parts.name or building.title_of(parts.stem.text or parts.tail.text)
    found = Found(first, parts.kind, title, ident=parts.ident, tags=parts.tags)
    if built is None:
        text = texts.markdown(parts.stem.text, parts.stem.form)
        files = tuple(texts.files.values())
        described = replace(found, reason=asks_nothing(), text=text, files=files)
        return described.with_losses(*_comments(parts), *texts.losses)
    losses = tuple(_comments(parts))
    found = replace(found, item=built.item, files=tuple(texts.files.values()))
    return found.with_losses(*losses, *texts.losses, *built.losses)


def _title(lines: Sequence[str]) -> str:
    return building.title_of(" ".join(lines))


def _comments(parts: GiftQuestion) -> Iterator[Loss]:
    for line in parts.ignored:
        if not line.startswith("$") and not (parts.ident or parts.tags):
            yield Loss("surroundings", line)


def _asked(parts: GiftQuestion, texts: Texts) -> Asked:
    stem, tail = parts.stem, parts.tail
    prompt = texts.markdown(stem.text, stem.form)
    if tail.text:
        after = texts.markdown(tail.text, tail.form)
        prompt = f"{prompt} {GAP} {after}".strip()
    return Asked(
        prompt, texts.markdown(parts.explanation.text, parts.explanation.form or stem.form)
    )


def _answers(parts: GiftQuestion, texts: Texts, *, is_typed: bool = False) -> list[ScoredText]:
    convert = texts.plain if is_typed else texts.markdown
    return [
        ScoredText(
            convert(one.text.text, one.text.form or parts.stem.form),
            one.share,
            _why(one, parts, texts),
        )
        for one in parts.answers
    ]


def _why(answer: GiftAnswer, parts: GiftQuestion, texts: Texts) -> str:
    return texts.markdown(answer.feedback.text, answer.feedback.form or parts.stem.form)


def _choice(parts: GiftQuestion, texts: Texts) -> Built:
    asked = _asked(parts, texts)
    positive = sum(one.share > 0 for one in parts.answers)
    right = [one for one in parts.answers if one.is_right]
    is_multiple = not right or (positive > 1 and all(one.has_weight for one in right))
    answers = _answers(parts, texts)
    if not is_multiple:
        answers = [
            replace(one, share=Fraction(1)) if source.is_right else one
            for one, source in zip(answers, parts.answers, strict=True)
        ]
    return building.choice(asked, answers, is_multiple=is_multiple, extra={})


def _statement(parts: GiftQuestion, texts: Texts) -> Built:
    true, false = (_why(one, parts, texts) for one in parts.answers)
    asked = _asked(parts, texts)
    return building.statement(asked, is_true=parts.is_true, if_true=true, if_false=false)


def _typed(parts: GiftQuestion, texts: Texts) -> Built:
    answers = [
        # `=*` without a share gives the reason for everything else, and no points.
        replace(one, share=Fraction(0)) if one.text == "*" and not source.has_weight else one
        for one, source in zip(_answers(parts, texts, is_typed=True), parts.answers, strict=True)
    ]
    return building.typed(_asked(parts, texts), answers)


def _pairs(parts: GiftQuestion, texts: Texts) -> Built:
    rows = []
    for one in parts.answers:
        left = texts.markdown(one.text.text, one.text.form or parts.stem.form)
        match = one.match
        right = texts.plain(match.text, match.form) if match else ""
        rows.append(Row(left, right, _why(one, parts, texts)))
    return building.pairs(_asked(parts, texts), rows, {})


def _essay(parts: GiftQuestion, texts: Texts) -> Built:
    return building.essay(_asked(parts, texts))


def _number(parts: GiftQuestion, texts: Texts) -> Built:
    numbers, otherwise, lost = [], "", []
    for one in parts.answers:
        if one.text.text in building.ANY:
            otherwise = _why(one, parts, texts)
            lost += [Loss("partial_points", "*")] if one.has_weight and one.share > 0 else []
        else:
            number, tolerance = read_number(one.text.text)
            share = one.share if one.is_right else Fraction(0)
            numbers.append(NumberAnswer(number, tolerance, share, _why(one, parts, texts)))
    if not numbers:
        raise GiftError(_("A number is expected here."))
    built = building.number(_asked(parts, texts), numbers, otherwise=otherwise)
    return replace(built, losses=(*built.losses, *lost))


def read_number(text: str) -> tuple[Decimal, Decimal]:
    """Return a number and its tolerance, from `3`, `3:0.5` or `2.5..3.5`. Raises GiftError."""
    between, about = _BETWEEN.fullmatch(text), _AROUND.fullmatch(text)
    if between:
        low, high = Decimal(between[1]), Decimal(between[2])
        return (low + high) / 2, abs(high - low) / 2
    if about:
        return Decimal(about[1]), abs(Decimal(about[2] or 0))
    message = _("“%(text)s” is no number such as 3, 3:0.5 or 2.5..3.5.")
    raise GiftError(message % {"text": text})


_MAKERS: dict[str, Callable[[GiftQuestion, Texts], Built]] = {
    "multichoice": _choice,
    "truefalse": _statement,
    "shortanswer": _typed,
    "match": _pairs,
    "numerical": _number,
    "essay": _essay,
}
