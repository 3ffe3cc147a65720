"""An import is undone: what it changed becomes what it was, where nobody has touched it since."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from courses.domain.authoring import edits
from courses.domain.authoring.editions import editions_of, state_of
from courses.domain.authoring.importing.accepting import origin_of
from courses.domain.authoring.importing.rows import lock, rows_of, save_rows
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

    A question with a newer edition stays as it is, and is named. Idempotent.
    """
    edits.lock_course(course=batch.course)
    lock(batch=batch)
    done = Undone()
    if batch.undone_at is not None:
        return done
    origin = origin_of(batch=batch, by=by, now=now)
    ours = Edition.objects.filter(course=batch.course, kind="question", tool=origin.tool)
    touched = dict(ours.order_by("number").values_list("key", "number"))
    for key, number in touched.items():
        _undo_question(batch, key, number, done, by=by, origin=origin)
    rows = rows_of(batch=batch)
    for row in rows:
        row.accepted = row.accepted if row.accepted in done.kept else ""
    save_rows(batch=batch, rows=rows)
    batch.undone_at = now
    batch.save(update_fields=["undone_at"])
    return done


def _undo_question(
    batch: QuestionImport, key: str, number: int, done: Undone, *, by: Any, origin: Any
) -> None:
    question = (
        Question.objects.select_related("course").filter(course=batch.course, key=key).first()
    )
    editions = list(editions_of(course=batch.course, kind="question", key=key))
    if question is None or editions[0].number != number:
        done.kept.append(key)
        return
    before = next((one for one in editions if one.tool != origin.tool), None)
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
