"""The words of a course."""

from django.db.models import Q

from courses.domain import access
from courses.models import Term


def terms(*, reader: access.Reader, query: str = "") -> list[Term]:
    """The course's terms in alphabetical order; those that hold `query` when it is given."""
    rows = Term.objects.filter(course=reader.course).select_related("source")
    # PostgreSQL takes no NUL, not even to look for one.
    words = query.replace("\0", " ").split()[:8]
    for word in words:
        rows = rows.filter(Q(term__icontains=word) | Q(definition__icontains=word))
    return sorted(rows, key=lambda row: row.term.casefold())
