"""A quiz as the API tells it, and what was sent as a course file would say it."""

import datetime as dt
from decimal import Decimal
from typing import Any

from courses.api.authoring import serializers_quizzes as serializers
from courses.coursefiles.schema import DrawFile, QuizFile, QuizItemFile
from courses.models import Quiz, QuizItem
from courses.questions.data import Expression

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


def record_of(values: dict[str, Any]) -> QuizFile:
    """The record of a quiz's values as its serializer read them."""
    delay_minutes, delay_seconds = divmod(values["attempt_delay_s"], serializers.MINUTE)
    limit_minutes, limit_seconds = divmod(values["time_limit_s"] or 0, serializers.MINUTE)
    review = {moment: tuple(shown) for moment, shown in (values["review"] or {}).items()}
    return QuizFile(
        key=values["key"],
        title=values["title"],
        intro=values["intro"],
        kind=values["kind"],
        status=values["status"],
        feedback_mode=values["feedback_mode"],
        credit=tuple(Expression(share) for share in values["credit"]),
        review=review or None,
        attempts_allowed=values["attempts_allowed"],
        attempt_delay_minutes=delay_minutes,
        attempt_delay_seconds=delay_seconds,
        grade_method=values["grade_method"],
        time_limit_minutes=limit_minutes or None,
        time_limit_seconds=limit_seconds,
        grace_seconds=values["grace_s"],
        opens_at=_moment(values["opens_at"]),
        closes_at=_moment(values["closes_at"]),
        pass_mark=_number(values["pass_mark"]),
        shuffle_items=values["shuffle_items"],
        one_item_per_page=values["one_item_per_page"],
        requires_modules=tuple(values["requires_modules"]),
        compares_with=values["compares_with"] or "",
        items=tuple(_item_record(item) for item in values["items"]),
    )


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


def _item_record(values: dict[str, Any]) -> QuizItemFile:
    draw = values["draw"]
    return QuizItemFile(
        question=values["question"] or "",
        version=values["version"],
        points=_number(values["points"]),
        draw=draw
        and DrawFile(
            count=draw["count"],
            objective=draw["objective"] or "",
            tag=draw["tag"] or "",
            difficulty=draw["difficulty"] or "",
        ),
    )


def _number(value: Decimal | str) -> Expression:
    return Expression(f"{Decimal(value).normalize():f}")


def _moment(value: dt.datetime | None) -> str | None:
    return value and value.astimezone(dt.UTC).isoformat()
