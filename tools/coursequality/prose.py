"""The Flesch–Kincaid grade level of a text, with the rules of counting.

Grade = 0.39 × words per sentence + 11.8 × syllables per word − 15.59 (Kincaid, Fishburne, Rogers
and Chissom, 1975: Derivation of new readability formulas for Navy enlisted personnel).

- Words are those of `publishing.lesson_text`.
- A sentence ends with . ! ? or … before a blank, unless the word is a known abbreviation or a
  single capital. The end of a block (paragraph, entry of a list) ends a sentence, too.
- Syllables are counted by the places where pyphen hyphenates a word. It leaves out those next to a
  word's edge, so that a grade is about 0.7 lower than by counting aloud.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pyphen

from courses.coursefiles.publishing.lesson_text import words

_HYPHENS = pyphen.Pyphen(lang="en_US")
_END = re.compile(r"(\S*?)[.!?…]+[\"'”’)\]]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"al|approx|cf|dr|e\.g|eq|etc|fig|i\.e|inc|ltd|mr|mrs|ms|p|pp|prof|st|vs", re.IGNORECASE
)


@dataclass(frozen=True)
class TextCounts:
    """What was counted in a text."""

    words: int
    sentences: int
    syllables: int

    @property
    def grade(self) -> float:
        """The Flesch–Kincaid grade level; 0 for a text without words."""
        if not self.words:
            return 0.0
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59


def sentences(text: str) -> int:
    """Return how many sentences a block of text has; 0 without words."""
    count, start = 0, 0
    for match in _END.finditer(text):
        if _is_short(match[1]) or not words(text[start : match.end()]):
            continue
        count += 1
        start = match.end()
    return count + bool(words(text[start:]))


@cache
def syllables(word: str) -> int:
    """Return the syllables of a word, at least 1."""
    return len(_HYPHENS.positions(word.lower())) + 1


def reading(blocks: Iterable[str]) -> TextCounts:
    """Return the counts over several blocks of text."""
    texts = list(blocks)
    found = [word for text in texts for word in words(text)]
    return TextCounts(len(found), sum(map(sentences, texts)), sum(map(syllables, found)))


def _is_short(word: str) -> bool:
    """Return whether it is an abbreviation or initial, after which a full stop ends no sentence."""
    bare = word.strip("(\"'“‘[")
    is_initial = len(bare) == 1 and bare.isupper() and bare != "I"
    return is_initial or bool(_ABBREVIATION.fullmatch(bare))
