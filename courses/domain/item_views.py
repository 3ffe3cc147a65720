"""One question on a page: what the type shows of it, and what may be done with it now."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from courses.domain import grading, key_words, person_marks, pinning, question_versions
from courses.domain.person_marks import CriterionMark
from courses.domain.reveal.policy import Policy
from courses.domain.votes import Move
from courses.models import Attempt, AttemptItem, Grading, QuestionVersion
from courses.prepared import PreparedQuery
from courses.questions import registry
from courses.questions.base import Outcome, Raw, Reveal


@dataclass(frozen=True)
class ItemView:
    """Values for a template; texts are Markdown source. `name` prefixes the form fields."""

    position: int
    name: str
    question_key: str
    module_key: str
    template: str
    type: str
    q: dict[str, Any]
    revision: int
    is_answered: bool
    is_flagged: bool
    is_closed: bool
    can_respond: bool
    points: Decimal
    reveal: Reveal
    score: Fraction | None = None
    scaled: Fraction | None = None
    is_correct: bool | None = None
    tries_left: int | None = None
    credit_next: Fraction | None = None
    feedback: str = ""
    hint: str = ""
    comment: str = ""
    marks: tuple[CriterionMark, ...] = ()
    """The levels that a person chose in the rubric, and what they earned."""
    corrected_at: datetime | None = None
    """When a regrade judged it anew; `correction` says why."""
    correction: str = ""
    key_change: tuple[str, str] | None = None
    """The right answer before and after that, in words."""
    stimulus: dict[str, str] | None = None
    pins: pinning.Pins = ()
    objective_key: str = ""
    needs_person: bool = False
    is_typed: bool = False
    is_scored: bool = True
    is_marked: bool = True
    """Does it count for points? Not what would need a person, in practice."""
    value: Any = None
    is_guess: bool = False
    """Is it asked before the text teaches it? Then it is kept, and never judged."""
    move: Move | None = None
    """Of a second vote that is cast: where it came from, and where everybody's went."""
    report_in: UUID | None = field(default=None, repr=False)
    """The attempt in which a fault of it can be reported; not part of how it is drawn."""
    waits_for: str = ""
    """Of a second vote: the key of the first while that is not cast."""

    @property
    def is_blank(self) -> bool:
        """Is it shown as it is asked, to somebody who cannot respond to it here?"""
        is_open = self.can_respond or bool(self.waits_for)
        return not (self.position or self.is_answered or self.is_closed or is_open)

    @property
    def cache_key(self) -> tuple[Any, ...]:
        """What names all that a template may read of it."""
        return repr(self), self.report_in

    @property
    def files(self) -> list[dict[str, str]]:
        """The pictures and data files that its texts name, as they were when it was drawn."""
        return [
            {"module": self.module_key, "name": key, "hash": content_hash}
            for kind, key, content_hash in self.pins
            if kind == "asset"
        ]

    def refilled(self, raw: Raw) -> "ItemView":
        """Return the same view with the sent input in its fields, for a form that was not saved."""
        return replace(self, q=registry.get(self.type).refill(self.q, raw))


def present_item(
    *,
    item: AttemptItem,
    policy: Policy,
    reveal: Reveal,
    name: str,
    can_respond: bool,
    gradings: list[Grading] | None = None,
    may_report: bool = False,
) -> ItemView:
    """Return an item of an attempt for display.

    Load `item.version.question` before, and the version of a regrade: no query here. What a
    regrade judged by a corrected version is shown by it.
    """
    corrected = grading.correction(gradings or [])
    version = (corrected and corrected.version) or item.version
    kind, value, outcome = version.question_type, item.value, None
    if _is_judged(item, reveal):
        outcome = grading.judge(item=item, value=value, version=version)
    is_overruled = _is_overruled(item, outcome, gradings or [])
    is_tried = policy.is_graded_at_once and item.tries > 0
    shown = kind.present(
        version.parsed, item.params, value, _without_key(reveal) if is_overruled else reveal
    )
    parts = _parts(gradings or []) if reveal.points and reveal.feedback else []
    return ItemView(
        **_identity(item.version, name),
        stimulus=pinning.stimulus_of(item),
        pins=pinning.pins_of(item),
        position=item.position,
        q=kind.with_levels(shown, person_marks.levels_of(parts=parts)),
        revision=item.revision,
        is_answered=value is not None,
        is_flagged=item.is_flagged,
        is_closed=item.is_closed,
        can_respond=can_respond and not (policy.is_graded_at_once and item.is_closed),
        points=item.worth,
        is_marked=grading.is_marked(kind=kind, policy=policy),
        reveal=reveal,
        score=item.score if reveal.points else None,
        scaled=item.scaled if reveal.points else None,
        is_correct=item.scaled == 1 if is_overruled else _is_correct(outcome),
        tries_left=policy.tries - item.tries if policy.is_graded_at_once else None,
        credit_next=policy.credit_of(item.tries + 1) if policy.is_graded_at_once else None,
        feedback=outcome.feedback if outcome and reveal.feedback and not is_overruled else "",
        hint=_hint(item) if is_tried and not item.is_closed and can_respond else "",
        comment=_comment(gradings or []) if reveal.feedback else "",
        marks=person_marks.shown(version=version, parts=parts, worth=item.worth),
        corrected_at=corrected.graded_at if corrected and reveal.points else None,
        correction=corrected.reason if corrected and reveal.points else "",
        key_change=key_words.changed_answer(before=item.version, after=version, params=item.params)
        if reveal.solution and reveal.points
        else None,
        value=value if reveal.response else None,
        report_in=item.attempt.uuid if may_report else None,
    )


