"""What is said beside a field for a new password."""

from django.contrib.auth import password_validation
from django.utils.functional import lazy
from django.utils.translation import ngettext

_FOLLOWED = (
    password_validation.CommonPasswordValidator,
    password_validation.NumericPasswordValidator,
    password_validation.UserAttributeSimilarityValidator,
)
"""What accepts a password that is made as our text advises, if it is long enough."""


def _text() -> str:
    """Return how to make a password that the site accepts.

    That is Django's list where the site has validators that our text does not know.
    """
    lengths, others = [], 0
    for validator in password_validation.get_default_password_validators():
        if type(validator) is password_validation.MinimumLengthValidator:
            lengths.append(validator.min_length)
        elif type(validator) not in _FOLLOWED:
            others += 1
    if others or not lengths:
        return str(password_validation.password_validators_help_text_html())
    return ngettext(
        "At least %(count)d character. Several words that have nothing to do with you are easy "
        "to remember and hard to guess.",
        "At least %(count)d characters. Several words that have nothing to do with you are easy "
        "to remember and hard to guess.",
        max(lengths),
    ) % {"count": max(lengths)}


password_help = lazy(_text, str)
