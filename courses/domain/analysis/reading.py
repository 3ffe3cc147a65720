"""The attempts of a quiz as the figures need them, read in bulk.

Of 20,000 attempts with twenty questions each, 400,000 rows are read: columns are asked for as
text, and each distinct text is understood once.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.db.models import Case, FloatField, TextField, When
from django.db.models.functions import Cast, Coalesce

from courses.domain.analysis import beside
from courses.domain.analysis.choices import ChoiceKey
from courses.domain.analysis.quizzes import AnalysisInput
from courses.domain.analysis.scored import ScoredItem
from courses.models import (
    Attempt,
    AttemptItem,
    Enrolment,
    ExternalIdentity,
    Grading,
    QuestionVersion,
    QuizAnalysis,
)
from courses.models.attempt import AttemptQuerySet
from courses.questions.base import QuestionType

CHUNK = 5_000
CHOICE = "choice"
"""The interaction of types with options to choose."""


def attempts_of(*, analysis: QuizAnalysis) -> AttemptQuerySet:
    """Return the attempts that count in it: finished ones of learners, never of staff."""
    rows = Attempt.objects.finished().filter(
        quiz=analysis.quiz_id, enrolment__role=Enrolment.Role.LEARNER
    )
    if analysis.attempts == QuizAnalysis.Attempts.FIRST:
        rows = rows.filter(number=1)
    if analysis.section_id is not None:
        rows = rows.filter(enrolment__section=analysis.section_id)
    if analysis.client_id is not None:
        known = ExternalIdentity.objects.filter(client=analysis.client_id)
        rows = rows.filter(enrolment__user__in=known.values("user"))
    return rows


def input_of(*, analysis: QuizAnalysis) -> AnalysisInput:
    """Return what the figures are made of. Eight queries, however many attempts there are."""
    rows = attempts_of(analysis=analysis)
    found = _attempts(rows)
    judged_by = _corrected(analysis)
    drawn = AttemptItem.objects.filter(attempt__in=rows).order_by().values_list("version")
    versions = QuestionVersion.objects.in_bulk(
        {*drawn.distinct().values_list("version", flat=True), *judged_by.values()}
    )
    keys = {pk: key for pk, one in versions.items() if (key := key_of(version=one)) is not None}
    attempts: dict[int, list[ScoredItem]] = {pk: [] for pk in found}
    chosen_of = _Chosen(versions)
    for pk, attempt, version, scaled, worth, value in _items(rows, keys):
        if attempt not in attempts:
            continue
        chosen = chosen_of(version, value) if value is not None else ()
        effective = judged_by.get(pk, version)
        attempts[attempt].append(ScoredItem(effective, _share(scaled), worth, chosen))
    recent = list(found)[-beside.RECENT :]
    counted = beside.errors(attempts=recent, versions=versions, judged_by=judged_by)
    return AnalysisInput(
        attempts=list(attempts.values()),
        keys=keys,
        verdicts=[verdict for _seconds, verdict in found.values()],
        durations=[seconds for seconds, _verdict in found.values()],
        seconds=beside.seconds(attempts=recent, judged_by=judged_by),
        errors=counted.met,
        checked=counted.checked,
    )


def key_of(*, version: QuestionVersion) -> ChoiceKey | None:
    """Return the options of a version and which are right; None where nothing is to be chosen."""
    kind = version.question_type
    if kind.interaction != CHOICE or not kind.is_scored:
        return None
    item = kind.to_item(version.parsed)
    right = frozenset(one.key for one in item.choices if one.weight > 0)
    takes_one = [one.weight for one in item.choices if one.weight > 0] == [1]
    is_single = takes_one and not any(one.weight < 0 for one in item.choices)
    return ChoiceKey(tuple(one.key for one in item.choices), right, takes_one=is_single)


def _attempts(rows: AttemptQuerySet) -> dict[int, tuple[float, bool | None]]:
    """Return the attempts with their seconds and verdicts, those of instructors left out."""
    fields = ("pk", "started_at", "submitted_at", "has_passed", "policy__is_trial")
    return {
        pk: (_seconds(started, submitted), verdict)
        for pk, started, submitted, verdict, is_trial in rows.order_by("pk").values_list(*fields)
        if not is_trial
    }


def _seconds(started: datetime, submitted: datetime | None) -> float:
    return (submitted - started).total_seconds() if submitted is not None else 0.0


def _items(rows: AttemptQuerySet, keys: dict[int, ChoiceKey]) -> Iterator[tuple[Any, ...]]:
    value = Case(
        When(version__in=list(keys), then=Cast("value", TextField())),
        default=None,
        output_field=TextField(null=True),
    )
    found = (
        AttemptItem.objects.filter(attempt__in=rows)
        .order_by()
        .values_list(
            "pk",
            "attempt",
            "version",
            Cast("scaled", TextField()),
            Cast(Coalesce("new_points", "points"), FloatField()),
            value,
        )
    )
    return iter(found.iterator(chunk_size=CHUNK))


def _corrected(analysis: QuizAnalysis) -> dict[int, int]:
    """Return item → the version by which a correction of results has judged it since."""
    rows = Grading.objects.filter(
        batch__targets__line_item__quiz=analysis.quiz_id,
        item__attempt__quiz=analysis.quiz_id,
        kind=Grading.Kind.REGRADE,
    ).order_by("sequence")
    gradings = list(rows.values_list("item", "batch", "version", "is_undo"))
    undone = {(item, batch) for item, batch, _version, is_undo in gradings if is_undo}
    return {
        item: version
        for item, batch, version, _is_undo in gradings
        if version is not None and (item, batch) not in undone
    }


@lru_cache(maxsize=4096)
def _share(text: str | None) -> float | None:
    return None if text is None else float(Fraction(text))


class _Chosen:
    """Reads which options a stored response names, each distinct text of a version once."""

    def __init__(self, versions: dict[int, QuestionVersion]) -> None:
        self._types: dict[int, QuestionType[Any]] = {
            pk: one.question_type for pk, one in versions.items()
        }
        self._known: dict[tuple[int, str], Sequence[str]] = {}

    def __call__(self, version: int, text: str) -> tuple[str, ...]:
        found = self._known.get((version, text))
        if found is None:
            found = self._types[version].chosen(json.loads(text))
            self._known[version, text] = found
        return tuple(found)
