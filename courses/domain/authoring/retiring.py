"""Putting rows aside whose files went away. What learners have met is archived, never deleted."""

from typing import Any

from courses.domain import outline
from courses.domain.authoring.plan import GONE, Plan
from courses.domain.authoring.uses import uses_of
from courses.models import (
    Lesson,
    Module,
    Question,
    Quiz,
)

_ARCHIVED: dict[str, tuple[Any, str]] = {
    "module": (Module, "is_archived"),
    "lesson": (Lesson, "is_archived"),
    "quiz": (Quiz, "is_archived"),
    "question": (Question, "is_retired"),
}


def retire(*, plan: Plan) -> tuple[list[str], list[str]]:
    """Archive or delete what the plan retires: names that went, names still in use that stay."""
    retired: list[str] = []
    in_use: list[str] = []
    for kind, (model, flag) in _ARCHIVED.items():
        leaving = plan.retire[kind]
        if leaving:
            rows = [row for row, _key in leaving]
            ids = [row.pk for row in rows]
            model.objects.filter(pk__in=ids).update(**{flag: True}, source_hash=GONE)
            outline.follow(rows=rows, before=outline.states(rows=rows))
            retired += [f"{kind} {key}" for _row, key in leaving]
    for kind in ("objective", "stimulus", "asset", "term", "reference"):
        for row, key in plan.retire[kind]:
            (in_use if uses_of(row) else retired).append(f"{kind} {key}")
            if f"{kind} {key}" in retired:
                row.delete()
    return retired, in_use
