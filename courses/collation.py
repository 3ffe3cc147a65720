"""The order of words in a list, as dictionaries of a language have it, and finding them again.

Letters first, then accents, then upper and lower case: "Ärger" stands between "Arbeit" and "Art" in
German and behind "Zug" in Swedish. The exceptions are those of CLDR for single letters; a full
implementation of the Unicode collation algorithm (ICU) is a compiled library of 40 MB.
"""

import unicodedata
from functools import cache

Key = tuple[tuple[tuple[int, str, int], ...], str, str, str]

_NORDIC = {"z": "åäö"}
_DANISH = {"z": "æøå", "same": "äæ öø"}
_AFTER: dict[str, dict[str, str]] = {
    "sv": _NORDIC,
    "fi": _NORDIC,
    "da": _DANISH,
    "nb": _DANISH,
    "nn": _DANISH,
    "no": _DANISH,
    "is": {"d": "ð", "z": "þæöå"},
    "es": {"n": "ñ"},
    "pl": {"a": "ą", "c": "ć", "e": "ę", "l": "ł", "n": "ń", "o": "ó", "s": "ś", "z": "źż"},
    "cs": {"c": "č", "r": "ř", "s": "š", "z": "ž"},
    "sk": {"a": "ä", "c": "č", "o": "ô", "s": "š", "z": "ž"},
    "hr": {"c": "čć", "d": "đ", "s": "š", "z": "ž"},
    "sl": {"c": "čć", "d": "đ", "s": "š", "z": "ž"},
    "hu": {"o": "ö", "u": "ü", "same": "őö űü"},
    "ro": {"a": "ăâ", "i": "î", "s": "ș", "t": "ț"},
    "tr": {"c": "ç", "g": "ğ", "h": "ı", "o": "ö", "s": "ş", "u": "ü"},
    "ru": {"и": "й"},
    "uk": {"г": "ґ", "и": "й", "і": "ї"},
}
"""Language → its own letters, each behind the letter before; "same": pairs that count alike."""
_PLAIN = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"}
)


def sort_key(text: str, language: str) -> Key:
    """Return what to sort texts of a language by."""
    composed = unicodedata.normalize("NFC", _lower(text, language))
    primary = tuple(unit for letter in composed for unit in _units(letter, _own(language)))
    return primary, unicodedata.normalize("NFD", composed), text.swapcase(), text


def initial(text: str, language: str) -> str:
    """Return the letter under which a list shows a text, without its accent; "#" for none."""
    composed = unicodedata.normalize("NFC", _lower(text.strip(), language))[:1]
    if composed in _own(language):
        return composed.upper()
    plain = folded(composed)[:1]
    return plain.upper() if plain.isalpha() else "#"


def folded(text: str) -> str:
    """Return the form in which a search compares: no case, accents or invisible characters."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    unmarked = [one for one in apart if unicodedata.category(one) not in ("Mn", "Cf", "Cc")]
    return "".join(unmarked)


@cache
def _own(language: str) -> dict[str, tuple[str, int]]:
    """Return letter → (the letter it follows, its place there)."""
    rules = _AFTER.get(language.partition("-")[0], {})
    own = {
        letter: (base, place)
        for base, letters in rules.items()
        if base != "same"
        for place, letter in enumerate(letters, start=1)
    }
    pairs = rules.get("same", "").split()
    return own | {pair[0]: own[pair[1]] for pair in pairs if pair[1] in own}


def _lower(text: str, language: str) -> str:
    if language.partition("-")[0] in ("tr", "az"):
        text = text.replace("I", "ı").replace("İ", "i")
    return text.lower()


def _units(letter: str, own: dict[str, tuple[str, int]]) -> list[tuple[int, str, int]]:
    """Return the sort key of a letter: blanks and signs, digits, letters; accents do not count."""
    if letter in own:
        base, place = own[letter]
        return [(2, base, place)]
    units = []
    for one in folded(letter):
        kind = 2 if one.isalpha() else 1 if one.isdigit() else 0
        units.append((kind, one if kind else " ", 0))
    return units
