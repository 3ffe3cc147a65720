"""The closed attempts of some learners in one quiz, loaded together and planned one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from courses.domain import grading
from courses.domain.regrading import judging, plan
from courses.domain.regrading.changes import Correction
from courses.domain.reveal.policy import Policy
from courses.models import Attempt, AttemptItem, Grading, QuestionVersion, Quiz, RegradeBatch


@dataclass
class Sitting:
    """A closed attempt with its items, and the log of those that a correction may touch."""

    attempt: Attempt
    items: list[AttemptItem]
    gradings: dict[int, list[Grading]] = field(default_factory=dict)


def load(
    *,
    quiz: Quiz,
    enrolments: Sequence[int],
    questions: Sequence[int],
    with_void: bool = False,
) -> list[Sitting]:
    """Return the finished attempts of these learners, with the log of these questions' items.

    Void ones too where they are asked for: they may count again. Four queries for any number of
    learners.
    """
    closed = Attempt.objects.closed() if with_void else Attempt.objects.finished()
    rows = closed.filter(quiz=quiz, enrolment__in=enrolments)
    rows = rows.select_related("enrolment__course").order_by("enrolment_id", "number")
    attempts = [one for one in rows if not one.is_trial]
    sittings = {one.pk: Sitting(one, []) for one in attempts}
    items = AttemptItem.objects.filter(attempt__in=sittings).order_by("position")
    for item in items:
        sittings[item.attempt_id].items.append(item)
    return read(sittings=list(sittings.values()), questions=questions)


def read(*, sittings: Sequence[Sitting], questions: Sequence[int]) -> list[Sitting]:
    """Add versions and logs to attempts whose items are known. Two queries."""
    items = [item for one in sittings for item in one.items]
    versions = QuestionVersion.objects.select_related("question")
    known = versions.in_bulk({item.version_id for item in items})
    for item in items:
        item.version = known[item.version_id]
    touched = [item.pk for item in items if item.version.question_id in questions]
    rows = Grading.objects.filter(item__in=touched).select_related("response")
    logs: dict[int, list[Grading]] = {}
    for row in rows.order_by("sequence"):
        logs.setdefault(row.item_id, []).append(row)
    for one in sittings:
        one.gradings = {item.pk: logs.get(item.pk, []) for item in one.items if item.pk in touched}
    return list(sittings)


def planned(
    *, sitting: Sitting, batch: RegradeBatch, changes: Mapping[int, Correction]
) -> plan.AttemptEffect:
    """Return what the batch makes of one attempt: nothing where it was there before. No query."""
    if any(row.batch_id == batch.pk for log in sitting.gradings.values() for row in log):
        return plan.AttemptEffect(())
    items = states(sitting=sitting, changes=changes, transform=batch.transform)
    return plan.plan(items=items, transform=batch.transform, spares=batch.spares)


def states(
    *, sitting: Sitting, changes: Mapping[int, Correction], transform: str
) -> list[plan.ItemState]:
    """Return the attempt's items as they are, and as the changes judge them. No query."""
    policy = Policy.load(sitting.attempt.policy)
    return [
        _state(
            item,
            _change_of(item, changes),
            sitting.gradings.get(item.pk, []),
            transform,
            policy,
        )
        for item in sitting.items
    ]


def _change_of(item: AttemptItem, changes: Mapping[int, Correction]) -> Correction | None:
    """Return what changes for the item: nothing where only other versions are judged anew."""
    change = changes.get(item.version.question_id)
    if change is None or (change.old and item.version_id not in change.old):
        return None
    return change


def _state(
    item: AttemptItem,
    change: Correction | None,
    gradings: list[Grading],
    transform: str,
    policy: Policy,
) -> plan.ItemState:
    share = None if item.score is None or not item.worth else item.score / Fraction(item.worth)
    now = {
        "key": item.pk,
        "worth": item.worth,
        "share": share,
        "is_pending": grading.is_pending(item=item, policy=policy),
    }
    if change is None or not item.version.question_type.is_scored:
        return plan.ItemState(**now)  # type: ignore[arg-type]
    kept, judged = (
        judging.kept(item=item, gradings=gradings, transform=transform, version=change.version),
        share,
    )
    if not kept and change.version is not None and transform == plan.RULE:
        try:
            judged = judging.share_by(
                item=item, version=change.version, gradings=gradings, policy=policy
            )
        except judging.UnreadableError:
            kept = plan.UNREADABLE
    return plan.ItemState(
        **now,  # type: ignore[arg-type]
        is_touched=True,
        judged=judged,
        new_worth=change.points,
        kept=kept,
    )
