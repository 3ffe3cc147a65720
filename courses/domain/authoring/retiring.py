"""Putting rows aside whose files went away. What learners have met is archived, never deleted."""

import json
from typing import Any

from courses.domain import outline
from courses.domain.authoring.plan import GONE, Plan
from courses.domain.authoring.rows import Rows
from courses.models import (
    Lesson,
    Module,
    Objective,
    Question,
    QuestionVersion,
    Quiz,
    QuizItem,
    Term,
)

_ARCHIVED: dict[str, tuple[Any, str]] = {
    "module": (Module, "is_archived"),
    "lesson": (Lesson, "is_archived"),
    "quiz": (Quiz, "is_archived"),
    "question": (Question, "is_retired"),
}


def retire(*, rows: Rows, plan: Plan) -> tuple[list[str], list[str]]:
    """Archive or delete what the plan retires: names that went, names still in use that stay."""
    gone: list[str] = []
    kept: list[str] = []
    for kind, (model, flag) in _ARCHIVED.items():
        leaving = plan.retire[kind]
        if leaving:
            ids = [row.pk for row, _key in leaving]
            model.objects.filter(pk__in=ids).update(**{flag: True}, source_hash=GONE)
            if kind in ("lesson", "quiz"):
                outline.touch_modules(ids=[row.module_id for row, _key in leaving])
            gone += [f"{kind} {key}" for _row, key in leaving]
    for kind in ("objective", "stimulus", "asset", "term", "reference"):
        for row, key in plan.retire[kind]:
            (kept if _is_used(rows, kind, row) else gone).append(f"{kind} {key}")
            if f"{kind} {key}" in gone:
                row.delete()
    return gone, kept


def _is_used(rows: Rows, kind: str, row: Any) -> bool:
    if kind == "objective":
        return is_objective_used(row)
    if kind == "stimulus":
        return bool(row.questions.exists())
    if kind == "reference":
        return bool(row.lessons.exists() or Term.objects.filter(source=row).exists())
    if kind == "asset":
        return _is_named_in_a_version(rows, row.name)
    return False


def is_objective_used(row: Objective) -> bool:
    """Does a question, a lesson or a draw name it?"""
    return (
        row.questions.exists()
        or row.lessons.exists()
        or QuizItem.objects.filter(draw_objective=row).exists()
    )


def _is_named_in_a_version(rows: Rows, name: str) -> bool:
    """May a past attempt show it?"""
    versions = QuestionVersion.objects.filter(question__course=rows.course)
    return any(name in json.dumps(data) for data in versions.values_list("data", flat=True))
