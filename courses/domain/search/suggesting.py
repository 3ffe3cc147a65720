"""What somebody may have meant whose words nothing has: words of titles that are spelled alike."""

from collections.abc import Collection, Sequence
from difflib import get_close_matches

from courses.models import SearchText

MOST_TITLES = 2000
LIKE = 0.75
"""How alike two words must be, from 0 to 1."""
_LONGER = 3
"""Letters by which the lengths of two such words may differ."""


def suggestion(*, words: Sequence[str], courses: Collection[int]) -> str:
    """Return the words with those replaced that no title has; "" where nothing is like them.

    One query.
    """
    rows = SearchText.objects.filter(course__in=courses).exclude(title_words="")
    rows = rows.exclude(kind=SearchText.Kind.QUESTION).order_by("pk")
    titles = rows.values_list("title_words", flat=True)[:MOST_TITLES]
    known = sorted({word for title in titles for word in title.split()})
    better = [word if word in known else _like(word, known) or word for word in words]
    return " ".join(better) if better != list(words) else ""


def _like(word: str, known: Sequence[str]) -> str:
    near = [one for one in known if abs(len(one) - len(word)) <= _LONGER]
    found = get_close_matches(word, near, n=1, cutoff=LIKE)
    return found[0] if found else ""
