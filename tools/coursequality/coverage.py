"""What covers what: ideas and objectives by lessons and items, complaints by visible answers.

A course may have a `coverage.yaml` beside its `course.yaml`. The tags of questions name the ideas;
a table in a module's `instructor-notes.md` (a tag in backquotes first, lesson numbers third) may
name further lessons. The text made from it is for people; `gaps` is for tests.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from courses.coursefiles.drafts import CourseDraft, DraftReader, ModuleDraft, Placed
from courses.coursefiles.folder import read_folder
from courses.coursefiles.problems import Notes
from courses.coursefiles.publishing.lesson_text import read_text
from courses.coursefiles.schema import LessonFile, QuestionFile
from courses.coursefiles.yamltext import Document, parse
from courses.questions.data import DataError, load

COVERAGE_FILE = "coverage.yaml"
KINDS = ("check", "bank", "exam")
_ROW = re.compile(r"^\| *`([\w-]+)` *\|[^|]*\| *([\d., ]+?) *\|", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Idea:
    """An idea of the texts that a course builds on; `left_out` is why it is not taught."""

    tag: str
    text: str
    left_out: str = ""


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """A complaint about other courses, and where this one answers.

    Links are `lesson:key`, `question:key`, or a path in the project. `missing` is what is not
    there yet.
    """

    who: str
    text: str
    answer: str
    links: tuple[str, ...]
    missing: str = ""


@dataclass(frozen=True, kw_only=True)
class CoverageFile:
    ideas: tuple[Idea, ...] = ()
    complaints: tuple[Complaint, ...] = ()


@dataclass(frozen=True)
class Coverage:
    """The parts of a course that belong together, looked up once."""

    course: CourseDraft
    wanted: CoverageFile

    @property
    def numbers(self) -> dict[str, Placed[LessonFile]]:
        """Lessons by the number that learners see, such as 2.3."""
        return {
            f"{place}.{number}": lesson
            for place, module in enumerate(self.course.modules, start=1)
            for number, lesson in enumerate(module.lessons, start=1)
        }

    @property
    def questions(self) -> list[QuestionFile]:
        return [q.record for module in self.course.modules for q in module.questions]

    @cached_property
    def checks(self) -> dict[str, set[str]]:
        """Keys of the checks in each lesson's body, by the lesson's number."""
        return {
            number: set(read_text(lesson.record.body).findings.keys("check"))
            for number, lesson in self.numbers.items()
        }

    def lessons_of(self, tag: str) -> list[str]:
        """Return numbers of the lessons that take an idea up: by their checks, or by the notes."""
        found = {
            number
            for module in self.course.modules
            for name, lessons in _ROW.findall(module.instructor_notes)
            if name == tag
            for number in re.split(r"[, ]+", lessons)
        }
        tagged = {question.key for question in self.questions if tag in question.tags}
        found |= {number for number, checks in self.checks.items() if tagged & checks}
        return sorted(found, key=_in_order)

    def counts(self, questions: list[QuestionFile]) -> Counter[str]:
        """Return how many of them are checks, in the bank, for the exam."""
        return Counter(kind for question in questions for kind in KINDS if kind in question.tags)


def read_coverage(folder: Path) -> Coverage:
    """Return the course in `folder` with its `coverage.yaml`. Raises CourseFilesError."""
    notes = Notes()
    files = read_folder(folder, notes)
    wanted = _read(files.get(COVERAGE_FILE, b""), notes)
    draft = DraftReader(files, notes).course()
    notes.stop_if_any()
    if draft is None:  # noted above
        raise AssertionError
    return Coverage(draft, wanted)


def _read(content: bytes, notes: Notes) -> CoverageFile:
    document: Document = parse(content.decode("utf-8", "replace"))
    for line, message in document.problems:
        notes.problem(COVERAGE_FILE, line, message)
    try:
        return load(CoverageFile, document.value or {})
    except DataError as error:
        for problem in error.problems:
            line = document.line(problem.path)
            notes.problem(COVERAGE_FILE, line, f"{problem.path}: {problem.message}")
    return CoverageFile()


def gaps(coverage: Coverage, root: Path) -> Iterator[str]:
    """Yield ideas without lesson or item, lesson numbers and links that lead nowhere.

    `root` is the folder that paths in links start from.
    """
    for idea in coverage.wanted.ideas:
        lessons = coverage.lessons_of(idea.tag)
        items = [question for question in coverage.questions if idea.tag in question.tags]
        if idea.left_out:
            continue
        if not lessons:
            yield f"{idea.tag}: no lesson takes it up."
        if not items:
            yield f"{idea.tag}: no item asks for it."
        for number in lessons:
            if number not in coverage.numbers:
                yield f"{idea.tag}: there is no lesson {number}."
    yield from _dead_links(coverage, root)
    yield from _bare_objectives(coverage)


def _dead_links(coverage: Coverage, root: Path) -> Iterator[str]:
    lessons = {lesson.record.key for lesson in coverage.numbers.values()}
    questions = {question.key for question in coverage.questions}
    for complaint in coverage.wanted.complaints:
        if not complaint.links:
            yield f"“{complaint.text}” is answered nowhere."
        for link in complaint.links:
            scheme, _colon, key = link.partition(":")
            known = {"lesson": lessons, "question": questions}.get(scheme)
            if key not in known if known is not None else not (root / link).exists():
                yield f"“{complaint.text}”: {link} is not there."


def _bare_objectives(coverage: Coverage) -> Iterator[str]:
    for module in coverage.course.modules:
        taught = {key for lesson in module.lessons for key in lesson.record.objectives}
        for objective in module.head.record.objectives if module.lessons else ():
            if objective.key not in taught:
                yield f"{objective.key}: no lesson teaches it."


def lesson_path(module: ModuleDraft, lesson: Placed[LessonFile]) -> str:
    """Return a lesson's file in the folder of its course."""
    return f"{module.head.record.key}/{lesson.file.rpartition('/')[2]}"


def _in_order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split(".") if part.isdigit())
