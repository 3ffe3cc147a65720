"""Read files into records with their places, before any name in them is looked up."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _

from courses.coursefiles import rules
from courses.coursefiles.assets import check_asset
from courses.coursefiles.durations import file_kind, from_file
from courses.coursefiles.problems import Notes
from courses.coursefiles.schema import (
    COMPANIONS,
    AssetFile,
    CourseYaml,
    LessonFile,
    LessonHead,
    ModuleHead,
    QuestionFile,
    QuizFile,
    ReferenceFile,
    StimulusFile,
    TermFile,
    head_fields,
)
from courses.coursefiles.yamltext import UNSTORABLE, Document, parse
from courses.questions.data import DataError, load

T = TypeVar("T")

_LESSON = re.compile(r"(\d{2,3})-[a-z0-9][a-z0-9-]*\.md")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*\n", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Placed(Generic[T]):
    """A record, and where it was read."""

    record: T
    file: str
    document: Document
    path: str = ""
    body_line: int = 0
    """The line before a lesson's body."""

    def line(self, path: str = "") -> int:
        return self.document.line(".".join(part for part in (self.path, path) if part))


@dataclass
class ModuleDraft:
    head: Placed[ModuleHead]
    lessons: list[Placed[LessonFile]] = field(default_factory=list)
    questions: list[Placed[QuestionFile]] = field(default_factory=list)
    stimuli: list[Placed[StimulusFile]] = field(default_factory=list)
    quizzes: list[Placed[QuizFile]] = field(default_factory=list)
    assets: dict[str, AssetFile] = field(default_factory=dict)
    instructor_notes: str = ""


@dataclass
class CourseDraft:
    head: Placed[CourseYaml]
    references: list[Placed[ReferenceFile]]
    terms: list[Placed[TermFile]]
    quizzes: list[Placed[QuizFile]]
    modules: list[ModuleDraft]


