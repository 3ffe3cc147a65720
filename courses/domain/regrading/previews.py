"""What a correction would do: worked out in the background, stored, applied as it was shown."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.domain import gradebook, jobs
from courses.domain.jobs import Kind, Progress
from courses.domain.plain import plain
from courses.domain.regrading import batches, changes, policies, simulating
from courses.domain.regrading.changes import Correction
from courses.domain.regrading.policies import RegradePolicy
from courses.domain.rights import Can
from courses.errors import Conflict, Invalid, NotFound
from courses.models import (
    Attempt,
    Course,
    Enrolment,
    Job,
    LineItem,
    Quiz,
    RegradeBatch,
    RegradePreview,
    RegradePreviewRow,
)

KIND = "regrade_preview"
LEARNERS = 100
"""Learners in one step."""
AT_ONCE = 200
"""A preview for so many learners is worked out at once, without a job."""
KEPT = timedelta(days=7)
"""How long a preview is kept that nobody applied."""


@transaction.atomic
def start(
    *,
    course: Course,
    quizzes: Sequence[Quiz],
    corrections: Sequence[Correction],
    by: Any,
    now: datetime,
    has_rule: bool = False,
) -> RegradePreview:
    """Work out what a correction would do, in the background where many learners are concerned.

    Raises Invalid for what cannot be applied.
    """
    if not corrections and not has_rule:
        raise Invalid(_("Nothing is to be corrected."))
    if not quizzes or any(one.course_id != course.pk or not one.is_graded for one in quizzes):
        raise Invalid(_("Choose graded quizzes of the course."))
    changes.check(course=course, changes=corrections, transform=policies.Transform.RULE)
    _purge(course, now)
    preview = RegradePreview.objects.create(
        course=course,
        quizzes=[one.pk for one in quizzes],
        changes=changes.dumped(corrections),
        has_rule=has_rule,
        by=by,
        created_at=now,
    )
    for quiz in quizzes:
        gradebook.line_item(quiz)
    if sum(_finished(column).count() for column in columns(preview)) <= AT_ONCE:
        after = None
        while after is not _END:
            after = _work(preview, after, AT_ONCE, now)
    else:
        about = str(preview.uuid)
        jobs.queue(kind=KIND, args={"preview": about}, by=by, now=now, course=course, about=about)
    return preview


@transaction.atomic
def apply(
    *,
    preview: RegradePreview,
    policy: str,
    reason: str,
    by: Any,
    now: datetime,
    notifies: bool = True,
) -> RegradeBatch:
    """Apply what was previewed, in one of its ways; a second call returns the same batch.

    Raises Conflict while the preview is being worked out, and as `batches.apply` does.
    """
    locked = RegradePreview.objects.select_for_update(no_key=True).get(pk=preview.pk)
    if locked.batch is not None:
        return locked.batch
    if locked.computed_at is None:
        raise Conflict(_("The preview is still being worked out."))
    chosen = next((one for one in offered(locked) if one.key == policy), None)
    if chosen is None:
        raise Invalid(_("Unknown way to correct results."))
    batch = batches.apply(
        course=locked.course,
        quizzes=list(Quiz.objects.filter(pk__in=locked.quizzes)),
        changes=list(changes.loaded(locked).values()),
        by=by,
        now=now,
        reason=reason,
        transform=chosen.transform,
        spares=chosen.spares,
        has_rule=locked.has_rule,
        notifies=notifies,
    )
    locked.batch, locked.policy = batch, chosen.key
    locked.save(update_fields=["batch", "policy"])
    return batch


def offered(preview: RegradePreview) -> list[RegradePolicy]:
    """Return the ways in which it may be applied, that which harms nobody first. Two queries."""
    found = changes.loaded(preview).values()
    return policies.offered(changes=found, has_rule=preview.has_rule)


def columns(preview: RegradePreview) -> list[LineItem]:
    """Return the columns of its quizzes. One query."""
    rows = LineItem.objects.filter(quiz__in=preview.quizzes)
    return list(rows.select_related("quiz", "course").order_by("pk"))


def job_of(preview: RegradePreview) -> Job | None:
    """Return the job that works it out; None where it was done at once."""
    return Job.objects.filter(kind=KIND, args__preview=str(preview.uuid)).order_by("-pk").first()


def step(*, job: Job, now: datetime) -> Progress:
    """Work out the results of some more learners."""
    rows = RegradePreview.objects.select_related("course")
    preview = rows.filter(uuid=job.args["preview"], computed_at=None).first()
    if preview is None:
        return Progress(job.done, job.total, result={})
    total = job.total or sum(_finished(one).count() for one in columns(preview))
    after = _work(preview, job.cursor, LEARNERS, now)
    done = preview.rows.count()
    if after is _END:
        return Progress(done, max(total, done), result={})
    return Progress(done, max(total, done), cursor=after)


_END = object()
"""Nobody is left."""


def _work(preview: RegradePreview, after: Any, limit: int, now: datetime) -> Any:
    """Store the rows of the next learners; return the last of them, or `_END`."""
    ways = offered(preview)
    wanted = simulating.WantedCorrection(changes.loaded(preview), ways, preview.has_rule)
    for column in columns(preview):
        if after is not None and column.pk < after[0]:
            continue
        last = after[1] if after is not None and column.pk == after[0] else 0
        waiting = _finished(column).filter(pk__gt=last).order_by("pk")
        enrolments = list(waiting.select_related("course", "user")[:limit])
        if not enrolments:
            continue
        found = simulating.simulate(line_item=column, enrolments=enrolments, wanted=wanted, now=now)
        RegradePreviewRow.objects.bulk_create(_row(preview, column, one) for one in found)
        _count(preview, found)
        preview.save(update_fields=["counts"])
        return [column.pk, enrolments[-1].pk]
    preview.computed_at = now
    preview.save(update_fields=["computed_at"])
    return _END


def _finished(column: LineItem) -> QuerySet[Enrolment]:
    """Return the learners who have finished an attempt at the column's quiz."""
    attempts = Attempt.objects.finished().without_trials().filter(quiz=column.quiz)
    return Enrolment.objects.filter(pk__in=attempts.values("enrolment"))


