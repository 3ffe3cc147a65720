"""How alike two texts are, for questions that are nearly the same.

The measure: a text in lower case, without markup, all numbers and placeholders made equal, is cut
into overlapping triples of words. The similarity of two texts is the share of triples that both
have among those that at least one has (Jaccard's coefficient).
"""

import math
import re
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from zlib import crc32

from courses.coursefiles.publishing.lesson_text import words

_NUMBER = re.compile(r"\{[\w:-]+\}|\d+(?:[.,]\d+)*")
_MARK = re.compile(r"\[\[\w+:[\w-]+\|?([^\]]*)\]\]")
SIZE = 3

T = TypeVar("T", bound=Any)
Triples = frozenset[tuple[str, ...]]


def triples(text: str) -> Triples:
    """Return the overlapping triples of words in a text; a shorter text is one triple."""
    plain = _NUMBER.sub(" 0 ", _MARK.sub(r"\1", text.lower()))
    found = words(plain)
    if len(found) < SIZE:
        return frozenset([tuple(found)])
    return frozenset(zip(*(found[start:] for start in range(SIZE)), strict=False))


def fingerprint(text: str) -> "array[int]":
    """Return a number for each triple of words, the same in every process; to be stored."""
    return array("I", sorted({crc32(" ".join(one).encode()) for one in triples(text)}))


def alike(
    sets: Sequence[Collection[T]], *, least: float, new: Collection[int] | None = None
) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of places, the later first, with their similarity.

    With `new` only the pairs of those places, with each other and with all others; the sets at
    new places are frozen sets. A set that is as similar as that has one of the other's rarest
    triples, of which so many are looked at that the rest alone could not make them similar.
    """
    places = range(len(sets)) if new is None else sorted(new)
    index = _rarest(sets, places, least)
    for other, own in enumerate(sets):
        is_new = new is None or other in new
        for place in sorted({place for one in own if one in index for place in index[one]}):
            if place == other or (is_new and place > other):
                continue
            both = len(frozenset(sets[place]).intersection(own))
            similarity = both / (len(own) + len(sets[place]) - both)
            if similarity >= least:
                yield max(place, other), min(place, other), similarity


def _rarest(
    sets: Sequence[Collection[T]], places: Iterable[int], least: float
) -> Mapping[T, list[int]]:
    """Return triple → the places among these of which it is one of the rarest."""
    wanted = {one for place in places for one in sets[place]}
    counts = Counter(one for own in sets for one in own if one in wanted)
    found: dict[T, list[int]] = {}
    for place in places:
        rare = sorted(sets[place], key=lambda one: (counts[one], one))
        for one in rare[: len(rare) - math.ceil(least * len(rare)) + 1]:
            found.setdefault(one, []).append(place)
    return found


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
