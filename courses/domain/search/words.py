"""Texts and queries as the words that a search compares: without case, accents and signs."""

import re

from courses import collation

LONGEST_QUERY = 120
"""Characters of a query that are read."""
MOST_WORDS = 8
"""Words of a query that are looked for."""
SHORTEST_BEGINNING = 2
"""Letters from which on the last word stands for all words that begin with it."""

_WORD = re.compile(r"[^\W_]+")
_LONGEST_WORD = 60


def words_of(text: str) -> list[str]:
    """Return the words of a text, in the form in which they are compared."""
    # Folding takes the end of a line away as it does with other invisible characters.
    one_line = " ".join(text.split())
    return [word[:_LONGEST_WORD] for word in _WORD.findall(collation.folded(one_line))]


def joined(text: str) -> str:
    """Return the words of a text with blanks between them: what the index reads."""
    return " ".join(words_of(text))


def query_words(query: str) -> tuple[str, ...]:
    """Return the words to look for, each once; of a long query the first."""
    return tuple(dict.fromkeys(words_of(query[:LONGEST_QUERY])))[:MOST_WORDS]
