"""Questions of a file become questions of the bank, all that are chosen or none."""

import base64
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses.coursefiles.durations import file_kind, from_file
from courses.coursefiles.records import record_of
from courses.coursefiles.schema import QuestionFile, StimulusFile
from courses.domain.authoring import edits
from courses.domain.authoring.editions import Origin, state_of
from courses.domain.authoring.importing.background import refuse_under_way
from courses.domain.authoring.importing.rows import (
    CHANGED,
    IDENTICAL,
    ImportRow,
    lock,
    remember,
    rows_of,
    save_rows,
)
from courses.errors import Conflict
from courses.models import Edition, Module, Question, QuestionImport
from courses.questions.data import load

TAG_LIMIT = 60
_APART = frozenset(("module", "position", "archived", "key"))


@dataclass(frozen=True)
class Acceptance:
    """What was accepted of an import: keys of new and of changed questions; `waiting` are rows
    that are not complete, each with what it lacks."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """Keys of shared texts that texts without a question became."""
    waiting: list[tuple[ImportRow, str]] = field(default_factory=list)


def tool_of(*, batch: QuestionImport) -> str:
    """Return by which name the editions of an import are found."""
    return f"import {batch.uuid}"


def origin_of(*, batch: QuestionImport, by: Any, now: datetime) -> Origin:
    """Return the origin of what an import changes."""
    note = batch.file_name[:300]
    return Origin(Edition.Channel.IMPORT, by, now, tool=tool_of(batch=batch), note=note)


@dataclass(frozen=True)
class Wish:
    """How questions of an import are to be accepted: `reason` stands for every empty one."""

    module: Module | None
    reason: str
    is_ready: bool
    by: Any
    origin: Origin
    has_texts: bool = False
    """Whether texts that ask nothing become shared texts; else they are skipped."""


@transaction.atomic
def accept(
    *,
    batch: QuestionImport,
    places: Collection[int] | None = None,
    module: Module | None = None,
    reason: str = "",
    is_ready: bool = False,
    has_texts: bool = False,
    by: Any,
    now: datetime,
) -> Acceptance:
    """Write the questions at these places, or all, into the bank in one transaction.

    Texts that ask nothing become shared texts with `has_texts`, or when their place is given; else
    they are skipped. New questions are drafts, or with `is_ready` what learners get. What is not
    complete, or has pictures and no module, waits. Raises Conflict when the import was undone or
    is being worked on, and Invalid as the editors do; then nothing is written.
    """
    edits.lock_course(course=batch.course)
    lock(batch=batch)
    refuse_undone(batch=batch)
    refuse_under_way(batch=batch)
    rows = rows_of(batch=batch, reason=reason, places=places)
    origin = origin_of(batch=batch, by=by, now=now)
    wish = Wish(module, reason, is_ready, by, origin, has_texts or places is not None)
    done = write_rows(batch=batch, rows=rows, wish=wish)
    save_rows(batch=batch, rows=rows)
    return done


def refuse_undone(*, batch: QuestionImport) -> None:
    """Raise Conflict for an import that was undone."""
    if batch.undone_at is not None:
        raise Conflict(_("This import was undone."))


def write_rows(*, batch: QuestionImport, rows: Iterable[ImportRow], wish: Wish) -> Acceptance:
    """Write these questions into the bank; the caller locks the course and stores the rows."""
    done = Acceptance()
    for row in rows:
        if row.accepted or not row.is_supported or (row.text and not wish.has_texts):
            continue
        lacking = lacks(row=row, wish=wish)
        if lacking:
            done.waiting.append((row, lacking))
        elif row.text:
            _write_text(row, batch, done, wish)
        else:
            _write(row, batch, done, wish)
    return done


def lacks(*, row: ImportRow, wish: Wish) -> str:
    """Return what keeps a row from being accepted, in words; "" for nothing."""
    problems = row.problems(wish.reason)
    if problems:
        return "; ".join(str(problem) for problem in problems[:3])
    if row.files and wish.module is None:
        return _("Choose a module: its pictures are kept there.")
    return ""


def _write_text(row: ImportRow, batch: QuestionImport, done: Acceptance, wish: Wish) -> None:
    if row.stimulus is None:
        _add_files(row, batch, wish.module, wish.origin)
        key = edits.free_stimulus_key(course=batch.course, text=row.title)
        record = StimulusFile(key=key, title=row.title[:200], body=row.text)
        row.stimulus = edits.create_stimulus(course=batch.course, record=record, origin=wish.origin)
        done.texts.append(key)
    row.accepted = row.stimulus.key


def _write(row: ImportRow, batch: QuestionImport, done: Acceptance, wish: Wish) -> None:
    value = row.filled(wish.reason)
    is_same = row.status == IDENTICAL or _is_stored(row, wish.reason)
    if row.question is not None and is_same:
        row.accepted = row.question.key
    elif row.status == CHANGED:
        _add_files(row, batch, row.question.module or wish.module, wish.origin)
        _change(row, value, wish)
        done.changed.append(row.question.key)
    else:
        _add_files(row, batch, wish.module, wish.origin)
        row.question = _create(row, value, batch, wish)
        done.created.append(row.question.key)
    row.accepted = row.question.key
    remember(question=row.question, batch=batch, ident=row.ident)


def _add_files(
    row: ImportRow, batch: QuestionImport, module: Module | None, origin: Origin
) -> None:
    for name in row.files:
        if module is not None and name in batch.files:
            content = base64.b64decode(batch.files[name])
            edits.add_file(module=module, name=name, content=content, origin=origin)


def _is_stored(row: ImportRow, reason: str) -> bool:
    """Return whether the question holds this content already, with the reason filled in."""
    if row.question is None or row.question.is_retired:
        return False
    newest = row.question.versions.order_by("-number").first()
    return newest is not None and newest.content_hash == row.content_hash(reason)


def _create(row: ImportRow, value: Any, batch: QuestionImport, wish: Wish) -> Question:
    record = record_of(
        QuestionFile,
        {"type": row.type, "data": value, "tags": _tags(row)},
        key=edits.free_question_key(course=batch.course, text=row.title or row.value["stem"]),
        status="ready" if wish.is_ready else "draft",
    )
    return edits.create_question(
        course=batch.course,
        record=record,
        module=wish.module.key if wish.module else "",
        by=wish.by,
        origin=wish.origin,
    )


def _tags(row: ImportRow) -> list[str]:
    """Return the keys of tags: those of the file, and the last part of its category."""
    last = row.category.rstrip("/").rpartition("/")[2]
    keys = [slugify(text)[:TAG_LIMIT].strip("-") for text in (*row.tags, last)]
    return list(dict.fromkeys(key for key in keys if key))


def _change(row: ImportRow, value: Any, wish: Wish) -> None:
    question = row.question
    if question.is_retired:
        question = edits.restore_question(question=question, origin=wish.origin)
    state = state_of(question)
    assert state is not None  # noqa: S101 (the comparison just read it)
    values = {name: each for name, each in state.values.items() if name not in _APART}
    values |= {"type": row.type, "data": value, "key": question.key}
    record = from_file(QuestionFile, load(file_kind(QuestionFile), values))
    edits.save_question(
        question=question,
        record=record,
        module=str(state.values.get("module", "")),
        is_ready=wish.is_ready,
        based_on=state.content_hash,
        by=wish.by,
        origin=wish.origin,
    )