class DraftReader:
    """Reads records out of a folder's files; mistakes go to `notes`."""

    def __init__(self, files: Mapping[str, bytes], notes: Notes) -> None:
        self.files = files
        self.notes = notes
        self.unread = set(files) - COMPANIONS

    def course(self) -> CourseDraft | None:
        """Return the whole course as far as it could be read; None without a course.yaml."""
        head = self._one(CourseYaml, "course.yaml")
        references = self._list(ReferenceFile, "references.yaml")
        terms = self._list(TermFile, "glossary.yaml")
        quizzes = self._list(QuizFile, "quizzes.yaml")
        folders = {name.partition("/")[0] for name in self.files if "/" in name}
        modules = {folder: self._module(folder) for folder in sorted(folders)}
        for name in sorted(self.unread):
            self.notes.problem(name, 1, _("This file does not belong in a course."))
        if head is None:
            return None
        self._check_folders(head, folders)
        listed = [modules.get(key) for key in head.record.modules]
        drafts = [draft for draft in listed if draft is not None]
        return CourseDraft(head, references, terms, quizzes, drafts)

    def _check_folders(self, head: Placed[CourseYaml], folders: set[str]) -> None:
        listed = head.record.modules
        for index, key in enumerate(listed):
            line = head.line(f"modules.{index}")
            if key not in folders:
                message = _("There is no folder “%(key)s”.") % {"key": key}
                self.notes.problem(head.file, line, message)
            if key in listed[:index]:
                message = _("“%(key)s” is listed twice.") % {"key": key}
                self.notes.problem(head.file, line, message)
        for folder in sorted(folders - set(listed)):
            message = _("The folder “%(key)s” is not listed here.") % {"key": folder}
            self.notes.problem(head.file, head.line("modules"), message)

    def _module(self, folder: str) -> ModuleDraft | None:
        head = self._one(ModuleHead, f"{folder}/module.yaml")
        draft = ModuleDraft(head) if head else None
        lessons = self._lessons(folder)
        questions = [
            question
            for name in self._inside(f"{folder}/questions/", ".yaml")
            for question in self._list(QuestionFile, name)
        ]
        stimuli = self._list(StimulusFile, f"{folder}/stimuli.yaml")
        quizzes = self._list(QuizFile, f"{folder}/quizzes.yaml")
        assets = self._assets(f"{folder}/assets/")
        instructor_notes = self._text(f"{folder}/instructor-notes.md") or ""
        if head is None or draft is None:
            return None
        if head.record.key != folder:
            message = _("The key must be the folder's name, “%(folder)s”.") % {"folder": folder}
            self.notes.problem(head.file, head.line("key"), message)
        draft.lessons, draft.questions, draft.stimuli = lessons, questions, stimuli
        draft.quizzes, draft.assets, draft.instructor_notes = quizzes, assets, instructor_notes
        return draft

    def _lessons(self, folder: str) -> list[Placed[LessonFile]]:
        lessons, numbers = [], set()
        for name in self._inside(f"{folder}/", ".md"):
            match = _LESSON.fullmatch(name.rpartition("/")[2])
            if match is None:
                continue
            if int(match[1]) in numbers:
                self.notes.problem(name, 1, _("Two lessons have this number."))
            numbers.add(int(match[1]))
            lesson = self._lesson(name)
            if lesson:
                lessons.append((int(match[1]), lesson))
        return [lesson for _number, lesson in sorted(lessons, key=lambda pair: pair[0])]

    def _lesson(self, name: str) -> Placed[LessonFile] | None:
        text = self._text(name)
        if text is None:
            return None
        match = _FRONT_MATTER.match(text)
        if match is None:
            message = _("A lesson starts with its front matter between two lines of ---.")
            self.notes.problem(name, 1, message)
            return None
        document = self._parse(name, match[1], first_line=2)
        head = self._load(LessonHead, name, document, "", document.value)
        if head is None:
            return None
        lesson = LessonFile(**head_fields(head.record, LessonHead), body=text[match.end() :])
        return Placed(lesson, name, document, body_line=text.count("\n", 0, match.end()))

    def _assets(self, prefix: str) -> dict[str, AssetFile]:
        assets = {}
        for path in self._inside(prefix, ""):
            self.unread.discard(path)
            name, content = path.removeprefix(prefix), self.files[path]
            for line, message in check_asset(name, content):
                self.notes.problem(path, line, message)
            assets[name] = AssetFile.of(name=name, content=content)
        return assets

    def _inside(self, prefix: str, ending: str) -> list[str]:
        """Return the files directly in a folder."""
        return sorted(
            name
            for name in self.files
            if name.startswith(prefix)
            and name.endswith(ending)
            and "/" not in name.removeprefix(prefix)
        )

    def _text(self, name: str) -> str | None:
        """Return a file as text with plain line ends; None when it is absent or not UTF-8."""
        self.unread.discard(name)
        content = self.files.get(name)
        if content is None:
            return None
        try:
            text = content.decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self.notes.problem(name, line, _("The text is not UTF-8."))
            return None
        found = UNSTORABLE.search(text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            message = _("This text contains characters that cannot be stored.")
            self.notes.problem(name, line, message)
            return None
        return text.removeprefix("\ufeff")

    def _parse(self, name: str, text: str, *, first_line: int = 1) -> Document:
        document = parse(text, first_line=first_line)
        for line, message in document.problems:
            self.notes.problem(name, line, message)
        return document

    def _one(self, kind: type[T], name: str) -> Placed[T] | None:
        text = self._text(name)
        if text is None:
            if name not in self.files:
                self.notes.problem(name, 1, _("This file is missing."))
            return None
        document = self._parse(name, text)
        return self._load(kind, name, document, "", document.value)

    def _list(self, kind: type[T], name: str) -> list[Placed[T]]:
        text = self._text(name)
        if text is None:
            return []
        document = self._parse(name, text)
        if document.value is None:
            return []
        if not isinstance(document.value, list):
            self.notes.problem(name, 1, _("A list is expected here: entries that start with “- ”."))
            return []
        placed = (
            self._load(kind, name, document, str(index), value)
            for index, value in enumerate(document.value)
        )
        return [each for each in placed if each is not None]

    def _load(
        self, kind: type[T], name: str, document: Document, path: str, value: Any
    ) -> Placed[T] | None:
        if document.problems and value is None:
            return None
        try:
            read = load(file_kind(kind), _with_lists(kind, value))
        except DataError as error:
            self._note_all(name, document, path, error.problems)
            return None
        self._note_all(name, document, path, rules.check(read))
        return Placed(from_file(kind, read), name, document, path)

    def _note_all(self, name: str, document: Document, path: str, problems: Iterable[Any]) -> None:
        for problem in problems:
            where = ".".join(part for part in (path, problem.path) if part)
            text = f"{problem.path}: {problem.message}" if problem.path else problem.message
            self.notes.problem(name, document.line(where), text)


def _with_lists(kind: type, value: Any) -> Any:
    """Return the record with lists, where the file may have one text for a list of one."""
    if kind is QuestionFile and isinstance(value, dict) and isinstance(value.get("source"), str):
        return {**value, "source": [value["source"]]}
    return value
