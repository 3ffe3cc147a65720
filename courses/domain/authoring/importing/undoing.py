"""An import is undone: what it changed becomes what it was, where nobody has touched it since."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from courses.domain.authoring import edits
from courses.domain.authoring.editions import Origin, editions_of, state_of
from courses.domain.authoring.importing.accepting import origin_of, tool_of
from courses.domain.authoring.importing.background import refuse_under_way
from courses.domain.authoring.importing.rows import lock
from courses.errors import Conflict
from courses.models import Edition, Question, QuestionImport, Stimulus

MODELS: dict[str, Any] = {"question": Question, "stimulus": Stimulus}
KINDS = tuple(MODELS)


@dataclass(frozen=True)
class Undone:
    """Keys of what was retired, or deleted as a shared text; of what was restored, and what was
    left because somebody has changed it."""

    retired: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@transaction.atomic
def undo(*, batch: QuestionImport, by: Any, now: datetime) -> Undone:
    """Retire the questions that an import created, and restore those that it changed.

    A question with a newer edition stays as it is, and is named. Idempotent. Raises Conflict
    while a job works on the import.
    """
    edits.lock_course(course=batch.course)
    lock(batch=batch)
    done = Undone()
    if batch.undone_at is not None:
        return done
    refuse_under_way(batch=batch)
    for name, number in touched(batch=batch).items():
        undo_one(batch=batch, name=name, number=number, done=done, by=by, now=now)
    note_undone(batch=batch, kept=done.kept, now=now)
    return done


def touched(*, batch: QuestionImport) -> dict[str, int]:
    """Return what an import wrote, such as `question/KEY`, with its last edition of each."""
    tool = tool_of(batch=batch)
    ours = Edition.objects.filter(course=batch.course, kind__in=KINDS, tool=tool)
    rows = ours.order_by("number").values_list("kind", "key", "number")
    return {f"{kind}/{key}": number for kind, key, number in rows}


def note_undone(*, batch: QuestionImport, kept: Collection[str], now: datetime) -> None:
    """Store that an import is undone, except for these questions."""
    for row in batch.rows:
        row["accepted"] = row["accepted"] if row["accepted"] in kept else ""
    batch.undone_at = now
    batch.save(update_fields=["rows", "undone_at"])


def undo_one(
    *, batch: QuestionImport, name: str, number: int, done: Undone, by: Any, now: datetime
) -> None:
    """Take back one thing whose newest edition still is this one of the import."""
    kind, _slash, key = name.partition("/")
    editions = editions_of(course=batch.course, kind=kind, key=key)
    newest = editions.first()
    origin = origin_of(batch=batch, by=by, now=now)
    row = MODELS[kind].objects.select_related("course").filter(course=batch.course, key=key).first()
    if row is None or newest is None or newest.number != number:
        done.kept.append(key)
    elif kind == "stimulus":
        _delete_text(row, done, origin)
    else:
        _undo_question(row, editions.exclude(tool=origin.tool).first(), done, by, origin)


def _delete_text(row: Stimulus, done: Undone, origin: Origin) -> None:
    key = row.key
    try:
        edits.delete_stimulus(stimulus=row, origin=origin)
        done.retired.append(key)
    except Conflict:  # A question shows it by now.
        done.kept.append(key)


def _undo_question(
    question: Question, before: Edition | None, done: Undone, by: Any, origin: Origin
) -> None:
    """Retire a question that had no edition before; restore that of another."""
    if before is None:
        edits.retire_question(question=question, is_confirmed=True, origin=origin)
        done.retired.append(question.key)
        return
    state = state_of(question)
    assert state is not None  # noqa: S101 (the row was just read)
    edits.restore_edition(
        row=question,
        edition=before,
        based_on=state.content_hash,
        is_confirmed=True,
        by=by,
        origin=origin,
    )
    done.restored.append(question.key)
