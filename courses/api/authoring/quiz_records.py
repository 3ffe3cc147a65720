"""A quiz as the API tells it."""

from typing import Any

from courses.api.authoring import serializers_quizzes as serializers
from courses.models import Quiz, QuizItem

_SAME = (
    "kind",
    "feedback_mode",
    "attempts_allowed",
    "attempt_delay_s",
    "grade_method",
    "time_limit_s",
    "grace_s",
    "opens_at",
    "closes_at",
    "pass_mark",
    "shuffle_items",
    "one_item_per_page",
    "title",
    "intro",
    "key",
    "position",
    "credit",
)


def told(quiz: Quiz) -> Any:
    """Every rule and the items; `items` and `requires_modules` should be prefetched."""
    values = {
        **{name: getattr(quiz, name) for name in _SAME},
        "module": quiz.module.key if quiz.module else None,
        "status": status_of(quiz),
        "compares_with": quiz.compares_with.key if quiz.compares_with else None,
        "review": quiz.review or None,
        "requires_modules": sorted(module.key for module in quiz.requires_modules.all()),
        "items": [_item(item) for item in quiz.items.all()],
    }
    return serializers.AuthoredQuiz(values).data


def status_of(quiz: Quiz) -> str:
    if quiz.is_archived:
        return "archived"
    return "draft" if quiz.is_draft else "ready"


def _item(item: QuizItem) -> dict[str, Any]:
    draw = {
        "count": item.draw_count,
        "objective": item.draw_objective.key if item.draw_objective else None,
        "tag": item.draw_tag.key if item.draw_tag else None,
        "difficulty": item.draw_difficulty or None,
    }
    return {
        "question": item.question.key if item.question else None,
        "version": item.version.number if item.version else None,
        "draw": draw if item.draw_count else None,
        "points": item.points,
    }
