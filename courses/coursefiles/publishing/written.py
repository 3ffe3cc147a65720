"""The same checks for a course that was not read from files: what is found names a place in a row.

The checks speak of files and lines. Here each path gets a number of its own in place of a line, so
that what they find leads back to the record and the field; lines of a lesson's text stay lines.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from courses.coursefiles.crosscheck import CrossCheck
from courses.coursefiles.drafts import CourseDraft, ModuleDraft, Placed
from courses.coursefiles.problems import FileProblem, Notes
from courses.coursefiles.publishing import CHECKS
from courses.coursefiles.publishing.material import Material, gather
from courses.coursefiles.publishing.rules import PublishRules
from courses.coursefiles.schema import (
    CourseFile,
    CourseHead,
    CourseYaml,
    ModuleFile,
    ModuleHead,
    QuestionFile,
    head_fields,
)
from courses.coursefiles.yamltext import Document
from courses.errors import CoursesError
from courses.questions import registry
from courses.questions.data import DataError

T = TypeVar("T")
_FIRST = 1_000_000
"""Higher than any line of a text."""
_READY = "ready"
_LESSON = "lesson/"


@dataclass(frozen=True, order=True)
class CheckFinding:
    """Something in a record. `line` counts in a lesson's text, 0 elsewhere."""

    kind: str
    key: str
    path: str
    line: int
    message: str


@dataclass(frozen=True)
class CheckReport:
    errors: tuple[CheckFinding, ...]
    """What learners would run into; of drafts nothing."""
    advice: tuple[CheckFinding, ...]


class _Places(Document):
    """A document that numbers the paths for which it is asked."""

    def __init__(self) -> None:
        object.__setattr__(self, "paths", [])
        super().__init__(value=None, lines={})

    paths: list[str]

    def line(self, path: str) -> int:
        self.paths.append(path)
        return _FIRST + len(self.paths) - 1


def check_written(course: CourseFile, rules: PublishRules) -> CheckReport:
    """Return what is wrong with the course, and what its rules advise."""
    check = WrittenCheck(course, rules)
    return together([check.run(number) for number in range(WrittenCheck.parts)])


def together(reports: Iterable[CheckReport]) -> CheckReport:
    """Return what several parts of a check found, sorted."""
    found = list(reports)
    errors = {one for report in found for one in report.errors}
    advice = {one for report in found for one in report.advice}
    return CheckReport(tuple(sorted(errors)), tuple(sorted(advice)))


class WrittenCheck:
    """The check of one course in parts, so that none of them takes long."""

    parts = 1 + len(CHECKS)

    def __init__(self, course: CourseFile, rules: PublishRules) -> None:
        self.course, self.rules = course, rules
        self._places = _Places()

    def run(self, number: int) -> CheckReport:
        """Return what one part of the check finds; the first looks for what is wrong."""
        if number == 0:
            return self._wrong()
        found = CHECKS[number - 1](self._material, self.rules)
        return CheckReport((), tuple(_finding(one, self._places) for one in found))

    def _wrong(self) -> CheckReport:
        notes = Notes()
        CrossCheck(_draft(self.course, self._places), notes).run()
        drafts = set(_drafts(self.course))
        problems = {_finding(one, self._places) for one in notes.problems}
        errors = {
            one for one in problems if not _is_advice(one) and (one.kind, one.key) not in drafts
        }
        advice = problems - errors
        advice |= {_finding(one, self._places) for one in notes.warnings}
        return CheckReport(tuple(errors), tuple(advice))

    @cached_property
    def _material(self) -> Material:
        modules = tuple(_readable(module) for module in self.course.modules)
        seen = replace(self.course, modules=modules)
        return gather(_draft(seen, self._places), self._places)


def _drafts(course: CourseFile) -> Iterator[tuple[str, str]]:
    """Yield kind and key of what learners do not see yet, or no more."""
    yield from (("quiz", one.key) for one in course.quizzes if one.status != _READY)
    for module in course.modules:
        is_hidden = module.status != _READY
        parts: dict[str, tuple[Any, ...]] = {
            "lesson": module.lessons,
            "question": module.questions,
            "quiz": module.quizzes,
        }
        for kind, records in parts.items():
            yield from ((kind, one.key) for one in records if is_hidden or one.status != _READY)
        if is_hidden:
            yield "module", module.key


def _is_advice(finding: CheckFinding) -> bool:
    """Return whether learners get along with it: a lesson without a check can be confirmed."""
    return (finding.kind, finding.path) == ("lesson", "completion")


def _readable(module: ModuleFile) -> ModuleFile:
    """Return the module without questions that are not finished; those are errors already."""
    return replace(module, questions=tuple(one for one in module.questions if _is_finished(one)))


def _is_finished(question: QuestionFile) -> bool:
    try:
        kind = registry.get(question.type)
        kind.to_item(kind.load(question.data))
    except (CoursesError, DataError):
        return False
    return question.status == _READY


def _draft(course: CourseFile, places: _Places) -> CourseDraft:
    keys = tuple(module.key for module in course.modules)
    head = CourseYaml(**head_fields(course, CourseHead), modules=keys)
    return CourseDraft(
        head=Placed(head, "course", places, f"course:{course.key}"),
        references=_placed("reference", course.references, places),
        terms=_placed("term", course.terms, places),
        # Quizzes of no module are known by the name of their file.
        quizzes=[Placed(one, "quizzes.yaml", places, f"quiz:{one.key}") for one in course.quizzes],
        modules=[_module(module, places) for module in course.modules],
    )


def _module(module: ModuleFile, places: _Places) -> ModuleDraft:
    head = ModuleHead(**head_fields(module, ModuleHead))
    return ModuleDraft(
        head=Placed(head, "module", places, f"module:{module.key}"),
        lessons=[
            Placed(one, _LESSON + one.key, places, f"lesson:{one.key}") for one in module.lessons
        ],
        questions=_placed("question", module.questions, places),
        stimuli=_placed("stimulus", module.stimuli, places),
        quizzes=_placed("quiz", module.quizzes, places),
        assets={asset.name: asset for asset in module.assets},
    )


def _placed(kind: str, records: Iterable[Any], places: _Places) -> list[Placed[Any]]:
    return [Placed(one, kind, places, f"{kind}:{one.key}") for one in records]


def _finding(problem: FileProblem, places: _Places) -> CheckFinding:
    if problem.line < _FIRST:
        key = problem.file.removeprefix(_LESSON)
        return CheckFinding("lesson", key, "body", problem.line, problem.message)
    name, _dot, path = places.paths[problem.line - _FIRST].partition(".")
    kind, _colon, key = name.partition(":")
    message = problem.message.removeprefix(f"{path}: ")
    return CheckFinding(kind, key, path, 0, message)
