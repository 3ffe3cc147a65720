"""How alike two texts are, for questions that are nearly the same.

The measure: a text in lower case, without markup, all numbers and placeholders made equal, is cut
into overlapping triples of words. The similarity of two texts is the share of triples that both
have among those that at least one has (Jaccard's coefficient).
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from courses.coursefiles.publishing.lesson_text import words

_NUMBER = re.compile(r"\{[\w:-]+\}|\d+(?:[.,]\d+)*")
_MARK = re.compile(r"\[\[\w+:[\w-]+\|?([^\]]*)\]\]")
SIZE = 3

Triples = frozenset[tuple[str, ...]]


def triples(text: str) -> Triples:
    """Return the overlapping triples of words in a text; a shorter text is one triple."""
    plain = _NUMBER.sub(" 0 ", _MARK.sub(r"\1", text.lower()))
    found = words(plain)
    if len(found) < SIZE:
        return frozenset([tuple(found)])
    return frozenset(zip(*(found[start:] for start in range(SIZE)), strict=False))


def alike(sets: Sequence[Triples], *, least: float) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of places, the later first, with their similarity.

    Two sets that are as similar as that share one of their rarest triples, of which so many are
    looked at that the others alone could not make them similar.
    """
    counts = Counter(triple for own in sets for triple in own)
    places: dict[tuple[str, ...], list[int]] = {}
    for later, own in enumerate(sets):
        rare = sorted(own, key=lambda triple: (counts[triple], triple))
        rare = rare[: len(own) - math.ceil(least * len(own)) + 1]
        for earlier in sorted({place for triple in rare for place in places.get(triple, ())}):
            both = len(own & sets[earlier])
            similarity = both / (len(own) + len(sets[earlier]) - both)
            if similarity >= least:
                yield later, earlier, similarity
        for triple in rare:
            places.setdefault(triple, []).append(later)


def most_alike(text: str, others: Iterable[str], *, least: float) -> Iterator[tuple[int, float]]:
    """Yield place and similarity of the other texts that are like this one.

    Texts of which less than that share of the words is the same are left out before they are cut
    into triples.
    """
    own, own_words = triples(text), frozenset(text.lower().split())
    for place, other in enumerate(others):
        other_words = frozenset(other.lower().split())
        if len(own_words & other_words) < least * max(len(own_words), len(other_words)):
            continue
        cut = triples(other)
        both = len(own & cut)
        similarity = both / (len(own) + len(cut) - both)
        if similarity >= least:
            yield place, similarity
