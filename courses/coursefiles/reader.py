"""A folder → a course, or every mistake in it with file and line."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from courses.coursefiles.crosscheck import CrossCheck
from courses.coursefiles.digest import digest_of
from courses.coursefiles.drafts import CourseDraft, DraftReader, ModuleDraft, Placed
from courses.coursefiles.folder import read_folder
from courses.coursefiles.problems import FileProblem, Notes
from courses.coursefiles.records import canonical
from courses.coursefiles.schema import (
    CourseFile,
    CourseHead,
    ModuleFile,
    ModuleHead,
    QuestionFile,
    head_fields,
)
from courses.questions import registry

T = TypeVar("T")


@dataclass(frozen=True)
class CourseReading:
    """A course without mistakes, and what its author may want to look at all the same."""

    course: CourseFile
    warnings: tuple[FileProblem, ...] = ()
    digest: str = ""
    """Of the folder; "" where something in it needs a look."""


def read_course(folder: Path) -> CourseReading:
    """Return the course in `folder`. Raises CourseFilesError with all mistakes that were found.

    Names are looked up only in files that could be read: mistakes of form come first.
    """
    notes = Notes()
    files = read_folder(folder, notes)
    reading = _read(files, notes)
    return reading if reading.warnings else replace(reading, digest=digest_of(files))


def read_files(files: Mapping[str, bytes]) -> CourseReading:
    """Return the course in files that were read already: path relative to its folder → content."""
    return _read(files, Notes())


def _read(files: Mapping[str, bytes], notes: Notes) -> CourseReading:
    draft = DraftReader(files, notes).course()
    notes.stop_if_any()
    if draft is None:  # a course.yaml that could not be read is a problem, noted above
        raise AssertionError
    CrossCheck(draft, notes).run()
    notes.stop_if_any()
    return CourseReading(_course(draft), notes.warnings)


def _course(draft: CourseDraft) -> CourseFile:
    return CourseFile(
        **head_fields(draft.head.record, CourseHead),
        references=tuple(sorted(_records(draft.references), key=_key)),
        terms=tuple(sorted(_records(draft.terms), key=_key)),
        quizzes=tuple(map(canonical, _records(draft.quizzes))),
        modules=tuple(_module(module) for module in draft.modules),
    )


def _module(draft: ModuleDraft) -> ModuleFile:
    return ModuleFile(
        **head_fields(draft.head.record, ModuleHead),
        lessons=_records(draft.lessons),
        questions=tuple(sorted(map(_canonical, _records(draft.questions)), key=_key)),
        stimuli=tuple(sorted(_records(draft.stimuli), key=_key)),
        quizzes=tuple(map(canonical, _records(draft.quizzes))),
        assets=tuple(draft.assets[name] for name in sorted(draft.assets)),
        instructor_notes=draft.instructor_notes,
    )


def _canonical(question: QuestionFile) -> QuestionFile:
    """Return the question with its data in the shortest form that its type writes."""
    question_type = registry.get(question.type)
    return replace(question, data=question_type.dump(question_type.load(question.data)))


def _records(placed: list[Placed[T]]) -> tuple[T, ...]:
    return tuple(each.record for each in placed)


def _key(record: object) -> str:
    return str(getattr(record, "key", ""))
