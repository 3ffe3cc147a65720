"""The structure of a course, read once per revision and kept in memory.

Pages ask for the outline on every request; the course row that they load anyway holds the current
revision, so a warm page costs no query for it and never shows an old one.
"""

from uuid import UUID

from courses.domain.outline.dates import follow, states
from courses.domain.outline.plan import Outline
from courses.domain.outline.reading import read
from courses.domain.outline.revision import connect, touch
from courses.domain.outline.steps import (
    LessonOutline,
    ModuleOutline,
    ObjectiveOutline,
    QuizOutline,
    SourceOutline,
    Step,
)
from courses.lru_cache import LRUCache
from courses.models import Course

__all__ = [
    "LessonOutline",
    "ModuleOutline",
    "ObjectiveOutline",
    "Outline",
    "QuizOutline",
    "SourceOutline",
    "Step",
    "connect",
    "follow",
    "outline",
    "states",
    "touch",
]

CACHE_SIZE = 32
"""Outlines cached in one process."""

_cache: LRUCache[UUID, Outline] = LRUCache(CACHE_SIZE, name="outlines")


def outline(course: Course) -> Outline:
    """Return the course's outline. No query when this process has read this revision before.

    A trial's course has a `tried_lesson`: it is in the outline though learners do not see it yet.
    """
    tried = getattr(course, "tried_lesson", None)
    if tried is not None:
        return read(course, tried_lesson=tried)
    return _cache.get_or_create(course.revision, lambda: read(course))
