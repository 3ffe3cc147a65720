"""Questions of one quiz that give each other away, and are not declared as enemies.

Compared are questions that one attempt may show together. A question gives another away when its
stem and options

- hold the other's right option word for word, where that has at most three words, and none of its
  wrong ones: a text that lists them all reveals nothing,
- hold nearly all words of the other's right option that its own stem does not have, or
- contain a number that is not in the stimulus of both, while the other asks for a number.

Small words (“the”, “of”) do not count, nor do words of the other's stem.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.coursefiles import filling, mentions
from courses.coursefiles.problems import FileProblem
from courses.coursefiles.publishing.lesson_text import words
from courses.coursefiles.publishing.material import (
    CHOICE,
    FEWEST,
    Material,
    QuestionMaterial,
    bank_of,
)
from courses.coursefiles.publishing.rules import PublishRules

SHORT = 3
"""A right option of so many words is looked for word for word."""
NEARLY = 0.75
FEWEST_WORDS = 3
_HIDDEN = frozenset(
    ("feedback", "explanation", "if_true", "if_false", "otherwise", "hints", "errors")
)
_SMALL_WORDS = """
a about after all also and another any are as at be because been before but by can could did do
does each either every few first for from had has have he her him his how if in into is it its
last least less many may me more most much must my never no nobody none nor not nothing of off
on once one only or other our out own per she should so some than that the their them then there
these they this those to too two up us was we were what when where which who whom whose why will
with would you your
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_NUMBERS_WORDS = """
five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy
eighty ninety hundred thousand half
"""
_NUMBERS = frozenset(_NUMBERS_WORDS.split())


@dataclass(frozen=True)
class _RightOption:
    """A right option that another question may give away; `new` is what its stem does not say."""

    text: str
    words: tuple[str, ...]
    new: frozenset[str]


@dataclass(frozen=True)
class _Read:
    """What is compared of one question."""

    question: QuestionMaterial
    shown: tuple[str, ...]
    """The words of stem and options in their order."""
    shown_words: frozenset[str]
    wanted: tuple[_RightOption, ...]
    wrong: tuple[tuple[str, ...], ...]
    options: frozenset[str]

    @property
    def key(self) -> str:
        return self.question.record.key


class _Index:
    """Questions by their words and their stimulus: few have to be compared with each other."""

    def __init__(self, read: Iterable[_Read]) -> None:
        self.by_word: dict[str, set[str]] = defaultdict(set)
        self.by_stimulus: dict[str, set[str]] = defaultdict(set)
        for one in read:
            self.by_stimulus[one.question.record.stimulus].add(one.key)
            for word in one.shown_words:
                self.by_word[word].add(one.key)

    def near(self, exposed: _Read) -> set[str]:
        """Return the keys of all questions that could give this one away, and of others."""
        found = {key for wanted in exposed.wanted for key in self._saying(wanted)}
        if _asks_for_number(exposed.question):
            found |= self.by_stimulus[exposed.question.record.stimulus]
        return found - {exposed.key}

    def _saying(self, wanted: _RightOption) -> set[str]:
        if len(wanted.words) <= SHORT:
            return set.intersection(*(self.by_word.get(word, set()) for word in wanted.words))
        # Who has nearly all of the new words has one of the rarest of them.
        rare = sorted(wanted.new, key=lambda word: (len(self.by_word.get(word, ())), word))
        some = rare[: len(rare) - math.ceil(NEARLY * len(rare)) + 1]
        return set().union(*(self.by_word.get(word, ()) for word in some))


def check_overlaps(material: Material, rules: PublishRules) -> Iterator[FileProblem]:
    if not rules.are_enemies_declared:
        return
    known = filling.enemies((one.record.key, one.record.enemies) for one in material.questions)
    read = {one.record.key: _read(one) for one in material.ready}
    index = _Index(read.values())
    given = {
        stimulus.record.key: frozenset(words(stimulus.record.body.lower()))
        for module in material.modules
        for stimulus in module.stimuli
    }
    found = {
        (exposed.key, key): reason
        for exposed in read.values()
        for key in index.near(exposed) - known.get(exposed.key, frozenset())
        if (reason := _reason(exposed, read[key], given))
    }
    for key, other in _asked_together(material, found):
        message = _(
            "%(other)s gives %(key)s away: %(reason)s Change one, or declare them as enemies."
        )
        values = {"other": other, "key": key, "reason": found[key, other]}
        yield read[key].question.problem("key", message % values)


