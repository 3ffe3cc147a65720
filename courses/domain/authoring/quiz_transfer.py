"""A quiz into another course: with its questions and all that they name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import Max

from courses.coursefiles import mentions
from courses.coursefiles.renaming import Name, free_keys
from courses.coursefiles.schema import AssetFile, QuestionFile, QuizFile
from courses.domain.authoring import row_records
from courses.domain.authoring.duplicating import (
    LONGEST_KEY,
    LONGEST_OBJECTIVE_KEY,
    DateShift,
    create_entries,
    unpinned,
)
from courses.domain.authoring.editions import Origin, recording_course
from courses.domain.authoring.entries import RecordEntry, asset_entry, entry
from courses.domain.authoring.rows import Rows
from courses.models import Asset, Module, Quiz
from courses.questions.data import dump

_LESSON_LINK = re.compile(r"\[([^\[\]\n]*)\]\(lesson:[^()\s]*\)")
_RECORDS: dict[str, Any] = {
    "objective": row_records.objective_record,
    "stimulus": row_records.stimulus_record,
    "reference": row_records.reference_record,
    "term": row_records.term_record,
}


@transaction.atomic
def duplicate_quiz_into(
    *, quiz: Quiz, module: Module, title: str, shift: DateShift, origin: Origin
) -> Quiz:
    """Make a draft of a quiz in a module of another course, behind its other quizzes.

    The questions that it names go into the bank there as they are, with the objectives, stimuli,
    terms, references and files that they and the draws name. What the course has alike is used;
    of what it has otherwise under the same key there is a copy with another key. Links to lessons
    become plain text.
    """
    with recording_course(course=module.course, origin=origin):
        there = Rows(module.course)
        found = _Luggage(Rows(quiz.course))
        found.pack_quiz(quiz)
        new = {name: one for name, one in found.records.items() if not _is_alike(there, name, one)}
        longest = {
            name: LONGEST_OBJECTIVE_KEY if name[0] == "objective" else LONGEST_KEY
            for name in new
            if name[1] in there.by_kind[name[0]]
        }
        names = free_keys(longest, lambda name: name[1] in there.by_kind[name[0]])
        made = [names.record(_plain(one)) for one in new.values()]
        entries = [
            *_assets(there, module, found),
            *(_entry(one, name[0], module) for name, one in zip(new, made, strict=True)),
        ]
        copied = next(one for one in made if isinstance(one, QuizFile))
        copied = replace(shift.quiz(unpinned(copied)), title=title, status="draft")
        last = Quiz.objects.standalone().filter(module=module).aggregate(last=Max("position"))
        position = int(last["last"] or 0) + 1
        placed = entry("quiz", record=copied, module=module.key, position=position)
        others = [one for one in entries if one.kind != "quiz"]
        create_entries(rows=there, entries=[*others, placed], by=origin.by)
    row: Quiz = Quiz.objects.get(course=module.course, key=copied.key)
    return row


@dataclass
class _Luggage:
    """Records by their names, each with what it names."""

    rows: Rows
    records: dict[Name, Any] = field(default_factory=dict)
    files: dict[str, Asset] = field(default_factory=dict)

    def pack_quiz(self, quiz: Quiz) -> None:
        found = row_records.quiz_record(quiz, items=self.rows.items[quiz.pk])
        found = replace(found, requires_modules=(), compares_with="")
        self.records["quiz", quiz.key] = found
        self._pack_texts([found.intro], quiz.module_id)
        for item in found.items:
            if item.draw:
                self._pack("objective", item.draw.objective)
            else:
                self._pack_question(item.question)
        kept = {key for kind, key in self.records if kind == "question"}
        for name, one in self.records.items():
            if isinstance(one, QuestionFile):
                enemies = tuple(key for key in one.enemies if key in kept)
                self.records[name] = replace(one, enemies=enemies)

    def _pack_question(self, key: str) -> None:
        row = self.rows.by_kind["question"][key]
        version = row.ready_version or self.rows.versions.get(row.pk)
        found = row_records.question_record(row, version=version)
        self.records["question", key] = found
        self._pack("objective", found.objective)
        self._pack("stimulus", found.stimulus)
        for one in found.source:
            if one in self.rows.by_kind["reference"]:
                self._pack("reference", one)
        texts = [text for _path, text in mentions.texts(dump(found.data), "")]
        self._pack_texts(texts, row.module_id)
        self._pack_files(texts, row.module_id)

    def _pack(self, kind: str, key: str) -> None:
        if not key or (kind, key) in self.records or key not in self.rows.by_kind[kind]:
            return
        found = _RECORDS[kind](self.rows.by_kind[kind][key])
        self.records[kind, key] = found
        if kind == "term":
            self._pack("reference", found.source)
        self._pack_texts([text for _path, text in mentions.texts(dump(found), "")], None)

    def _pack_texts(self, texts: list[str], module: int | None) -> None:
        for text in texts:
            findings = mentions.inspect(text)
            for mention in findings.mentions if findings else ():
                if mention.kind in ("term", "source"):
                    self._pack("term" if mention.kind == "term" else "reference", mention.key)
                if mention.kind == "asset":
                    self._pack_files([mention.key], module)

    def _pack_files(self, texts: list[str], module: int | None) -> None:
        """Pack the files of the module that the texts name."""
        for asset in self.rows.by_kind["asset"].values():
            if asset.module_id == module and any(asset.name in text for text in texts):
                self.files[asset.name] = asset


def _is_alike(there: Rows, name: Name, record: Any) -> bool:
    kind, key = name
    row = there.by_kind[kind].get(key)
    return row is not None and kind in _RECORDS and _RECORDS[kind](row) == record


def _plain(record: Any) -> Any:
    """Return the record without links to lessons, which are not there."""
    if isinstance(record, QuizFile):
        return replace(record, intro=_LESSON_LINK.sub(r"\1", record.intro))
    if isinstance(record, QuestionFile):
        return replace(record, data=_without_links(record.data))
    return record


def _without_links(value: Any) -> Any:
    if isinstance(value, str):
        return _LESSON_LINK.sub(r"\1", value)
    if isinstance(value, dict):
        return {name: _without_links(each) for name, each in value.items()}
    return [_without_links(each) for each in value] if isinstance(value, list) else value


def _entry(record: Any, kind: str, module: Module) -> RecordEntry:
    place = module.key if kind in ("objective", "question", "quiz") else ""
    return entry(kind, record=record, module=place)


def _assets(there: Rows, module: Module, found: _Luggage) -> Iterator[RecordEntry]:
    for name, asset in found.files.items():
        if f"{module.key}/{name}" not in there.by_kind["asset"]:
            file: AssetFile = row_records.asset_record(asset)
            yield asset_entry(file, module=module.key)
