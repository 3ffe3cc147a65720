"""Imports of many questions are accepted and undone in the background."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import jobs
from courses.domain.authoring.importing.rows import lock
from courses.errors import Conflict
from courses.models import Job, Module, QuestionImport

ACCEPT, UNDO = "question_import", "question_import_undo"
AT_ONCE = 50
"""Questions that a request accepts or undoes by itself; more are a job."""


def is_large(*, batch: QuestionImport) -> bool:
    """Return whether all of its questions are more than a request should write."""
    return len(batch.rows) > AT_ONCE


def job_of(*, batch: QuestionImport) -> Job | None:
    """Return the job that works on the import, or the last one that did."""
    found: Job | None = _jobs(batch).order_by("-pk").first()
    return found


def refuse_under_way(*, batch: QuestionImport) -> None:
    """Raise Conflict while a job works on the import; the caller has locked it."""
    if _jobs(batch).unfinished().exists():
        raise Conflict(_("This import is being worked on. Wait for it, or stop the work."))


@transaction.atomic
def queue_accept(
    *,
    batch: QuestionImport,
    module: Module | None = None,
    reason: str = "",
    is_ready: bool = False,
    has_texts: bool = False,
    by: Any,
    now: datetime,
) -> Job:
    """Ask for all questions of an import to be accepted in the background, all of them or none.

    Raises Conflict when it was undone, or while a job works on it.
    """
    args = {
        "module": module.key if module else "",
        "reason": reason,
        "is_ready": is_ready,
        "has_texts": has_texts,
    }
    return _queue(ACCEPT, batch, args, by, now)


@transaction.atomic
def queue_undo(*, batch: QuestionImport, by: Any, now: datetime) -> Job:
    """Ask for an import to be undone in the background. Raises Conflict as `queue_accept` does."""
    return _queue(UNDO, batch, {}, by, now)


def _queue(kind: str, batch: QuestionImport, args: dict[str, Any], by: Any, now: datetime) -> Job:
    lock(batch=batch)
    if batch.undone_at is not None:
        raise Conflict(_("This import was undone."))
    refuse_under_way(batch=batch)
    args = {"import": str(batch.uuid), **args}
    course, about = batch.course, str(batch.uuid)
    return jobs.queue(kind=kind, args=args, by=by, now=now, course=course, about=about)


def _jobs(batch: QuestionImport) -> Any:
    return Job.objects.filter(kind__in=(ACCEPT, UNDO), dedupe=str(batch.uuid))
