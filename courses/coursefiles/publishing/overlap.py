"""Questions of one quiz that give each other away, and are not declared as enemies.

Compared are questions that one attempt may show together. A question gives another away when its
stem and options

- hold the other's right option word for word, where that has at most three words, and none of its
  wrong ones: a text that lists them all reveals nothing,
- hold nearly all words of the other's right option that its own stem does not have, or
- contain a number that is not in the stimulus of both, while the other asks for a number.

Small words (“the”, “of”) do not count, nor do words of the other's stem.
"""

from collections.abc import Iterator
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
class _Read:
    """What is compared of one question."""

    question: QuestionMaterial
    shown: tuple[str, ...]
    """The words of stem and options in their order."""
    keys: tuple[str, ...]
    wrong: tuple[str, ...]
    options: frozenset[str]


def check_overlaps(material: Material, rules: PublishRules) -> Iterator[FileProblem]:
    if not rules.are_enemies_declared:
        return
    known = filling.enemies((one.record.key, one.record.enemies) for one in material.questions)
    read = {one.record.key: _read(one) for one in material.ready}
    given = {
        stimulus.record.key: frozenset(words(stimulus.record.body.lower()))
        for module in material.modules
        for stimulus in module.stimuli
    }
    found: dict[tuple[str, str], str] = {}
    for quiz in material.quizzes:
        bank = [read[one.record.key] for one in bank_of(material, quiz)]
        for exposed in bank:
            others = known.get(exposed.question.record.key, frozenset())
            for source in bank:
                key = source.question.record.key
                if source is not exposed and key not in others:
                    reason = _reason(exposed, source, given)
                    if reason:
                        found.setdefault((exposed.question.record.key, key), reason)
    for (key, other), reason in found.items():
        message = _(
            "%(other)s gives %(key)s away: %(reason)s Change one, or declare them as enemies."
        )
        values = {"other": other, "key": key, "reason": reason}
        yield read[key].question.problem("key", message % values)


def _read(question: QuestionMaterial) -> _Read:
    choices = question.item.choices
    is_choice = question.item.interaction == CHOICE and len(choices) >= FEWEST
    return _Read(
        question,
        tuple(word for text in _shown(question.record.data) for word in words(text.lower())),
        tuple(choice.text for choice in choices if is_choice and choice.weight > 0),
        tuple(choice.text for choice in choices if is_choice and choice.weight <= 0),
        frozenset(word for choice in choices for word in words(choice.text.lower())),
    )


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
    for key in exposed.keys:
        if _holds(source.shown, exposed, key):
            return _("it says “%(text)s”.") % {"text": key}
    return _number(exposed, source, given)


def _holds(shown: tuple[str, ...], exposed: _Read, key: str) -> bool:
    """Return whether the text holds the right option, or nearly all that is new in it."""
    wanted = tuple(words(key.lower()))
    stem = set(words(exposed.question.item.prompt.lower()))
    new = set(wanted) - _SMALL - stem
    if not any(word.isalpha() for word in new):  # A bare number stands for many things.
        return False
    if len(wanted) <= SHORT:
        wrong = (tuple(words(text.lower())) for text in exposed.wrong)
        return _contains(shown, wanted) and not any(_contains(shown, text) for text in wrong)
    return len(new) >= FEWEST_WORDS and len(new & set(shown)) >= NEARLY * len(new)


def _contains(shown: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Return whether the words are there, one after the other."""
    places = range(len(shown) - len(wanted) + 1)
    return any(shown[start : start + len(wanted)] == wanted for start in places)


def _number(exposed: _Read, source: _Read, given: dict[str, frozenset[str]]) -> str:
    stimulus = exposed.question.record.stimulus
    is_asked = exposed.question.item.interaction == "numeric_entry"
    if not stimulus or not is_asked or source.question.record.stimulus != stimulus:
        return ""
    numbers = [
        word
        for word in sorted(source.options - given.get(stimulus, frozenset()))
        if word in _NUMBERS or word[0].isdigit()
    ]
    text = _("its options say “%(number)s” about the same stimulus.")
    return text % {"number": numbers[0]} if numbers else ""
