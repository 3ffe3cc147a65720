"""Facts about languages that pages need: which way a language is written."""

_RIGHT_TO_LEFT = frozenset(
    "ar arc arz ckb dv fa he iw ks nqo ps sd syr ug ur yi".split()  # noqa: SIM905 (easier to read)
)
_RIGHT_TO_LEFT_SCRIPTS = frozenset(("adlm", "arab", "hebr", "nkoo", "syrc", "thaa"))
_SCRIPT_LENGTH = 4


def direction(code: str) -> str:
    """Return "rtl" or "ltr" for a language (BCP 47). A script in the code decides."""
    first, *others = code.replace("_", "-").lower().split("-")
    script = next((part for part in others if len(part) == _SCRIPT_LENGTH and part.isalpha()), "")
    is_right_to_left = script in _RIGHT_TO_LEFT_SCRIPTS if script else first in _RIGHT_TO_LEFT
    return "rtl" if is_right_to_left else "ltr"
