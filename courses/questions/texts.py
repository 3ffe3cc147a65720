"""Typed text: when two texts are the same, what in one can be seen, how many words it has."""

import re
import unicodedata

DASHES = "‐‑‒–—―−⁃˗﹘﹣－➖⸺⸻"
"""What people type or paste for a hyphen, a dash or a minus."""
_QUOTES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`ʼ＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys(DASHES, "-"),
    }
)
# Control characters but no blanks, soft hyphen, fillers, joiners, zero-width spaces, direction
# marks, byte order mark, variation selectors, tags.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_BLANKS = re.compile(r"\s+")
# Chinese and Japanese are written without blanks: each character counts, as word processors do.
_UNSPACED = (
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")
_DOT_ABOVE = "i\u0307"
DOTLESS = ("tr", "az")
"""Languages in which I and ı are one letter, İ and i another."""
ANY_LANGUAGE = "en"
"""How texts are judged where no language has letters of its own: all kinds of i are the same."""


def normalised(text: str, *, is_case_sensitive: bool = False, language: str = "") -> str:
    """Return the form in which texts are compared and searched; never shown.

    The same are: composed and decomposed letters, full-width and other compatibility forms (NFKC),
    upper and lower case (full case folding, unless `is_case_sensitive`), all kinds of quotation
    marks, of dashes and of blanks. What cannot be seen, and leading and trailing blanks, do not
    count. `language` is the course's; where it is not known, ı is kept apart from i.
    """
    # Before NFKC too, which would take a lone accent such as ´ apart.
    text = unicodedata.normalize("NFC", visible(text)).translate(_QUOTES)
    text = visible(unicodedata.normalize("NFKC", text)).translate(_QUOTES)
    if not is_case_sensitive:
        text = unicodedata.normalize("NFKC", _folded(text, language))
    return _BLANKS.sub(" ", text).strip()


def _folded(text: str, language: str) -> str:
    """Return the text without regard to case, as the language writes its i."""
    if has_dotless(language):
        text = text.replace("I", "ı").replace("İ", "i")
    folded = text.replace("İ", "i").casefold().replace(_DOT_ABOVE, "i")
    return folded if has_dotless(language) or not language else folded.replace("ı", "i")


def has_dotless(language: str) -> bool:
    return language.partition("-")[0].lower() in DOTLESS


def visible(text: str) -> str:
    """Return the text without invisible characters: joiners, direction marks and the like."""
    return _INVISIBLE.sub("", text)


def is_blank(text: str) -> bool:
    """Return whether nothing is visible in the text."""
    return not visible(text).strip()


def word_count(text: str) -> int:
    """Return how many words a text has; a lone dash or bullet is none."""
    words = _WORD.findall(visible(text))
    return sum(any(character.isalnum() for character in word) for word in words)


def first_twice(texts: list[str], *, is_case_sensitive: bool = False) -> int | None:
    """Return the index of the first text that equals an earlier one, or None."""
    forms = [normalised(text, is_case_sensitive=is_case_sensitive) for text in texts]
    return next((index for index, form in enumerate(forms) if form in forms[:index]), None)