def _row(preview: RegradePreview, column: LineItem, one: simulating.Simulated) -> RegradePreviewRow:
    return RegradePreviewRow(
        preview=preview,
        line_item=column,
        enrolment=one.enrolment,
        percent_before=one.before.percent,
        passed_before=one.before.has_passed,
        effects={
            key: [
                None if after.percent is None else str(after.percent),
                after.has_passed,
                list(after.notes),
                _move(one.before, after),
                _crossing(one.before, after),
            ]
            for key, after in one.after.items()
        },
    )


def _count(preview: RegradePreview, found: Sequence[simulating.Simulated]) -> None:
    """Add some learners to the counts; not saved."""
    counts = preview.counts
    counts["learners"] = counts.get("learners", 0) + len(found)
    for one in found:
        before = one.before
        _add(counts, "before", percent=before.percent, passed=int(bool(before.has_passed)))
        for key, after in one.after.items():
            _add(
                counts,
                key,
                percent=after.percent,
                passed=int(bool(after.has_passed)),
                rise=int(_move(before, after) == "rise"),
                fall=int(_move(before, after) == "fall"),
                gain=int(_crossing(before, after) == "gain"),
                lose=int(_crossing(before, after) == "lose"),
                noted=int(bool(after.notes)),
            )


def _move(before: simulating.ResultStanding, after: simulating.ResultStanding) -> str:
    old, new = before.percent or 0, after.percent or 0
    return "same" if old == new else "rise" if new > old else "fall"


def _crossing(before: simulating.ResultStanding, after: simulating.ResultStanding) -> str:
    if bool(before.has_passed) == bool(after.has_passed):
        return ""
    return "gain" if after.has_passed else "lose"


def _add(counts: dict[str, Any], key: str, *, percent: Any, **numbers: int) -> None:
    row = counts.setdefault(key, {})
    if percent is not None:
        row["scored"] = row.get("scored", 0) + 1
        row["sum"] = row.get("sum", 0) + plain(percent)
    for name, number in numbers.items():
        row[name] = row.get(name, 0) + number


def _purge(course: Course, now: datetime) -> None:
    """Delete the course's previews that nobody applied in time."""
    old = RegradePreview.objects.filter(course=course, batch=None, created_at__lt=now - KEPT)
    RegradePreviewRow.objects.filter(preview__in=old).delete()
    old.delete()


def find(*, course: Course, uuid: Any) -> RegradePreview:
    """Return a preview of the course. Raises NotFound."""
    rows = RegradePreview.objects.select_related("course", "batch", "by")
    found = rows.filter(course=course, uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


REGRADE_PREVIEW = Kind(label=gettext_lazy("Preview of a correction"), can=Can.CORRECT, step=step)
