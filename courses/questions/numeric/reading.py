"""Numbers as people type and read them: digits, signs and separators of many languages."""

import re
import unicodedata
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from courses.questions.base import ResponseError
from courses.questions.expressions import CONTEXT, MAGNITUDE_LIMIT
from courses.questions.texts import DASHES, visible

LENGTH_LIMIT = 100
DIGITS_LIMIT = 60
EXPONENT_LIMIT = 30
SHOWN_PLACES = 10
_SURE = ":"
_GROUP = "_"
_SIGNS = str.maketrans(
    {
        **dict.fromkeys(DASHES, "-"),
        **dict.fromkeys("﹢＋", "+"),
        **dict.fromkeys("٪﹪％", "%"),
        **dict.fromkeys("'’‘ʼ＇٬", _GROUP),
        "．": ".",
        "，": ",",
        # The Arabic decimal separator is never a thousands separator.
        "٫": _SURE,
        # Reserved for what they stand for here.
        _SURE: "?",
        _GROUP: "?",
    }
)
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)_?(?P<body>[0-9.,:_]*[0-9][.,:]?)(?:[eE](?P<power>[-+]?\d{1,6}))?"
)
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_THOUSANDS = re.compile(
    r"\d{1,3}(?:([.,_])\d{3})(?:\1\d{3})*|\d{1,2}(?:([.,_])\d{2})(?:\2\d{2})*\2\d{3}"
)


def read_number(text: str, *, decimal: str = ".", unit: str = "") -> Decimal:
    """Return what a learner typed as a number.

    Raises ResponseError with a sentence for the learner. `decimal` is the decimal separator of
    the learner's language; it only decides where a text has two readings, such as `1,234`. The
    `unit` may stand before or after the number.
    """
    if len(text) > LENGTH_LIMIT:
        raise ResponseError(_("This number has too many digits."))
    match = _NUMBER.fullmatch(_without_unit(_plain(text), _plain(unit)))
    digits = _in_ascii(match["body"], decimal) if match else None
    if match is None or digits is None:
        raise ResponseError(
            _(
                "“%(text)s” could not be read as a number. Use digits and a decimal separator, "
                "for example 1234.5; write a fraction as a decimal number."
            )
            % {"text": text.strip()[:40]}
        )
    power = int(match["power"] or 0)
    if len(digits) > DIGITS_LIMIT or abs(power) > EXPONENT_LIMIT:
        raise ResponseError(_("This number has too many digits."))
    number = CONTEXT.create_decimal(f"{match['sign']}{digits}e{power}")
    if number.copy_abs() > MAGNITUDE_LIMIT:
        raise ResponseError(_("This number is too large."))
    return number


def shown_number(value: Decimal, places: int | None = None) -> str:
    """Return a number in the active language, with `places` decimals or as many as it needs."""
    step = Decimal(1).scaleb(-(SHOWN_PLACES if places is None else places))
    rounded = CONTEXT.quantize(value, step)
    if places is None:
        plain = f"{rounded:f}".rstrip("0").rstrip(".")
        places = len(plain.partition(".")[2])
        rounded = Decimal(plain)
    # Minus nothing is nothing.
    rounded = rounded.copy_abs() if rounded.is_zero() else rounded
    return str(formats.number_format(rounded, places, use_l10n=True, force_grouping=True))


def _plain(text: str) -> str:
    """Return ASCII digits and signs; blanks and apostrophes, which group digits, become `_`."""
    plain = []
    for character in visible(text).strip().translate(_SIGNS):
        if character.isspace():
            plain.append(_GROUP)
        elif unicodedata.decimal(character, None) is not None:
            plain.append(str(unicodedata.decimal(character)))
        else:
            plain.append(character)
    return "".join(plain)


def has_unit(text: str, unit: str) -> bool:
    """Return whether the unit of the question was typed with the number."""
    plain = _plain(text)
    return bool(unit) and _without_unit(plain, _plain(unit)) != plain


def _without_unit(plain: str, unit: str) -> str:
    """Return the number without the unit that the question itself states."""
    folded, unit = plain.casefold(), unit.casefold()
    # Folding may change the length of a text; then its places cannot be compared.
    if not unit or len(folded) != len(plain):
        return plain
    if folded.endswith(unit):
        return plain[: -len(unit)].rstrip(_GROUP)
    sign = plain[:1] if plain[:1] in "+-" else ""
    if folded[len(sign) :].startswith(unit):
        return sign + plain[len(sign) + len(unit) :].lstrip(_GROUP)
    return plain


def _in_ascii(body: str, decimal: str) -> str | None:
    """Convert `1.234,5` to `1234.5`; return None when the separators make no sense."""
    mark = _decimal_mark(body, decimal)
    whole, found, fraction = body.rpartition(mark) if mark else (body, "", "")
    if not found:
        whole, fraction = body, ""
    if whole and not whole.isdigit():
        if not _THOUSANDS.fullmatch(whole):
            return None
        whole = re.sub(r"\D", "", whole)
    if fraction and not fraction.isdigit():
        return None
    return f"{whole or '0'}.{fraction or '0'}"


def _decimal_mark(body: str, decimal: str) -> str:
    """Return the character that separates the decimals; "" when the number is whole."""
    if _SURE in body:
        return _SURE
    marks = [character for character in body if character in ".,"]
    if not marks:
        return ""
    if len(set(marks)) > 1:
        return marks[-1]
    if len(marks) > 1:
        return ""
    if _AMBIGUOUS.fullmatch(body) and marks[0] != decimal:
        return ""
    return marks[0]
