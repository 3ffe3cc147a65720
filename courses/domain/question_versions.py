"""Versions of questions, read once in a process and not with every page.

A version that an attempt has met never changes. What its question says beside it (its key, module
and objective) may, and then the course has a new revision: so the two name what is cached.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from courses.lru_cache import LRUCache
from courses.models import AttemptItem, Course, Grading, QuestionVersion

CACHE_SIZE = 2000
"""Versions cached in one process; a few kilobytes each."""

PATHS = ("question__module", "question__objective")
"""What of a version `select_related` reads, so that presenting it asks nothing."""

_FIELDS = ("type", "data", "question__key", "question__module__key", "question__objective__key")

Key = tuple[int, UUID]

_cache: LRUCache[Key, QuestionVersion] = LRUCache(CACHE_SIZE, name="question_versions")


def put_on(*, rows: Collection[AttemptItem] | Collection[Grading], course: Course) -> None:
    """Give each row its version, with its question, module and objective, to read and no more.

    One query for all that this process has not read at this revision of the course. The versions
    are shared by all requests: nothing may change or save them.
    """
    wanted = {row.version_id for row in rows if row.version_id is not None}
    if not wanted:
        return
    keys = [(version_id, course.revision) for version_id in wanted]
    found = _cache.get_or_create_many(keys, _read)
    for row in rows:
        if row.version_id is not None:
            row.version = found[row.version_id, course.revision]


def _read(keys: Iterable[Key]) -> Mapping[Key, QuestionVersion]:
    revisions = dict(keys)
    rows = QuestionVersion.objects.select_related(*PATHS).only(*_FIELDS).in_bulk(revisions)
    return {(pk, revisions[pk]): row for pk, row in rows.items()}
