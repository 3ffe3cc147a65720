"""Questions typed as in a letter: a question, its answers a line each, an empty line between two.

`*` stands before what is right, `#` before the reason of the answer above it, and `!` before the
explanation for everybody. The question is all lines up to the first that ends in a question mark or
a colon, or else the first line. A line that begins with blanks goes on with the one above it.

Aiken is understood too: answers as `A. Text` or `A) Text`, and `ANSWER: B` as the last line; and so
is GIFT (`courses.interchange.gift`). A text may hold questions of all three.
"""

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from courses.errors import Problem
from courses.interchange import gift
from courses.interchange.found import Found, filled, problems_of, value_of
from courses.interchange.losses import Loss
from courses.interchange.sources import TextSource
from courses.interchange.texts import MARKDOWN
from courses.questions import registry
from courses.questions.base import Choice, Item, Json, QuestionType

RIGHT, REASON, EXPLANATION = "*", "#", "!"
ENDS = ("?", ":", "？", "：", "؟")
_ANSWER = re.compile(r"([A-Z])[.)]\s+(.+)")
_KEY_LINE = re.compile(r"ANSWER:\s*([A-Z])\s*")
BLOCKS_LIMIT = 200
"""Questions that are read of one text."""
_INTERACTION = "choice"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SINGLE, _MULTIPLE, _STATEMENT = "single_choice", "multiple_response", "true_false"


@dataclass(frozen=True)
class FoundQuestion:
    """One question of a text. `type` and `value` are what a form starts from.

    `problems` have paths of the value, as those of `QuestionType.check`.
    """

    first_line: int
    last_line: int
    type: QuestionType[Any]
    value: Json
    item: Item
    problems: tuple[Problem, ...] = field(default=())
    name: str = ""
    """What the text calls it; its key is made from that."""
    losses: tuple[str, ...] = ()
    """What stood in the text and is not kept, in words."""


def read_questions(text: str) -> list[FoundQuestion]:
    """Return the questions of a text in their order, also those that are not complete."""
    return [_found(first, lines) for first, lines in TextSource("", text).blocks()][:BLOCKS_LIMIT]


def with_reason(found: FoundQuestion, reason: str) -> FoundQuestion:
    """Return the question with this reason wherever it has an empty one."""
    if not reason:
        return found
    value = filled(found.value, reason)
    problems = [one for one in found.problems if not one.path]
    problems += problems_of(found.type, value)
    return replace(found, value=value, problems=tuple(problems))


def without_lines(text: str, found: list[FoundQuestion]) -> str:
    """Return the text without the lines of these questions."""
    gone = {n for one in found for n in range(one.first_line, one.last_line + 1)}
    lines = [line for number, line in enumerate(text.split("\n"), 1) if number not in gone]
    kept = "\n".join(lines).strip("\n")
    while "\n\n\n" in kept:
        kept = kept.replace("\n\n\n", "\n\n")
    return kept


def _found(first: int, lines: list[str]) -> FoundQuestion:
    if gift.is_gift(lines):
        return _of_gift(first, lines)
    joined = _joined(lines)
    item = _aiken(joined) or _item(joined)
    kind = registry.get(item.type_key)
    value = _value(item)
    problems = problems_of(kind, value)
    return FoundQuestion(first, first + len(lines) - 1, kind, value, item, problems)


def _of_gift(first: int, lines: list[str]) -> FoundQuestion:
    found = gift.read_block(first, lines, form=MARKDOWN)
    last = first + len(lines) - 1
    if found is None or found.item is None:
        return _refused(first, last, lines, found)
    kind = registry.get(found.item.type_key)
    value = value_of(found.item)
    return FoundQuestion(
        first,
        last,
        kind,
        value,
        replace(found.item, choices=_shown(found.item)),
        problems_of(kind, value),
        name=found.title,
        losses=tuple(loss.text for loss in found.losses) + _categories(lines),
    )


def _categories(lines: list[str]) -> tuple[str, ...]:
    """Return a sentence for each line that names a category, which has no place here."""
    found = (line.strip() for line in lines if line.lstrip().startswith("$CATEGORY:"))
    return tuple(Loss("surroundings", line).text for line in found)


