"""An attempt as its learner's export tells it: responses, and grades as far as they are shown."""

from datetime import datetime
from typing import Any

from courses.domain import showing
from courses.domain.personal_data.plain import values
from courses.domain.policy import Policy
from courses.models import Attempt, AttemptItem, Grading
from courses.questions.base import Reveal


def told(attempt: Attempt, *, now: datetime) -> dict[str, Any]:
    """The attempt with every response; its quiz and enrolment should be loaded."""
    rows = attempt.items.select_related("version__question").order_by("position")
    items = list(rows.prefetch_related("responses", "gradings"))
    shown = None if attempt.is_open else showing.disclosure(attempt=attempt, now=now).reveal
    policy = Policy.load(attempt.policy)
    scored = ("score", "score_maximum", "percent", "has_passed")
    return {
        "quiz": attempt.quiz.key,
        "id": str(attempt.uuid),
        **values(attempt, "number", "state", "started_at", "deadline_at", "submitted_at"),
        **values(attempt, "closed_by"),
        **{
            name: value if shown and shown.points else None
            for name, value in values(attempt, *scored).items()
        },
        "responses": [_response(item, row) for item in items for row in item.responses.all()],
        "items": [_item(item, shown or _reveal(item, policy)) for item in items],
    }


def _reveal(item: AttemptItem, policy: Policy) -> Reveal:
    """What an open attempt shows of an item."""
    return policy.reveal_during(is_graded=item.tries > 0, is_closed=item.is_closed)


def _response(item: AttemptItem, response: Any) -> dict[str, Any]:
    return {
        "question": item.version.question.key,
        "version": item.version.number,
        **values(response, "revision", "value", "certainty", "received_at", "door"),
    }


def _item(item: AttemptItem, shown: Reveal) -> dict[str, Any]:
    graded = values(item, "score", "scaled", "tries", "is_closed") if shown.points else {}
    return {
        "question": item.version.question.key,
        "id": str(item.uuid),
        **values(item, "position", "points", "is_flagged"),
        **graded,
        "gradings": [_grading(row, shown) for row in item.gradings.all()],
    }


def _grading(grading: Grading, shown: Reveal) -> dict[str, Any]:
    """A judgement; its points and its reason with the points, its comment with the feedback."""
    points = ("scaled", "credit", "score", "parts", "reason") if shown.points else ()
    feedback = ("feedback",) if shown.feedback else ()
    return values(grading, "sequence", "kind", "graded_at", *points, *feedback)
