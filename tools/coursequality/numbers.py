"""Lessons that a text names by their number: to be linked by key, with their present number."""

import re
from collections.abc import Iterator
from typing import Any

from courses.coursefiles import mentions
from courses.coursefiles.drafts import Placed
from courses.coursefiles.problems import FileProblem
from courses.coursefiles.publishing.material import Material
from courses.questions.data import dump
from tools.coursequality.rules import LintRules

_LINK = re.compile(r"\[([^\]]*)\]\(lesson:([a-z0-9-]+)[^)]*\)")


def check_lesson_numbers(material: Material, rules: LintRules) -> Iterator[FileProblem]:
    """Report lesson numbers outside links, and wrong ones in links."""
    if not rules.lesson_words:
        return
    named = "|".join(map(re.escape, sorted(rules.lesson_words, reverse=True)))
    unlinked = re.compile(rf"\b(?:{named})\s+\d+\.\d+", re.IGNORECASE)
    linked = re.compile(rf"(?:(?:{named})\s+)?(\d+\.\d+)", re.IGNORECASE)
    numbers = _numbers(material)
    for file, line, text in _texts(material):
        for match in _LINK.finditer(text):
            shown = linked.fullmatch(match[1].strip())
            wanted = numbers.get(match[2])
            if shown and wanted and shown[1] != wanted:
                message = f"“{match[1]}” links to {match[2]}, which is lesson {wanted} now."
                yield FileProblem(file, _line(line, text, match), message)
        without = _LINK.sub(lambda match: " " * len(match[0]), text)
        for match in unlinked.finditer(without):
            shown_text = " ".join(match[0].split())
            message = f"“{shown_text}” is no link; write [{shown_text}](lesson:key)."
            yield FileProblem(file, _line(line, text, match), message)


def _numbers(material: Material) -> dict[str, str]:
    """Return every lesson's number, such as 2.3, by its key."""
    return {
        lesson.record.key: f"{part}.{place}"
        for part, module in enumerate(material.draft.modules, start=1)
        for place, lesson in enumerate(module.lessons, start=1)
    }


def _texts(material: Material) -> Iterator[tuple[str, tuple[int, bool], str]]:
    """Yield (file, (line of the text, does it keep its lines), text) of all that learners read."""
    for lesson in material.lessons:
        yield lesson.placed.file, (lesson.placed.body_line + 1, True), lesson.placed.record.body
    for question in material.questions:
        for path, text in mentions.texts(question.record.data, "data"):
            yield question.placed.file, (question.placed.line(path), False), text
    for module in material.modules:
        yield from _of_record(module.head)
        for stimulus in module.stimuli:
            yield from _of_record(stimulus)
    placed: list[Placed[Any]] = [material.draft.head, *material.draft.terms, *material.quizzes]
    for record in placed:
        yield from _of_record(record)


def _of_record(placed: Placed[Any]) -> Iterator[tuple[str, tuple[int, bool], str]]:
    for name, value in dump(placed.record).items():
        for path, text in mentions.texts(value, name):
            yield placed.file, (placed.line(path), False), text


def _line(line: tuple[int, bool], text: str, match: re.Match[str]) -> int:
    first, keeps_lines = line
    return first + text.count("\n", 0, match.start()) * keeps_lines
