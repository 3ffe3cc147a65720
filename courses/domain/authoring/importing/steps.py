"""The steps of the jobs that accept and undo an import: some questions in a transaction.

All or nothing: the first step finds out which questions are complete; when a later one is refused,
or the job is stopped, another job takes back what its steps had written.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from courses.domain import jobs
from courses.domain.authoring import edits
from courses.domain.authoring.importing import undoing
from courses.domain.authoring.importing.accepting import Wish, lacks, origin_of, write_rows
from courses.domain.authoring.importing.background import UNDO
from courses.domain.authoring.importing.rows import IDENTICAL, lock, rows_of, save_rows
from courses.domain.jobs import Fact, Kind, Progress
from courses.domain.rights import Can
from courses.errors import CoursesError
from courses.models import Job, Module, QuestionImport
from courses.questions.base import Json

IN_A_STEP = 20
"""Questions that one step writes or takes back."""


def accept_step(*, job: Job, now: datetime) -> Progress:
    """Find out which questions are complete; then write some more of them."""
    batch = _locked(job)
    if batch is None:
        return Progress(job.done, job.total, result={})
    wish = _wish(job, batch, now)
    if job.cursor is None:
        cursor = _plan(batch, wish)
        return Progress(0, len(cursor["left"]), cursor=cursor)
    cursor = job.cursor
    chosen, cursor["left"] = cursor["left"][:IN_A_STEP], cursor["left"][IN_A_STEP:]
    rows = rows_of(batch=batch, reason=wish.reason, places=set(chosen))
    try:
        done = write_rows(batch=batch, rows=rows, wish=wish)
    except CoursesError as error:
        raise jobs.GiveUpError(error.message) from error
    cursor["accepted"] |= {str(row.place): row.accepted for row in rows if row.accepted}
    cursor["created"] += done.created
    cursor["changed"] += done.changed
    cursor["texts"] += done.texts
    cursor["waiting"] += len(done.waiting)
    if cursor["left"]:
        return Progress(job.done + len(chosen), job.total, cursor=cursor)
    _note_accepted(batch, cursor["accepted"])
    return Progress(job.total, job.total, cursor=None, result=_counts(cursor))


def _plan(batch: QuestionImport, wish: Wish) -> Json:
    """Return the places of the questions that can be accepted, and how many wait."""
    rows = [row for row in rows_of(batch=batch, reason=wish.reason) if row.is_supported]
    chosen = [row for row in rows if wish.has_texts or not row.text]
    open_rows = [row for row in chosen if not row.accepted and row.status != IDENTICAL]
    left = [row.place for row in open_rows if not lacks(row=row, wish=wish)]
    waiting = len(open_rows) - len(left)
    return {
        "left": left,
        "waiting": waiting,
        "accepted": {},
        "created": [],
        "changed": [],
        "texts": [],
    }


def _note_accepted(batch: QuestionImport, accepted: dict[str, str]) -> None:
    for place, key in accepted.items():
        batch.rows[int(place)]["accepted"] = key
    save_rows(batch=batch, rows=())


def take_back(*, job: Job, now: datetime) -> None:
    """Let another job take back what the steps of this one have written."""
    cursor = Job.objects.get(pk=job.pk).cursor or {}
    kinds = {"created": "question", "changed": "question", "texts": "stimulus"}
    names = [f"{kind}/{key}" for name, kind in kinds.items() for key in cursor.get(name, ())]
    batch = QuestionImport.objects.filter(uuid=job.args["import"]).first()
    if names and batch is not None:
        args = {"import": str(batch.uuid), "names": names}
        course, about = batch.course, str(batch.uuid)
        jobs.queue(kind=UNDO, args=args, by=job.by, now=now, course=course, about=about)


def undo_step(*, job: Job, now: datetime) -> Progress:
    """Take back some more questions; after the last one the import is undone.

    With `names` in its arguments those alone, and the import can be accepted again.
    """
    batch = _locked(job)
    if batch is None:
        return Progress(job.done, job.total, result={})
    names = job.args.get("names")
    touched = undoing.touched(batch=batch)
    chosen = sorted(set(touched) if names is None else set(touched) & set(names))
    cursor = job.cursor or {"retired": 0, "restored": 0, "kept": []}
    done = undoing.Undone()
    for name in chosen[job.done : job.done + IN_A_STEP]:
        number = touched[name]
        undoing.undo_one(batch=batch, name=name, number=number, done=done, by=job.by, now=now)
    cursor["retired"] += len(done.retired)
    cursor["restored"] += len(done.restored)
    cursor["kept"] += done.kept
    count = min(len(chosen), job.done + IN_A_STEP)
    if count < len(chosen):
        return Progress(count, len(chosen), cursor=cursor)
    if names is None:
        undoing.note_undone(batch=batch, kept=cursor["kept"], now=now)
    return Progress(count, len(chosen), result={**cursor, "kept": len(cursor["kept"])})


def _locked(job: Job) -> QuestionImport | None:
    """Return the import of the job, locked after its course; None when it is gone or undone."""
    batch = QuestionImport.objects.select_related("course").filter(uuid=job.args["import"]).first()
    if batch is None:
        return None
    edits.lock_course(course=batch.course)
    lock(batch=batch)
    return batch if batch.undone_at is None else None


def _wish(job: Job, batch: QuestionImport, now: datetime) -> Wish:
    modules = Module.objects.filter(course=batch.course, key=job.args["module"])
    return Wish(
        modules.select_related("course").first(),
        job.args["reason"],
        job.args["is_ready"],
        job.by,
        origin_of(batch=batch, by=job.by, now=now),
        job.args["has_texts"],
    )


def _counts(cursor: Json) -> dict[str, int]:
    counts = {name: len(cursor[name]) for name in ("created", "changed", "texts")}
    return {**counts, "waiting": cursor["waiting"]}


def _facts(result: dict[str, Any]) -> list[Fact]:
    labels = {
        "created": gettext_lazy("New questions"),
        "changed": gettext_lazy("Changed questions"),
        "texts": gettext_lazy("Shared texts"),
        "waiting": gettext_lazy("Not complete"),
        "retired": gettext_lazy("Retired"),
        "restored": gettext_lazy("Restored"),
        "kept": gettext_lazy("Left as they are, changed by somebody since"),
    }
    return [Fact(label, result[name]) for name, label in labels.items() if name in result]


ACCEPT_KIND = Kind(
    label=gettext_lazy("Accepting an import of questions"),
    can=Can.EDIT,
    step=accept_step,
    results=_facts,
    on_stop=take_back,
    is_taken_back=True,
)
UNDO_KIND = Kind(
    label=gettext_lazy("Undoing an import of questions"),
    can=Can.EDIT,
    step=undo_step,
    results=_facts,
)
