"""What somebody may have meant whose words nothing has: words of titles that are spelled alike."""

from collections.abc import Sequence
from difflib import get_close_matches
from uuid import UUID

from django.db.models import Q

from courses.lru_cache import LRUCache
from courses.models import Course, Lesson, SearchText

MOST_TITLES = 2000
"""Titles of a course whose words are suggested."""
MOST_COURSES = 20
CACHE_SIZE = 64
LIKE = 0.75
"""How alike two words must be, from 0 to 1; they begin with the same letter."""
_LONGER = 2
"""Letters by which the lengths of two such words may differ."""

_cache: LRUCache[UUID, frozenset[str]] = LRUCache(CACHE_SIZE, name="searched_words")


def suggestion(*, words: Sequence[str], courses: Sequence[Course]) -> str:
    """Return the words with those replaced that no title has; "" where nothing is like them.

    One query for each course whose words this process has not read at its revision.
    """
    known: set[str] = set().union(*map(_known, courses[:MOST_COURSES]))
    better = [word if word in known else _like(word, known) or word for word in words]
    return " ".join(better) if better != list(words) else ""


class _NotIndexed(LookupError):
    """The course has no index yet: nothing to remember for its revision."""


def _known(course: Course) -> frozenset[str]:
    """Return the words of the titles that learners see."""
    try:
        return _cache.get_or_create(course.revision, lambda: _read(course))
    except _NotIndexed:
        return frozenset()


def _read(course: Course) -> frozenset[str]:
    is_offered = Q(lesson=None) | Q(lesson__in=Lesson.objects.offered())
    rows = SearchText.objects.filter(is_offered, course=course).exclude(title_words="")
    titles = rows.order_by().values_list("title_words", flat=True)[:MOST_TITLES]
    found = frozenset(word for title in titles for word in title.split())
    if not found:
        raise _NotIndexed
    return found


def _like(word: str, known: set[str]) -> str:
    near = [one for one in known if one[0] == word[0] and abs(len(one) - len(word)) <= _LONGER]
    found = get_close_matches(word, sorted(near), n=1, cutoff=LIKE)
    return found[0] if found else ""
