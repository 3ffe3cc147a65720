"""A question on its way out, and what a format made of all of them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from courses.coursefiles.schema import QuestionFile
from courses.interchange.losses import Loss
from courses.interchange.numbers import NUMBER
from courses.questions.base import Entry, Item

ASSET = re.compile(r"\(asset:([A-Za-z0-9][\w.-]*)")
_PLAIN_NUMBER = re.compile(NUMBER, re.ASCII)


class CannotWrite(Exception):
    """Why a question is not written in a format, in words."""


@dataclass(frozen=True)
class OutgoingText:
    """A text that questions share, with the pictures that it shows."""

    key: str
    title: str
    body: str
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class OutgoingQuestion:
    """A question of the bank with its key, tags, place, and the pictures that it shows."""

    key: str
    item: Item
    tags: tuple[str, ...] = ()
    category: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    record: QuestionFile | None = None
    """The question as a course file has it."""
    shared: OutgoingText | None = None


@dataclass
class Written:
    """A file, and of each question by its key what is lost, or why it is not in it."""

    content: bytes = b""
    losses: dict[str, list[Loss]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    _texts: set[str] = field(default_factory=set)

    def text_before(self, question: OutgoingQuestion) -> OutgoingText | None:
        """Return the shared text of a question where no earlier one has it; note what is lost."""
        if question.shared is None:
            return None
        self.losses.setdefault(question.key, []).append(Loss("shared_text"))
        if question.shared.key in self._texts:
            return None
        self._texts.add(question.shared.key)
        return question.shared

    def collect(
        self,
        questions: Sequence[OutgoingQuestion],
        write: "Callable[[OutgoingQuestion, list[Loss]], Any]",
    ) -> Iterator[tuple[OutgoingQuestion, Any]]:
        """Yield each question that can be written with what was written; note the others."""
        for question in questions:
            losses: list[Loss] = []
            try:
                written = write(question, losses)
            except CannotWrite as error:
                self.refused[question.key] = str(error)
                continue
            if losses:
                self.losses[question.key] = list(dict.fromkeys(losses))
            yield question, written


def no_place(item: Item) -> CannotWrite:
    """Return the refusal of a type that a format does not have."""
    message = _("Questions of the type “%(type)s” cannot be said in this format.")
    return CannotWrite(message % {"type": item.type_key})


def lose_order(item: Item, losses: list[Loss]) -> None:
    """Note what the question says of the order of its options."""
    if item.extra.get("shuffle") is False:
        losses.append(Loss("shuffle"))
    if item.extra.get("fixed"):
        losses.append(Loss("fixed_option"))


def lose_essay(item: Item, losses: list[Loss], *, limits: bool = True) -> None:
    """Note what only our essays have."""
    if item.extra.get("rubric"):
        losses.append(Loss("rubric"))
    entry = item.entries[0] if item.entries else Entry("text")
    if any(one.text for one in entry.accepted):
        losses.append(Loss("model_answer"))
    if entry.feedback:
        losses.append(Loss("feedback", entry.feedback[:80]))
    if limits and (item.extra.get("min_words") or item.extra.get("max_words")):
        losses.append(Loss("word_limits"))


@dataclass(frozen=True)
class OutgoingNumber:
    """The one number that a question asks for; wrong ones have no points."""

    entry: Entry
    tolerance: Decimal
    unit: str


def number_out(item: Item, losses: list[Loss]) -> OutgoingNumber:
    """Return the number of a question. Raises CannotWrite for several, or for drawn ones."""
    if item.extra.get("params") or item.extra.get("values"):
        raise CannotWrite(str(Loss("drawn_numbers").text))
    if len(item.entries) != 1:
        raise CannotWrite(_("This format asks for one number."))
    entry = item.entries[0]
    if not all(_PLAIN_NUMBER.fullmatch(one.text) for one in entry.accepted):
        raise CannotWrite(_("This format has no calculations."))
    if entry.label:
        losses.append(Loss("question_details", entry.label[:80]))
    settings = item.extra.get("blanks", {}).get(entry.key, {})
    return OutgoingNumber(entry, _tolerance(entry, settings, losses), str(settings.get("unit", "")))


def _tolerance(entry: Entry, settings: Mapping[str, Any], losses: list[Loss]) -> Decimal:
    texts = [str(settings.get(name) or "0") for name in ("absolute", "relative")]
    if not all(_PLAIN_NUMBER.fullmatch(text) for text in texts):
        raise CannotWrite(_("This format has no calculations."))
    absolute, relative = map(Decimal, texts)
    decimals = settings.get("decimals")
    if relative or decimals is not None:
        losses.append(Loss("question_details", "relative" if relative else "decimals"))
    if decimals is not None and not absolute and not relative:
        return Decimal(5).scaleb(-int(decimals) - 1)
    return max(absolute, relative * abs(Decimal(entry.accepted[0].text)))


def placed(item: Item) -> list[tuple[str, str, str]]:
    """Return left side, right side and reason of each pair, then what belongs to nothing."""
    texts = {target.key: target.text for target in item.targets}
    target_of = dict(item.pairs)
    rows = [(one.text, texts[target_of[one.key]], one.feedback) for one in item.choices]
    used = set(target_of.values())
    rows += [("", one.text, one.feedback) for one in item.targets if one.key not in used]
    return rows


def is_sorted_one_to_one(item: Item) -> bool:
    """Return whether cards to sort look like pairs: no two of them belong to the same."""
    targets = [target for _choice, target in item.pairs]
    return item.type_key in SORTED and len(set(targets)) == len(targets)


SORTED = frozenset(("categorise",))
