"""Stems that are equal, or nearly.

The measure: a stem (and the text around its blanks) in lower case, without markup, all numbers and
placeholders made equal, is cut into overlapping triples of words. The similarity of two stems is
the share of triples that both have among those that at least one has (Jaccard's coefficient).
"""

import re
from collections import Counter
from collections.abc import Iterator

from courses.coursefiles.problems import FileProblem
from courses.coursefiles.publishing.lesson_text import words
from courses.coursefiles.publishing.material import Material, QuestionMaterial
from courses.coursefiles.publishing.rules import PublishRules

_NUMBER = re.compile(r"\{[\w:-]+\}|\d+(?:[.,]\d+)*")
_MARK = re.compile(r"\[\[\w+:[\w-]+\|?([^\]]*)\]\]")
SIZE = 3

Triples = frozenset[tuple[str, ...]]


def check_stems(material: Material, rules: PublishRules) -> Iterator[FileProblem]:
    percent = rules.alike_percent
    if percent is None:
        return
    questions = material.ready
    for later, earlier, similarity in _alike(questions, percent / 100):
        first, second = questions[earlier], questions[later]
        yield second.problem(
            "data.stem",
            f"The stem is like that of {first.record.key} in {first.placed.file}: they share "
            f"{round(100 * similarity)}% of their word triples.",
        )


def _alike(questions: list[QuestionMaterial], least: float) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of places with their similarity, found through the triples that they share."""
    sets = [triples(question.item.prompt) for question in questions]
    places: dict[tuple[str, ...], list[int]] = {}
    for later, own in enumerate(sets):
        shared = Counter(place for triple in own for place in places.get(triple, ()))
        for earlier, count in sorted(shared.items()):
            similarity = count / (len(own) + len(sets[earlier]) - count)
            if similarity >= least:
                yield later, earlier, similarity
        for triple in own:
            places.setdefault(triple, []).append(later)


def triples(text: str) -> Triples:
    """Return the overlapping triples of words in a text; a shorter text is one triple."""
    plain = _NUMBER.sub(" 0 ", _MARK.sub(r"\1", text.lower()))
    found = words(plain)
    count = max(1, len(found) - SIZE + 1)
    return frozenset(tuple(found[start : start + SIZE]) for start in range(count))
