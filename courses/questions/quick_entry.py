"""Questions typed as in a letter: a question, its answers a line each, an empty line between two.

`*` stands before what is right, `#` before the reason of the answer above it, and `!` before the
explanation for everybody. The question is all lines up to the first that ends in a question mark or
a colon, or else the first line. A line that begins with blanks goes on with the one above it.

Aiken is understood too: answers as `A. Text` or `A) Text`, and `ANSWER: B` as the last line; and so
is GIFT (`courses.questions.gift`). A text may hold questions of all three.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from courses.questions import gift, registry
from courses.questions.base import Choice, Item, Json
from courses.questions.found import FoundQuestion, problems_of

RIGHT, REASON, EXPLANATION = "*", "#", "!"
ENDS = ("?", ":", "？", "：", "؟")
_ANSWER = re.compile(r"([A-Z])[.)]\s+(.+)")
_KEY_LINE = re.compile(r"ANSWER:\s*([A-Z])\s*")
REASONS = ("feedback", "if_true", "if_false", "otherwise")
"""Fields that hold the reason of an answer for the learner."""
BLOCKS_LIMIT = 200
"""Questions that are read of one text."""
_INTERACTION = "choice"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SINGLE, _MULTIPLE, _STATEMENT = "single_choice", "multiple_response", "true_false"


def read_questions(text: str) -> list[FoundQuestion]:
    """Return the questions of a text in their order, also those that are not complete."""
    return [_found(first, lines) for first, lines in _blocks(text)][:BLOCKS_LIMIT]


def with_reason(found: FoundQuestion, reason: str) -> FoundQuestion:
    """Return the question with this reason wherever it has an empty one."""
    if not reason:
        return found
    value = _filled(found.value, reason)
    problems = [one for one in found.problems if not one.path]
    problems += problems_of(found.type, value)
    return replace(found, value=value, problems=tuple(problems))


def _filled(value: Any, reason: str, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _filled(part, reason, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, reason) for part in value]
    return reason if name in REASONS and value == "" else value


def without_lines(text: str, found: list[FoundQuestion]) -> str:
    """Return the text without the lines of these questions."""
    gone = {n for one in found for n in range(one.first_line, one.last_line + 1)}
    lines = [line for number, line in enumerate(text.split("\n"), 1) if number not in gone]
    kept = "\n".join(lines).strip("\n")
    while "\n\n\n" in kept:
        kept = kept.replace("\n\n\n", "\n\n")
    return kept


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines between empty ones, with the number of the first."""
    block: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _found(first: int, lines: list[str]) -> FoundQuestion:
    if gift.is_gift(lines):
        return gift.read_gift(first, lines)
    joined = _joined(lines)
    item = _aiken(joined) or _item(joined)
    kind = registry.get(item.type_key)
    value = _value(item)
    problems = problems_of(kind, value)
    return FoundQuestion(first, first + len(lines) - 1, kind, value, item, problems)


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
