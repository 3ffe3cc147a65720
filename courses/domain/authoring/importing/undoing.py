"""An import is undone: what it changed becomes what it was, where nobody has touched it since."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from courses.domain.authoring import edits
from courses.domain.authoring.editions import editions_of, state_of
from courses.domain.authoring.importing.accepting import origin_of, tool_of
from courses.domain.authoring.importing.background import refuse_under_way
from courses.domain.authoring.importing.rows import lock
from courses.models import Edition, Question, QuestionImport


@dataclass(frozen=True)
class Undone:
    """Keys of questions that were retired, restored, and left because somebody changed them."""

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
    for key, number in touched(batch=batch).items():
        undo_question(batch=batch, key=key, number=number, done=done, by=by, now=now)
    note_undone(batch=batch, kept=done.kept, now=now)
    return done


def touched(*, batch: QuestionImport) -> dict[str, int]:
    """Return the questions that an import wrote by their keys, with its last edition of each."""
    tool = tool_of(batch=batch)
    ours = Edition.objects.filter(course=batch.course, kind="question", tool=tool)
    return dict(ours.order_by("number").values_list("key", "number"))


def note_undone(*, batch: QuestionImport, kept: Collection[str], now: datetime) -> None:
    """Store that an import is undone, except for these questions."""
    for row in batch.rows:
        row["accepted"] = row["accepted"] if row["accepted"] in kept else ""
    batch.undone_at = now
    batch.save(update_fields=["rows", "undone_at"])


def undo_question(
    *, batch: QuestionImport, key: str, number: int, done: Undone, by: Any, now: datetime
) -> None:
    """Retire or restore one question whose newest edition still is this one of the import."""
    origin = origin_of(batch=batch, by=by, now=now)
    question = (
        Question.objects.select_related("course").filter(course=batch.course, key=key).first()
    )
    editions = editions_of(course=batch.course, kind="question", key=key)
    newest = editions.first()
    if question is None or newest is None or newest.number != number:
        done.kept.append(key)
        return
    before = editions.exclude(tool=origin.tool).first()
    if before is None:
        edits.retire_question(question=question, is_confirmed=True, origin=origin)
        done.retired.append(key)
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
    done.restored.append(key)
