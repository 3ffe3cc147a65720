"""An attempt in its learner's export: responses, and grades as far as they are shown."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from courses.domain.plain import values
from courses.domain.reveal import visibility
from courses.domain.reveal.policy import Policy
from courses.models import Attempt, AttemptDecision, AttemptItem, Grading
from courses.questions.base import Reveal

SLICE = 50
"""Attempts that are read together, with their items, responses and judgements."""


def serialize_attempts(*, attempts: QuerySet[Attempt], now: datetime) -> Iterator[dict[str, Any]]:
    """Yield the attempts in the order of their starts, each with every response.

    A slice of many costs as many queries as a slice of one, and only one is in memory.
    """
    ordered = attempts.order_by("started_at", "pk")
    keys = list(ordered.values_list("pk", flat=True))
    for start in range(0, len(keys), SLICE):
        some = ordered.filter(pk__in=keys[start : start + SLICE])
        rows = list(some.select_related("quiz", "enrolment__course").prefetch_related(*_parts()))
        closed = [row for row in rows if not row.is_open]
        shown = visibility.reveals(attempts=closed, now=now)
        for row in rows:
            yield _attempt(row, shown.get(row.pk))


def _parts() -> "tuple[Prefetch[Any], Prefetch[Any]]":
    items = AttemptItem.objects.select_related("version__question").order_by("position")
    items = items.defer("params", "pinned", "value", "version__data", "version__text")
    items = items.prefetch_related("responses", "gradings", "marks")
    decisions = AttemptDecision.objects.order_by("sequence")
    return Prefetch("items", items), Prefetch("decisions", decisions)


def _attempt(attempt: Attempt, shown: Reveal | None) -> dict[str, Any]:
    items = list(attempt.items.all())
    policy = Policy.load(attempt.policy)
    scored = ("score", "score_maximum", "percent", "has_passed")
    return {
        "quiz": attempt.quiz.key,
        "id": str(attempt.uuid),
        **values(attempt, "number", "state", "started_at", "deadline_at", "submitted_at"),
        **values(attempt, "closed_by", "released_at", "reopened_at", "voided_at", "gave_up_at"),
        "decisions": [_decision(row) for row in attempt.decisions.all()],
        **{
            name: value if shown and shown.points else None
            for name, value in values(attempt, *scored).items()
        },
        "responses": [_response(item, row) for item in items for row in item.responses.all()],
        "items": [_item(item, shown or _reveal(item, policy)) for item in items],
    }


def _decision(row: AttemptDecision) -> dict[str, Any]:
    return values(row, "kind", "deadline_at", "reason", "decided_at")


def _reveal(item: AttemptItem, policy: Policy) -> Reveal:
    """Return what an open attempt shows of an item."""
    return policy.reveal_during(is_graded=item.tries > 0, is_closed=item.is_closed)


def _response(item: AttemptItem, response: Any) -> dict[str, Any]:
    return {
        "question": item.version.question.key,
        "version": item.version.number,
        **values(response, "revision", "value", "certainty", "received_at", "channel"),
    }


def _item(item: AttemptItem, shown: Reveal) -> dict[str, Any]:
    graded = values(item, "score", "scaled", "tries", "is_closed") if shown.points else {}
    return {
        "question": item.version.question.key,
        "id": str(item.uuid),
        **values(item, "position", "points", "is_flagged"),
        **graded,
        **_since_regrade(item, shown),
        "gradings": [_grading(row, shown) for row in item.gradings.all()],
        **_marks(item, shown),
    }


def _marks(item: AttemptItem, shown: Reveal) -> dict[str, Any]:
    """Return what each of two markers gave, once that is decided and shown."""
    names = ("sequence", "round", "scaled", "parts", "feedback", "reason", "given_at")
    if not (shown.points and shown.feedback) or item.score is None:
        return {}
    rows = [values(row, *names) for row in item.marks.all()]
    return {"marks": rows} if rows else {}


def _since_regrade(item: AttemptItem, shown: Reveal) -> dict[str, Any]:
    """Return the points that a regrade gave it, where one did."""
    return values(item, "new_points") if shown.points and item.new_points is not None else {}


def _grading(grading: Grading, shown: Reveal) -> dict[str, Any]:
    """Return a judgement, as far as it is shown: points and reason, parts by the key, comments."""
    points = ("scaled", "credit", "score", "reason") if shown.points else ()
    feedback = ("feedback",) if shown.feedback else ()
    found = values(grading, "sequence", "kind", "graded_at", *points, *feedback)
    if shown.points and grading.batch_id is not None:
        found |= values(grading, "points", "is_undo")
    if shown.points and shown.correctness:
        found["parts"] = [_part(part, shown) for part in grading.parts]
    return found


def _part(part: dict[str, Any], shown: Reveal) -> dict[str, Any]:
    """Return what one part earned; the reason that comes with it only where feedback is shown."""
    return {name: value for name, value in part.items() if name != "feedback" or shown.feedback}
