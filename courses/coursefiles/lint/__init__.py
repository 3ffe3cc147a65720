"""A course's own rules of quality, read from its `lint.yaml` and checked by file and line.

The rules are data: a host copies the file beside its own `course.yaml` and changes the numbers.
What is wrong here is no mistake of form; the course can still be synchronised. The messages are
for authors at the command line and in English, as the commands are.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from courses.coursefiles.drafts import DraftReader
from courses.coursefiles.folder import read_folder
from courses.coursefiles.lint.banks import check_banks
from courses.coursefiles.lint.blueprint import check_quizzes
from courses.coursefiles.lint.exams import check_exams
from courses.coursefiles.lint.items import check_questions
from courses.coursefiles.lint.lessons import check_lessons
from courses.coursefiles.lint.material import Material, gather
from courses.coursefiles.lint.names import check_links, check_objectives, check_terms
from courses.coursefiles.lint.numbers import check_lesson_numbers
from courses.coursefiles.lint.overlap import check_overlaps
from courses.coursefiles.lint.pretests import check_pretests
from courses.coursefiles.lint.references import check_references, overdue
from courses.coursefiles.lint.rules import RULES_FILE, Rules, read_rules
from courses.coursefiles.lint.stems import check_stems
from courses.coursefiles.problems import FileProblem, Notes

__all__ = ["CHECKS", "RULES_FILE", "Rules", "lint_course", "lint_files"]

CHECKS: tuple[Callable[[Material, Rules], Iterator[FileProblem]], ...] = (
    check_lessons,
    check_questions,
    check_references,
    check_terms,
    check_links,
    check_lesson_numbers,
    check_objectives,
    check_stems,
    check_banks,
    check_quizzes,
    check_exams,
    check_overlaps,
    check_pretests,
)


def lint_course(folder: Path, *, on: date | None = None) -> tuple[FileProblem, ...]:
    """What the rules in the folder find in its course; nothing when it has no `lint.yaml`.

    With a day also the sources that somebody should have looked at again by then. Raises
    CourseFilesError when the files, the rules among them, cannot be understood.
    """
    notes = Notes()
    return _lint(read_folder(folder, notes), notes, on)


def lint_files(files: Mapping[str, bytes], *, on: date | None = None) -> tuple[FileProblem, ...]:
    """The same for files that were read already: path relative to the folder → content."""
    return _lint(files, Notes(), on)


def _lint(files: Mapping[str, bytes], notes: Notes, on: date | None) -> tuple[FileProblem, ...]:
    content = files.get(RULES_FILE)
    if content is None:
        return ()
    read = read_rules(content, notes)
    draft = DraftReader(files, notes).course()
    notes.stop_if_any()
    if draft is None or read is None:  # both are problems, noted above
        raise AssertionError
    rules, document = read
    material = gather(draft, document)
    found = {problem for check in CHECKS for problem in check(material, rules)}
    return tuple(sorted(found | set(overdue(material, on) if on else ())))
