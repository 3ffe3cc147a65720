"""When two typed texts are the same."""

import re
import unicodedata

_QUOTES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`ʼ＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        # Invisible: soft hyphen, zero-width space and joiners, byte order mark.
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
    }
)
_BLANKS = re.compile(r"\s+")


def normalised(text: str, *, is_case_sensitive: bool = False) -> str:
    """The form in which texts are compared; never shown.

    Alike are: composed and decomposed letters, full-width and other compatibility forms (NFKC),
    upper and lower case (full case folding, unless `is_case_sensitive`), all kinds of quotation
    marks, of dashes and of blanks; leading and trailing blanks do not count.
    """
    # Before NFKC too, which would take a lone accent such as ´ apart.
    text = unicodedata.normalize("NFC", text).translate(_QUOTES)
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    if not is_case_sensitive:
        text = unicodedata.normalize("NFKC", text.casefold())
    return _BLANKS.sub(" ", text).strip()


def first_twice(texts: list[str], *, is_case_sensitive: bool = False) -> int | None:
    """The index of the first text that equals an earlier one, or None."""
    forms = [normalised(text, is_case_sensitive=is_case_sensitive) for text in texts]
    return next((index for index, form in enumerate(forms) if form in forms[:index]), None)
