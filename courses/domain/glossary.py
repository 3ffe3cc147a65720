"""The words of a course."""

from django.db.models import Q

from courses.domain import access, pinning
from courses.models import Term


def terms_with_pinned(*, reader: access.Reader, pin: str) -> tuple[list[Term], str]:
    """All terms, with the one that an attempt was made with in the words that it had then.

    Also the key of that one where its words have changed since, else "".
    """
    rows = terms(reader=reader)
    known = pinning.find_term(content_hash=pin)
    if known is None:
        return rows, ""
    others = [row for row in rows if row.key != known["key"]]
    same = [row for row in rows if row.key == known["key"]]
    if same and (same[0].term, same[0].definition) == (known["term"], known["definition"]):
        return rows, ""
    rows = [*others, Term(course=reader.course, **known)]
    return sorted(rows, key=lambda row: row.term.casefold()), known["key"]


def terms(*, reader: access.Reader, query: str = "") -> list[Term]:
    """The course's terms in alphabetical order; those that hold `query` when it is given."""
    rows = Term.objects.filter(course=reader.course).select_related("source")
    # PostgreSQL takes no NUL, not even to look for one.
    words = query.replace("\0", " ").split()[:8]
    for word in words:
        rows = rows.filter(Q(term__icontains=word) | Q(definition__icontains=word))
    return sorted(rows, key=lambda row: row.term.casefold())
