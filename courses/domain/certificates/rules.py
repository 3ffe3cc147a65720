"""The rules by which a course issues certificates, in memory per revision of the course."""

from uuid import UUID

from courses.lru_cache import LRUCache
from courses.models import CertificateRule, Course

CACHE_SIZE = 64

_cache: LRUCache[tuple[int, UUID], tuple[CertificateRule, ...]] = LRUCache(
    CACHE_SIZE, name="certificate_rules"
)


def of_course(*, course: Course) -> tuple[CertificateRule, ...]:
    """Return the course's rules, also those out of use. No query when this revision is known.

    Saving a rule gives its course a new revision.
    """
    return _cache.get_or_create((course.pk, course.revision), lambda: _read(course))


def _read(course: Course) -> tuple[CertificateRule, ...]:
    rows = CertificateRule.objects.filter(course=course.pk).select_related("quiz")
    return tuple(rows.order_by("pk"))
