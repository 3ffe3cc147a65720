"""What is wrong in a course's files, by file and line."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from courses.errors import Invalid, Problem


@dataclass(frozen=True, order=True)
class FileProblem:
    """`file` is relative to the course's folder; `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class CourseFilesError(Invalid):
    """The folder is not a course; `file_problems` hold every mistake that was found."""

    code = "invalid_course_files"
    default = _("The course files contain errors; nothing was changed.")

    def __init__(self, file_problems: Sequence[FileProblem]) -> None:
        self.file_problems = tuple(file_problems)
        problems = [Problem(f"{each.file}:{each.line}", each.message) for each in file_problems]
        super().__init__(problems=problems)


class Notes:
    """Collects problems and warnings, each once."""

    def __init__(self) -> None:
        self._problems: dict[FileProblem, None] = {}
        self._warnings: dict[FileProblem, None] = {}

    def problem(self, file: str, line: int, message: str) -> None:
        self._problems[FileProblem(file, line, message)] = None

    def warning(self, file: str, line: int, message: str) -> None:
        self._warnings[FileProblem(file, line, message)] = None

    @property
    def problems(self) -> tuple[FileProblem, ...]:
        return tuple(sorted(self._problems))

    @property
    def warnings(self) -> tuple[FileProblem, ...]:
        return tuple(sorted(self._warnings))

    def stop_if_any(self) -> None:
        """Raise CourseFilesError when a problem was noted."""
        if self._problems:
            raise CourseFilesError(sorted(self._problems))
