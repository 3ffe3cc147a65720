"""How many questions a quiz asks and what they are worth, worked out once for each revision."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from courses.domain import grading
from courses.domain.reveal.policy import Policy
from courses.lru_cache import LRUCache
from courses.models import Course, Quiz, QuizItem

CACHE_SIZE = 1000
"""Sizes cached in one process."""


@dataclass(frozen=True)
class QuizSize:
    item_count: int
    points_total: Decimal
    """What an attempt can earn in graded questions, as far as its places are fixed."""


_cache: LRUCache[tuple[UUID, int], QuizSize] = LRUCache(CACHE_SIZE, name="quiz_sizes")


def size_of(*, quiz: Quiz, course: Course) -> QuizSize:
    """Return the size of a quiz of the course. No query where this revision was asked before."""
    return _cache.get_or_create((course.revision, quiz.pk), lambda: _size(quiz))


def _size(quiz: Quiz) -> QuizSize:
    places = list(quiz.items.select_related("question__ready_version", "version"))
    policy = Policy.load(quiz.settings)
    marked = (place.points * place.count for place in places if _is_marked(place, policy))
    return QuizSize(sum(place.count for place in places), sum(marked, Decimal(0)))


def _is_marked(place: QuizItem, policy: Policy) -> bool:
    version = place.current_version
    return version is None or grading.is_marked(kind=version.question_type, policy=policy)
