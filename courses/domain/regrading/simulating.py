"""What each way to correct would make of some learners' results. Nothing is stored."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from courses.domain import gradebook, scoring, verdicts
from courses.domain.regrading import cells, plan
from courses.domain.regrading.cells import Sitting
from courses.domain.regrading.changes import Correction
from courses.domain.regrading.policies import RegradePolicy
from courses.models import Attempt, Enrolment, LineItem, LineItemRule, Result, ResultOverride

OVERRIDDEN = "overridden"
"""A person set the whole result: it stays, whatever became of the attempts."""


@dataclass(frozen=True)
class ResultStanding:
    """Per cent and verdict of a result, and what a correction left as it was."""

    percent: Decimal | None = None
    has_passed: bool | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Simulated:
    """One learner's result now, and by each policy."""

    enrolment: Enrolment
    before: ResultStanding
    after: Mapping[str, ResultStanding]


@dataclass(frozen=True)
class WantedCorrection:
    """What is to be corrected, and in which ways."""

    changes: Mapping[int, Correction]
    policies: Sequence[RegradePolicy]
    has_rule: bool


def simulate(
    *, line_item: LineItem, enrolments: Sequence[Enrolment], wanted: WantedCorrection, now: datetime
) -> list[Simulated]:
    """Return what each policy would make of these learners' results in the column.

    As many queries for many learners as for one.
    """
    if line_item.quiz is None:
        raise ValueError("Only columns of quizzes are corrected.")
    ids = [one.pk for one in enrolments]
    found = cells.load(quiz=line_item.quiz, enrolments=ids, questions=list(wanted.changes))
    sittings: dict[int, list[Sitting]] = {}
    for one in found:
        sittings.setdefault(one.attempt.enrolment_id, []).append(one)
    rows = {
        row.enrolment_id: row
        for row in Result.objects.filter(line_item=line_item, enrolment__in=ids)
    }
    overrides = {
        row.enrolment_id: row
        for row in ResultOverride.objects.filter(line_item=line_item, enrolment__in=ids).order_by(
            "sequence"
        )
    }
    rules = _rules(line_item, wanted, now)
    return [
        Simulated(
            one,
            _before(rows.get(one.pk)),
            _after(sittings.get(one.pk, []), overrides.get(one.pk), wanted, rules),
        )
        for one in enrolments
    ]


def _before(row: Result | None) -> ResultStanding:
    return ResultStanding() if row is None else ResultStanding(row.percent, row.has_passed)


def _rules(
    column: LineItem, wanted: WantedCorrection, now: datetime
) -> dict[bool, list[LineItemRule]]:
    """Return whether somebody may fall → the rules that would judge the column."""
    found = gradebook.rules(line_item=column, now=now)
    if not wanted.has_rule:
        return {True: found, False: found}
    last = verdicts.standing(found)[-1]
    return {
        is_binding: [
            *found,
            LineItemRule(
                line_item=column,
                sequence=found[-1].sequence + 1,
                pass_mark=last.pass_mark,
                grade_method=last.grade_method,
                at=now,
                is_binding=is_binding,
            ),
        ]
        for is_binding in (True, False)
    }


def _after(
    sittings: Sequence[Sitting],
    override: ResultOverride | None,
    wanted: WantedCorrection,
    rules: Mapping[bool, list[LineItemRule]],
) -> dict[str, ResultStanding]:
    states = {
        transform: [
            cells.states(sitting=one, changes=wanted.changes, transform=transform)
            for one in sittings
        ]
        for transform in {policy.transform for policy in wanted.policies}
    }
    found = {}
    for policy in wanted.policies:
        notes: set[str] = set()
        attempts = []
        for sitting, items in zip(sittings, states[policy.transform], strict=True):
            effect = plan.plan(items=items, transform=policy.transform, spares=policy.spares)
            notes.update(effect.notes)
            attempts.append(_corrected(sitting.attempt, items, effect))
        cell = verdicts.cell(rules=rules[not policy.spares], finished=attempts, override=override)
        if cell["is_overridden"]:
            notes.add(OVERRIDDEN)
        found[policy.key] = ResultStanding(
            cell["percent"], cell["has_passed"], tuple(sorted(notes))
        )
    return found


def _corrected(
    attempt: Attempt, items: Sequence[plan.ItemState], effect: plan.AttemptEffect
) -> Attempt:
    """Return the attempt as it would be, unsaved."""
    if not effect.items:
        return attempt
    score = scoring.add_up(_rows(items, {one.key: one for one in effect.items}))
    found = copy(attempt)
    found.score, found.score_maximum = score.given, score.maximum
    found.state = Attempt.State.SUBMITTED if score.pending else Attempt.State.GRADED
    return found


def _rows(
    items: Iterable[plan.ItemState], effects: Mapping[int, plan.ItemEffect]
) -> Iterator[tuple[Decimal, Fraction | None, bool]]:
    for item in items:
        effect = effects.get(item.key)
        worth, share = (item.worth, item.share) if effect is None else (effect.worth, effect.share)
        if worth:
            score = None if share is None else share * Fraction(worth)
            yield worth, score, share is None and item.is_pending
