"""Questions in Aiken's format: a text, answers as `A. Text` or `A) Text`, then `ANSWER: B`."""

import re
from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from courses.interchange import building
from courses.interchange.building import Asked, Built, ScoredText
from courses.interchange.found import Found
from courses.interchange.sources import TextSource, check_count
from courses.interchange.texts import PLAIN, Texts

TYPE = "multichoice"
_ANSWER = re.compile(r"\s*([A-Z])[.)]\s+(.+)")
_KEY = re.compile(r"\s*ANSWER:\s*([A-Z])\s*", re.IGNORECASE)


def read_aiken(source: TextSource) -> list[Found]:
    """Return the questions of a file. A question ends with the line of its right answer."""
    found: list[Found] = []
    block: list[tuple[int, str]] = []
    for number, line in enumerate(source.text.split("\n"), 1):
        if not line.strip():
            continue
        block.append((number, line))
        source.check_lines(len(block), number)
        if _KEY.fullmatch(line):
            found.append(_found(block))
            check_count(len(found), source.name, number)
            block = []
    if block:
        found.append(
            _refused(block, _("The line ANSWER: with the letter of the right answer is missing."))
        )
    return found


def _found(block: Sequence[tuple[int, str]]) -> Found:
    lines = [line for _number, line in block]
    key = _KEY.fullmatch(lines[-1])
    first = next((place for place, line in enumerate(lines) if _ANSWER.fullmatch(line)), 0)
    answers = [_ANSWER.fullmatch(line) for line in lines[first:-1]]
    letters = [found[1] for found in answers if found]
    if not first or key is None:
        return _refused(block, _("A question has a text, and below it answers such as A. Text."))
    if len(letters) < len(answers):
        place = first + answers.index(None)
        message = _("Line %(line)d: this is no answer such as A. Text.")
        return _refused(block, message % {"line": block[place][0]})
    if key[1].upper() not in letters or len(set(letters)) < len(letters):
        return _refused(block, _("ANSWER: names no answer, or two answers have the same letter."))
    built = item_of(
        lines[:first], [(found[1], found[2]) for found in answers if found], key[1].upper()
    )
    return Found(block[0][0], TYPE, building.title_of(lines[0]), built.item, losses=built.losses)


def item_of(stem: Sequence[str], answers: Sequence[tuple[str, str]], right: str) -> Built:
    """Return the question with these lines, letters and texts of answers, and right letter."""
    texts = Texts(PLAIN)
    rows = [ScoredText(texts.markdown(text), Fraction(letter == right)) for letter, text in answers]
    asked = Asked(texts.markdown("\n".join(stem)))
    words = [text.strip().rstrip(".").casefold() for _letter, text in answers]
    if words == ["true", "false"]:
        is_true = rows[0].share == 1
        return building.statement(asked, is_true=is_true, if_true="", if_false="")
    return building.choice(asked, rows, is_multiple=False, extra={})


def _refused(block: Sequence[tuple[int, str]], reason: str) -> Found:
    number, line = block[0]
    return Found(number, TYPE, building.title_of(line), reason=reason)
