"""No phrase of the five texts that the course discusses stands in the course.

The texts themselves are not part of this project. `phrases.txt` holds, for each run of seven words
in them, the beginning of a hash; the course's own runs are hashed alike and looked up in it. Case,
punctuation and the course's marks do not count. Titles may be quoted.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from tests.content.oracle import COURSE

PHRASES = Path(__file__).with_name("phrases.txt")
LENGTH = 7
DIGITS = 10
TITLES = (
    "Before Customer Experience (CX) came to kill us",
    "This is our time for a CX Revolution!",
    "Is Customer Experience about Big Picture or Tactical Practice",
)
_MARK = re.compile(r"\[\[(\w+):[\w-]+(?:\\?\|([^\]]*))?\]\]")
_WORD = re.compile(r"[a-z0-9']+")


def words(text: str) -> list[str]:
    plain = _MARK.sub(r" \2 ", text).replace("’", "'")
    return _WORD.findall(plain.lower())


def runs(text: str) -> Iterator[str]:
    found = words(text)
    for start in range(len(found) - LENGTH + 1):
        yield " ".join(found[start : start + LENGTH])


def fingerprint(run: str) -> str:
    return hashlib.sha256(run.encode()).hexdigest()[:DIGITS]


def taken_over(text: str) -> list[str]:
    """Runs of the text that stand in one of the five texts, and in none of their titles."""
    known = set(PHRASES.read_text(encoding="ascii").split())
    titles = {run for title in TITLES for run in runs(title)}
    return [run for run in runs(text) if run not in titles and fingerprint(run) in known]


def test_a_sentence_of_the_texts_would_be_found() -> None:
    """The longest title is quoted in the course's references; without the exception it shows."""
    title = max(TITLES, key=len)
    known = set(PHRASES.read_text(encoding="ascii").split())

    assert {fingerprint(run) for run in runs(title)} <= known
    assert taken_over(title) == []


def test_texts_contain_no_copied_phrases() -> None:
    files = [path for path in COURSE.rglob("*") if path.suffix in {".md", ".yaml", ".svg"}]
    found = {
        str(path.relative_to(COURSE)): taken_over(path.read_text(encoding="utf-8"))
        for path in files
    }

    assert len(files) > 100
    assert {name: lines for name, lines in found.items() if lines} == {}
