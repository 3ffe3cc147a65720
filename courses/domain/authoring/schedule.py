"""Drafts whose time has come are published by the relay, by the rules that hold for people."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from courses.domain.authoring import edits
from courses.domain.authoring.editions import Origin
from courses.errors import CoursesError, Invalid
from courses.models import Edition, Lesson, Module, Quiz

AT_ONCE = 50
"""So many of a kind in one run."""


def publish_due(*, now: datetime) -> int:
    """Publish the drafts whose time has come; the parts of a module before the module itself.

    What cannot be published stays a draft, with the reason. Returns how many were published.
    """
    due = Q(is_draft=True, is_archived=False, publish_at__lte=now, publish_refusal="")
    published = 0
    for model in (Lesson, Quiz, Module):
        rows = model._default_manager.filter(due).order_by("publish_at", "pk")
        for pk in list(rows.values_list("pk", flat=True)[:AT_ONCE]):
            published += _publish(model, pk, due, now)
    return published


def _publish(model: type[Any], pk: int, due: Q, now: datetime) -> bool:
    rows = model._default_manager.filter(due, pk=pk)
    row = rows.select_related("module__course" if model is Lesson else "course").first()
    if row is None:
        return False  # Somebody did it meanwhile, or changed the time.
    course = edits.course_of(row)
    origin = Origin(Edition.Channel.SCHEDULE, None, now)
    try:
        with transaction.atomic(), translation.override(course.language):
            edits.publish_part(row=row, origin=origin)
    except CoursesError as error:
        rows.update(publish_refusal=_reason(error))
        return False
    return True


def _reason(error: CoursesError) -> str:
    problems = error.problems if isinstance(error, Invalid) else ()
    return " ".join(str(problem.message) for problem in problems) or str(error)
