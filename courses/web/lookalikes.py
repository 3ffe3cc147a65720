"""User names that look like another: letters of several alphabets in one name, and names that
look like plain letters but are written in another alphabet.

The rule is the "highly restrictive" level of Unicode's UTS 39: one script in a name, and beside
Chinese, Japanese and Korean writing also Latin letters, which nobody takes for it.
"""

import unicodedata

_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "LATIN"})
# Letters that look like a letter of a to z, or of A to Z, in most typefaces.
_CYRILLIC = dict(
    zip("аеорсухѕіјһԁԛԝӏԌАВЕКМНОРСТУХЅІЈԚԜ", "aeopcyxsijhdqwlGABEKMHOPCTYXSIJQW", strict=True)
)
_GREEK = dict(zip("αοινρυκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aoivpukABEZHIKMNOPTYX", strict=True))
_ARMENIAN = dict(zip("օսոհցաՕՏՍ", "ounhguOSU", strict=True))
_LATIN = dict(zip("ɑɡɩʏɴʀᴏᴄᴜᴠᴡᴢꜱ", "agiynrocuvwzs", strict=True))
_LOOKS_LIKE = {**_CYRILLIC, **_GREEK, **_ARMENIAN, **_LATIN}


def is_lookalike(name: str) -> bool:
    """Return whether people may take this name for another one."""
    scripts = {_script(letter) for letter in name if letter.isalpha()}
    if len(scripts) > 1 and not scripts <= _EAST_ASIAN:
        return True
    plain = "".join(_LOOKS_LIKE.get(letter, letter) for letter in name)
    return plain != name and plain.isascii()


def _script(letter: str) -> str:
    """Return the alphabet of a letter: the first word of its Unicode name."""
    return unicodedata.name(letter, "UNKNOWN").partition(" ")[0]