def _refused(first: int, last: int, lines: list[str], found: Found | None) -> FoundQuestion:
    """Return lines that are no question, with the reason."""
    if found is None:
        shown = " ".join(line.strip() for line in lines)
        message = _("These lines are no question: %(lines)s") % {"lines": shown}
    elif found.type:
        message = found.reason
    else:
        message = _("Line %(line)d: %(reason)s") % {"line": first, "reason": found.reason}
    text = "\n".join(lines)
    kind = registry.get(_SINGLE)
    item = Item(_INTERACTION, _SINGLE, text)
    value: Json = {"stem": text, "options": []}
    return FoundQuestion(first, last, kind, value, item, (Problem("", message),))


def _shown(item: Item) -> tuple[Choice, ...]:
    """Return the answers as a card shows them."""
    targets = {target.key: target.text for target in item.targets}
    if item.pairs:
        placed = dict(item.pairs)
        return tuple(
            replace(one, text=f"{one.text} → {targets[placed[one.key]]}") for one in item.choices
        )
    return item.choices or tuple(one for entry in item.entries for one in entry.accepted)


def _joined(lines: list[str]) -> list[str]:
    joined: list[str] = []
    for line in lines:
        if joined and line[:1].isspace():
            joined[-1] = f"{joined[-1]} {line.strip()}"
        else:
            joined.append(line.strip())
    return joined


def _item(lines: list[str]) -> Item:
    ends = [number for number, line in enumerate(lines, 1) if line.endswith(ENDS)]
    marked = [number for number, line in enumerate(lines) if line[:1] in (RIGHT, REASON)]
    # A question mark in an answer ends no question.
    most = marked[0] if marked else len(lines)
    length = ends[0] if ends and ends[0] <= max(most, 1) else 1
    choices: list[Choice] = []
    explanation = []
    for line in lines[length:]:
        mark, rest = line[:1], line[1:].strip()
        if mark == REASON and choices:
            reason = " ".join(filter(None, (choices[-1].feedback, rest)))
            choices[-1] = replace(choices[-1], feedback=reason)
        elif mark == EXPLANATION:
            explanation.append(rest)
        else:
            text, weight = (rest, 1) if mark == RIGHT else (line, 0)
            choices.append(Choice(_key(len(choices)), text, Fraction(weight)))
    prompt, said = " ".join(lines[:length]), " ".join(explanation)
    return Item(_INTERACTION, _type_of(choices), prompt, said, choices=tuple(choices))


def _aiken(lines: list[str]) -> Item | None:
    """Return the question that the lines are in Aiken's format; None where they are not."""
    key = _KEY_LINE.fullmatch(lines[-1])
    answers = [_ANSWER.fullmatch(line) for line in lines[:-1]]
    first = next((number for number, found in enumerate(answers) if found), 0)
    found = [answer for answer in answers[first:] if answer]
    if key is None or not first or len(found) < len(answers) - first:
        return None
    choices = tuple(
        Choice(_key(number), answer[2], Fraction(answer[1] == key[1]))
        for number, answer in enumerate(found)
    )
    return Item(_INTERACTION, _type_of(list(choices)), " ".join(lines[:first]), choices=choices)


def _key(number: int) -> str:
    return _LETTERS[number] if number < len(_LETTERS) else f"o{number}"


def _type_of(choices: list[Choice]) -> str:
    statement = {_("True").casefold(), _("False").casefold()}
    if {choice.text.casefold().rstrip(".") for choice in choices} in (statement, {"true", "false"}):
        return _STATEMENT
    right = sum(choice.weight == 1 for choice in choices)
    return _MULTIPLE if right > 1 else _SINGLE


def _value(item: Item) -> Json:
    value: Json = {"stem": item.prompt}
    if item.explanation:
        value["explanation"] = item.explanation
    if item.type_key == _STATEMENT:
        true = {_("True").casefold(), "true"}
        of = {one.text.casefold().rstrip(".") in true: one for one in item.choices}
        reasons = {"if_true": of[True].feedback, "if_false": of[False].feedback}
        return {**value, **reasons, "answer": of[True].weight == 1}
    options = [
        {"key": one.key, "text": one.text, "feedback": one.feedback}
        | ({"correct": True} if one.weight == 1 else {})
        for one in item.choices
    ]
    return {**value, "options": options}
