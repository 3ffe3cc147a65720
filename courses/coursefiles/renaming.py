"""Records with other keys: one map, applied to every reference, also to marks in texts. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any, TypeVar

from courses.coursefiles.schema import (
    CourseFile,
    LessonFile,
    ModuleFile,
    ObjectiveFile,
    QuestionFile,
    QuizFile,
    QuizItemFile,
    ReferenceFile,
    StimulusFile,
    TermFile,
)
from courses.questions import registry

T = TypeVar("T")
Name = tuple[str, str]
"""Kind and key; kinds as `entries.KINDS` has them."""

_MARK = re.compile(r"(?P<open>\[\[(?P<kind>check|term|source):)(?P<key>[a-z0-9][a-z0-9-]*)")
_LINK = re.compile(r"(?P<open>(?:\]\(|\]:[ \t]*|<)lesson:)(?P<key>[a-z0-9][a-z0-9-]*)")
_KINDS = {"check": "question", "term": "term", "source": "reference"}


@dataclass(frozen=True)
class Renaming:
    """New keys by kind and old key; what it does not name keeps its key."""

    keys: Mapping[Name, str]

    def of(self, kind: str, key: str) -> str:
        """Return the new key of a thing."""
        return self.keys.get((kind, key), key)

    def all(self, kind: str, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Return the new keys of things of a kind."""
        return tuple(self.of(kind, key) for key in keys)

    def text(self, text: str) -> str:
        """Return a text whose marks and links name the new keys."""
        if "[[" in text:
            text = _MARK.sub(self._mark, text)
        return _LINK.sub(self._link, text) if "lesson:" in text else text

    def texts(self, value: Any) -> Any:
        """Return a plain value whose texts name the new keys."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {name: self.texts(each) for name, each in value.items()}
        return [self.texts(each) for each in value] if isinstance(value, list) else value

    def inverse(self) -> "Renaming":
        """Return the renaming that undoes this one."""
        return Renaming({(kind, new): key for (kind, key), new in self.keys.items()})

    def record(self, record: T) -> T:
        """Return a record with the new keys, its own and those that it names."""
        changed: T = _renamed(record, self)
        return changed

    def _mark(self, match: re.Match[str]) -> str:
        return match["open"] + self.of(_KINDS[match["kind"]], match["key"])

    def _link(self, match: re.Match[str]) -> str:
        return match["open"] + self.of("lesson", match["key"])


@singledispatch
def _renamed(record: Any, _names: Renaming) -> Any:
    """Return the record as it is: files have names, which stay."""
    return record


@_renamed.register
def _course(record: CourseFile, names: Renaming) -> CourseFile:
    return replace(
        record,
        key=names.of("course", record.key),
        references=_each(record.references, names),
        terms=_each(record.terms, names),
        quizzes=_each(record.quizzes, names),
        modules=_each(record.modules, names),
    )


@_renamed.register
def _module(record: ModuleFile, names: Renaming) -> ModuleFile:
    return replace(
        record,
        key=names.of("module", record.key),
        objectives=_each(record.objectives, names),
        lessons=_each(record.lessons, names),
        questions=_each(record.questions, names),
        stimuli=_each(record.stimuli, names),
        quizzes=_each(record.quizzes, names),
        instructor_notes=names.text(record.instructor_notes),
    )


@_renamed.register
def _objective(record: ObjectiveFile, names: Renaming) -> ObjectiveFile:
    return replace(record, key=names.of("objective", record.key))


@_renamed.register
def _reference(record: ReferenceFile, names: Renaming) -> ReferenceFile:
    return replace(record, key=names.of("reference", record.key))


@_renamed.register
def _term(record: TermFile, names: Renaming) -> TermFile:
    return replace(
        record,
        key=names.of("term", record.key),
        definition=names.text(record.definition),
        source=names.of("reference", record.source),
    )


@_renamed.register
def _stimulus(record: StimulusFile, names: Renaming) -> StimulusFile:
    return replace(record, key=names.of("stimulus", record.key), body=names.text(record.body))


@_renamed.register
def _lesson(record: LessonFile, names: Renaming) -> LessonFile:
    return replace(
        record,
        key=names.of("lesson", record.key),
        objectives=names.all("objective", record.objectives),
        review=names.all("question", record.review),
        sources=names.all("reference", record.sources),
        body=names.text(record.body),
    )


@_renamed.register
def _question(record: QuestionFile, names: Renaming) -> QuestionFile:
    return replace(
        record,
        key=names.of("question", record.key),
        objective=names.of("objective", record.objective),
        source=names.all("reference", record.source),
        stimulus=names.of("stimulus", record.stimulus),
        enemies=names.all("question", record.enemies),
        data=_data(record, names),
    )


def _data(record: QuestionFile, names: Renaming) -> dict[str, Any]:
    """Return the data with other names in its texts, and of the question that it asks again."""
    kind = registry.all_types().get(record.type)
    data: dict[str, Any] = names.texts(record.data)
    earlier = kind.earlier_vote(kind.load(data)) if kind else ""
    if not earlier:
        return data
    new = names.of("question", earlier)
    return {name: new if value == earlier else value for name, value in data.items()}


@_renamed.register
def _quiz(record: QuizFile, names: Renaming) -> QuizFile:
    return replace(
        record,
        key=names.of("quiz", record.key),
        intro=names.text(record.intro),
        requires_modules=names.all("module", record.requires_modules),
        compares_with=names.of("quiz", record.compares_with),
        items=_each(record.items, names),
    )


@_renamed.register
def _item(record: QuizItemFile, names: Renaming) -> QuizItemFile:
    draw = record.draw
    if draw is not None:
        draw = replace(draw, objective=names.of("objective", draw.objective))
    question = names.of("question", record.question)
    is_same = question == record.question  # A copy of a question begins with its first version.
    return replace(
        record, question=question, version=record.version if is_same else None, draw=draw
    )


def _each(records: tuple[T, ...], names: Renaming) -> tuple[T, ...]:
    return tuple(names.record(record) for record in records)


def free_keys(wanted: Mapping[Name, int], is_taken: Callable[[Name], bool]) -> Renaming:
    """Return new keys, all with the same number behind them, of which none is taken.

    `wanted` has the most characters of each key.
    """
    number = 2
    while True:
        end = f"-{number}"
        keys = {
            (kind, key): key[: limit - len(end)].rstrip("-") + end
            for (kind, key), limit in wanted.items()
        }
        new = {(kind, key) for (kind, _old), key in keys.items()}
        if len(new) == len(keys) and not any(map(is_taken, new)):
            return Renaming(keys)
        number += 1
