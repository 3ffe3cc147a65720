"""What a rule for certificates asks of learners, and whether they have done it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from courses.domain import progress_rows
from courses.domain.reveal import visibility
from courses.models import CertificateRule, Enrolment

Basis = CertificateRule.Basis


@dataclass(frozen=True)
class RuleStanding:
    """What a rule asks of one learner, as the records have it."""

    is_met: bool
    """Whether the course is completed, or the exam passed, hidden or not."""
    is_known: bool
    """Whether the learner may know it."""
    percent: Decimal | None = None
    """The score, where the rule shows it and the learner may know it."""


def standings(
    *,
    rule: CertificateRule,
    enrolments: Sequence[Enrolment],
    completed: Collection[int],
    now: datetime,
) -> dict[int, RuleStanding]:
    """Return enrolment → standing; as many queries for many learners as for one."""
    ids = [one.pk for one in enrolments]
    is_of_completion = rule.basis == Basis.COMPLETION
    if rule.quiz_id is None or (is_of_completion and not rule.shows_score):
        return {
            one.pk: RuleStanding(one.pk in completed, one.pk in completed) for one in enrolments
        }
    rows = list(progress_rows.results(enrolment__in=ids, line_item__quiz=rule.quiz_id))
    results = {one.enrolment_id: one for one in rows}
    shown = {one.pk for one in visibility.shown_results(results=rows, now=now)}
    found = {}
    for pk in ids:
        result = results.get(pk)
        is_shown = result is not None and result.pk in shown
        percent = result.percent if result is not None and is_shown and rule.shows_score else None
        if is_of_completion:
            found[pk] = RuleStanding(pk in completed, pk in completed, percent)
        else:
            has_passed = result is not None and bool(result.has_passed) and not result.is_excused
            found[pk] = RuleStanding(has_passed, has_passed and is_shown, percent)
    return found
