"""The quality of our own course: how it reads, how its banks are balanced, what they cover.

The rules are data in the course's `lint.yaml`: numbers and lists, no code. `python -m
tools.coursequality check` finds what they forbid, by file and line.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from courses.coursefiles.folder import read_folder
from courses.coursefiles.problems import FileProblem, Notes
from courses.coursefiles.publishing import findings
from courses.coursefiles.publishing.material import Material
from tools.coursequality.banks import check_banks
from tools.coursequality.blueprint import check_quizzes
from tools.coursequality.exams import check_exams
from tools.coursequality.items import check_questions
from tools.coursequality.lessons import check_lessons
from tools.coursequality.numbers import check_lesson_numbers
from tools.coursequality.pretests import check_pretests
from tools.coursequality.references import check_references, check_terms, overdue
from tools.coursequality.rules import RULES_FILE, LintRules

__all__ = ["CHECKS", "RULES_FILE", "LintRules", "lint_course", "lint_files"]

CHECKS: tuple[Callable[[Material, LintRules], Iterator[FileProblem]], ...] = (
    check_lessons,
    check_questions,
    check_references,
    check_terms,
    check_lesson_numbers,
    check_banks,
    check_quizzes,
    check_exams,
    check_pretests,
)


def lint_course(folder: Path, *, on: date | None = None) -> tuple[FileProblem, ...]:
    """Return what the rules in the folder find in its course; nothing when it has no `lint.yaml`.

    With a day also the sources that somebody should have looked at again by then. Raises
    CourseFilesError when the files, the rules among them, cannot be understood.
    """
    notes = Notes()
    return _lint(read_folder(folder, notes), notes, on)


def lint_files(files: Mapping[str, bytes], *, on: date | None = None) -> tuple[FileProblem, ...]:
    """Return the same for files that were read already: path relative to the folder → content."""
    return _lint(files, Notes(), on)


def _lint(files: Mapping[str, bytes], notes: Notes, on: date | None) -> tuple[FileProblem, ...]:
    def late(material: Material, _rules: LintRules) -> Iterator[FileProblem]:
        return overdue(material, on) if on else iter(())

    return findings(files, notes, LintRules, RULES_FILE, (*CHECKS, late))