def preview_item(
    *, version: QuestionVersion, params: dict[str, Any], points: Decimal, name: str, is_live: bool
) -> ItemView:
    """Return a question for display before there is an attempt, unanswered."""
    reveal = Reveal.nothing()
    stimulus = version.question.stimulus
    return ItemView(
        **_identity(version, name),
        stimulus=None
        if stimulus is None
        else {"key": stimulus.key, "title": stimulus.title, "body": stimulus.body},
        position=0,
        q=version.question_type.present(version.parsed, params, None, reveal),
        revision=0,
        is_answered=False,
        is_flagged=False,
        is_closed=False,
        can_respond=is_live,
        points=points,
        reveal=reveal,
    )


def sample_item(
    *, version: QuestionVersion, params: dict[str, Any], response: Any, reveal: Reveal
) -> ItemView:
    """Return a question with a response that nobody gave, for its author. Asks no database.

    Before anything is revealed it can be filled in, afterwards it is shown closed.
    """
    kind = version.question_type
    outcome = kind.grade(version.parsed, params, response) if response is not None else None
    is_open = reveal == Reveal.nothing()
    return ItemView(
        **_identity(version, "preview-"),
        position=0,
        q=kind.present(version.parsed, params, response, reveal),
        revision=0,
        is_answered=response is not None,
        is_flagged=False,
        is_closed=not is_open,
        can_respond=is_open,
        points=Decimal(1),
        reveal=reveal,
        scaled=outcome.scaled if outcome else None,
        is_correct=_is_correct(outcome),
        feedback=outcome.feedback if outcome and reveal.feedback else "",
        value=response,
    )


def _identity(version: QuestionVersion, name: str) -> dict[str, Any]:
    question = version.question
    kind = version.question_type
    return {
        "name": name,
        "question_key": question.key,
        "module_key": question.module.key if question.module else "",
        "template": kind.template,
        "type": version.type,
        "objective_key": question.objective.key if question.objective else "",
        "needs_person": kind.needs_person,
        "is_typed": kind.is_typed,
        "is_scored": kind.is_scored,
    }


VERSION_PATHS = question_versions.PATHS
QUESTION_PATHS = ("stimulus", *(f"version__{path}" for path in VERSION_PATHS))
"""What to `select_related` on items so that presenting them asks nothing."""


def items_of(*, attempt: Attempt) -> list[AttemptItem]:
    """Return the items of an attempt in their order, with all that presenting them needs.

    Their versions are to be read alone: see `question_versions`. One query in a warm process.
    """
    found = _ITEMS.all(attempt.pk)
    question_versions.put_on(rows=found, course=attempt.enrolment.course)
    for item in found:
        item.attempt = attempt
    return found


def _items(attempt_id: int) -> QuerySet[AttemptItem]:
    rows = AttemptItem.objects.filter(attempt=attempt_id)
    return rows.select_related("stimulus").defer("uuid").order_by("position")


_ITEMS = PreparedQuery(_items, int)


def _is_overruled(item: AttemptItem, outcome: Outcome | None, gradings: list[Grading]) -> bool:
    """Return whether a person has judged the response otherwise than the key does.

    Then the key's own verdicts, option by option, would contradict the mark.
    """
    if outcome is None or outcome.scaled is None or item.scaled is None:
        return False
    is_by_person = any(row.kind == Grading.Kind.PERSON for row in gradings)
    return is_by_person and bool(item.scaled != outcome.scaled)


def _without_key(reveal: Reveal) -> Reveal:
    return replace(reveal, correctness=False, solution=False, feedback=False)


def _is_correct(outcome: Outcome | None) -> bool | None:
    return None if outcome is None or outcome.scaled is None else outcome.scaled == 1


def _is_judged(item: AttemptItem, reveal: Reveal) -> bool:
    return item.value is not None and (reveal.correctness or reveal.feedback)


def _hint(item: AttemptItem) -> str:
    hints = item.version.question_type.hints(item.version.parsed, item.params)
    return hints[min(item.tries, len(hints)) - 1] if hints and item.tries else ""


def _comment(gradings: list[Grading]) -> str:
    """Return the latest comment of a person about the response."""
    people = [row.feedback for row in gradings if row.kind == Grading.Kind.PERSON and row.feedback]
    return people[-1] if people else ""


def _parts(gradings: list[Grading]) -> list[dict[str, Any]]:
    """Return the parts of the person's mark that stands, if there is one."""
    row = person_marks.latest(gradings=grading.in_force(gradings))
    return list(row.parts) if row is not None else []
