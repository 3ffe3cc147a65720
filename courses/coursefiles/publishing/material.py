"""What the rules look at: a course's files, parsed once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from courses.coursefiles.drafts import CourseDraft, ModuleDraft, Placed
from courses.coursefiles.problems import FileProblem
from courses.coursefiles.publishing.lesson_text import LessonText, read_text
from courses.coursefiles.schema import DrawFile, LessonFile, QuestionFile, QuizFile
from courses.coursefiles.yamltext import Document
from courses.questions import registry
from courses.questions.base import Item

CHOICE = "choice"
FEWEST = 3
"""Fewest options for which the place of the key matters; true and false have fixed places."""


@dataclass(frozen=True)
class LessonMaterial:
    placed: Placed[LessonFile]
    module: ModuleDraft
    text: LessonText

    def problem(self, line: int, message: str) -> FileProblem:
        """Return a problem at a line of the body."""
        return FileProblem(self.placed.file, self.placed.body_line + line, message)

    def head_problem(self, path: str, message: str) -> FileProblem:
        return FileProblem(self.placed.file, self.placed.line(path), message)


@dataclass(frozen=True)
class QuestionMaterial:
    placed: Placed[QuestionFile]
    module: ModuleDraft
    item: Item
    needs_person: bool

    @property
    def record(self) -> QuestionFile:
        return self.placed.record

    @cached_property
    def key_place(self) -> int | None:
        """Where the one right option stands among three or more; None for other questions."""
        choices = self.item.choices
        right = [place for place, choice in enumerate(choices) if choice.weight == 1]
        is_choice = self.item.interaction == CHOICE and len(choices) >= FEWEST and len(right) == 1
        return right[0] if is_choice else None

    def problem(self, path: str, message: str) -> FileProblem:
        return FileProblem(self.placed.file, self.placed.line(path), message)

    def path_of(self, key: str) -> str:
        """Return the path in the data of the option, card, pair … with this key."""
        found = (path for path, value in _records(self.record.data) if value.get("key") == key)
        return next(found, "data")


@dataclass(frozen=True)
class Material:
    """The modules that have lessons; one in preparation has none, and nothing is asked of it."""

    draft: CourseDraft
    rules_document: Document
    lessons: tuple[LessonMaterial, ...]
    questions: tuple[QuestionMaterial, ...]

    @property
    def modules(self) -> list[ModuleDraft]:
        return [module for module in self.draft.modules if module.lessons]

    @property
    def quizzes(self) -> list[Placed[QuizFile]]:
        inside = [quiz for module in self.draft.modules for quiz in module.quizzes]
        return [*self.draft.quizzes, *inside]

    @cached_property
    def checks(self) -> set[str]:
        """The keys of the checks that lessons show; no draw takes them."""
        return {
            block.text
            for lesson in self.lessons
            for block in lesson.text.blocks
            if block.kind == "check"
        }

    @property
    def ready(self) -> list[QuestionMaterial]:
        return [question for question in self.questions if question.record.status == "ready"]


def gather(draft: CourseDraft, rules_document: Document) -> Material:
    """Return the material of a course whose files have no mistakes of form."""
    modules = [module for module in draft.modules if module.lessons]
    lessons = (
        LessonMaterial(placed, module, read_text(placed.record.body))
        for module in modules
        for placed in module.lessons
    )
    questions = (_question(placed, module) for module in modules for placed in module.questions)
    return Material(draft, rules_document, tuple(lessons), tuple(questions))


def drawn(quiz: Placed[QuizFile]) -> list[tuple[str, DrawFile]]:
    """Return the draws of a quiz with their paths."""
    return [
        (f"items.{index}", item.draw)
        for index, item in enumerate(quiz.record.items)
        if item.draw is not None
    ]


def bank_of(
    material: Material,
    quiz: Placed[QuizFile],
    *,
    among: Iterable[QuestionMaterial] | None = None,
) -> list[QuestionMaterial]:
    """Return every question that the quiz may show, each once; of those given, if any are."""
    draws = [draw for _path, draw in drawn(quiz)]
    fixed = {item.question for item in quiz.record.items}
    return [
        question
        for question in (material.ready if among is None else among)
        if question.record.key in fixed or any(fits(material, question, draw) for draw in draws)
    ]


def fits(material: Material, question: QuestionMaterial, draw: DrawFile) -> bool:
    record = question.record
    return (
        record.key not in material.checks
        and draw.objective in ("", record.objective)
        and (not draw.tag or draw.tag in record.tags)
        and draw.difficulty in ("", record.difficulty)
    )


def _question(placed: Placed[QuestionFile], module: ModuleDraft) -> QuestionMaterial:
    question_type = registry.get(placed.record.type)
    item = question_type.to_item(question_type.load(placed.record.data))
    return QuestionMaterial(placed, module, item, question_type.needs_person)


def _records(value: Any, path: str = "data") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every mapping inside plain data, with its path."""
    if isinstance(value, dict):
        yield path, value
        for name, part in value.items():
            yield from _records(part, f"{path}.{name}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _records(part, f"{path}.{index}")
