"""An attempt in its learner's export: responses, and grades as far as they are shown."""

from datetime import datetime
from typing import Any

from courses.domain.plain import values
from courses.domain.reveal import visibility
from courses.domain.reveal.policy import Policy
from courses.models import Attempt, AttemptDecision, AttemptItem, Grading
from courses.questions.base import Reveal


def serialize_attempt(attempt: Attempt, *, now: datetime) -> dict[str, Any]:
    """Return the attempt with every response; its quiz and enrolment should be loaded."""
    rows = attempt.items.select_related("version__question").order_by("position")
    items = list(rows.prefetch_related("responses", "gradings", "marks"))
    shown = None if attempt.is_open else visibility.disclosure(attempt=attempt, now=now).reveal
    policy = Policy.load(attempt.policy)
    scored = ("score", "score_maximum", "percent", "has_passed")
    return {
        "quiz": attempt.quiz.key,
        "id": str(attempt.uuid),
        **values(attempt, "number", "state", "started_at", "deadline_at", "submitted_at"),
        **values(attempt, "closed_by", "released_at", "reopened_at", "voided_at"),
        "decisions": [_decision(row) for row in attempt.decisions.order_by("sequence")],
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
