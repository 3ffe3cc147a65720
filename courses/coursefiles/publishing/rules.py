"""What a course asks of itself before it is published, as its `publishing.yaml` states it.

A rule whose field is left out is off. docs/course-files.md describes every field.
"""

from dataclasses import dataclass
from typing import TypeVar

from courses.coursefiles.problems import Notes
from courses.coursefiles.yamltext import Document, parse
from courses.questions.data import DataError, load

RULES_FILE = "publishing.yaml"
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class PublishRules:
    """`alike_percent` is the similarity from which two stems are near-duplicates."""

    alike_percent: int | None = None
    are_enemies_declared: bool = False
    are_terms_linked: bool = False
    are_links_followed: bool = False
    are_objectives_met: bool = False


def read_rules(kind: type[R], file: str, content: bytes, notes: Notes) -> tuple[R, Document] | None:
    """Return rules with their places in the file; None with problems noted if unreadable."""
    try:
        document = parse(content.decode("utf-8"))
    except UnicodeDecodeError:
        notes.problem(file, 1, "The text is not UTF-8.")
        return None
    for line, message in document.problems:
        notes.problem(file, line, message)
    if document.problems:
        return None
    try:
        return load(kind, document.value or {}), document
    except DataError as error:
        for problem in error.problems:
            message = f"{problem.path}: {problem.message}"
            notes.problem(file, document.line(problem.path), message)
        return None