def _asked_together(
    material: Material, pairs: Collection[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield the pairs of questions that one attempt at a quiz may show."""
    keys = {key for pair in pairs for key in pair}
    some = [one for one in material.ready if one.record.key in keys]
    banks = [
        {one.record.key for one in bank_of(material, quiz, among=some)} for quiz in material.quizzes
    ]
    for pair in pairs:
        if any(bank.issuperset(pair) for bank in banks):
            yield pair


def _read(question: QuestionMaterial) -> _Read:
    choices = question.item.choices
    is_choice = question.item.interaction == CHOICE and len(choices) >= FEWEST
    shown = tuple(word for text in _shown(question.record.data) for word in words(text.lower()))
    stem = frozenset(words(question.item.prompt.lower()))
    right = (_wanted(one.text, stem) for one in choices if is_choice and one.weight > 0)
    wrong = (one.text for one in choices if is_choice and one.weight <= 0)
    return _Read(
        question,
        shown,
        frozenset(shown),
        tuple(one for one in right if one is not None),
        tuple(tuple(words(text.lower())) for text in wrong),
        frozenset(word for choice in choices for word in words(choice.text.lower())),
    )


def _wanted(text: str, stem: frozenset[str]) -> _RightOption | None:
    """Return what to look for of a right option; None where too little of it is new."""
    said = tuple(words(text.lower()))
    new = frozenset(said) - _SMALL - stem
    if not any(word.isalpha() for word in new):  # A bare number stands for many things.
        return None
    is_long_enough = len(said) <= SHORT or len(new) >= FEWEST_WORDS
    return _RightOption(text, said, new) if is_long_enough else None


def _shown(data: dict[str, Any]) -> Iterator[str]:
    """Yield the texts that a learner sees before the review."""
    for name, value in data.items():
        if name not in _HIDDEN:
            yield from _visible(value)


def _visible(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _shown(value)
    elif isinstance(value, list):
        for part in value:
            yield from _visible(part)
    else:
        yield from (text for _path, text in mentions.texts(value, ""))


def _reason(exposed: _Read, source: _Read, given: dict[str, frozenset[str]]) -> str:
    for wanted in exposed.wanted:
        if _holds(source, wanted, exposed.wrong):
            return _("it says “%(text)s”.") % {"text": wanted.text}
    return _number(exposed, source, given)


def _holds(source: _Read, wanted: _RightOption, wrong: tuple[tuple[str, ...], ...]) -> bool:
    """Return whether the question holds the right option, or nearly all that is new in it."""
    if len(wanted.words) > SHORT:
        return len(wanted.new & source.shown_words) >= NEARLY * len(wanted.new)
    is_said = _contains(source.shown, wanted.words)
    return is_said and not any(_contains(source.shown, text) for text in wrong)


def _contains(shown: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Return whether the words are there, one after the other."""
    places = range(len(shown) - len(wanted) + 1)
    return any(shown[start : start + len(wanted)] == wanted for start in places)


def _asks_for_number(question: QuestionMaterial) -> bool:
    return bool(question.record.stimulus) and question.item.interaction == "numeric_entry"


def _number(exposed: _Read, source: _Read, given: dict[str, frozenset[str]]) -> str:
    stimulus = exposed.question.record.stimulus
    is_asked = _asks_for_number(exposed.question)
    if not is_asked or source.question.record.stimulus != stimulus:
        return ""
    numbers = [
        word
        for word in sorted(source.options - given.get(stimulus, frozenset()))
        if word in _NUMBERS or word[0].isdigit()
    ]
    text = _("its options say “%(number)s” about the same stimulus.")
    return text % {"number": numbers[0]} if numbers else ""
