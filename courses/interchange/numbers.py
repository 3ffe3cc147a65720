"""Numbers as files write them."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from courses.interchange.found import Unsupported

NUMBER = r"\s*([-+]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][-+]?\d{1,2})?)\s*"
_NUMBER = re.compile(NUMBER, re.ASCII)


def number_of(text: str) -> Decimal:
    """Return a decimal number. Raises Unsupported."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise Unsupported(_("“%(text)s” is no number.") % {"text": text.strip()[:40]})
    return Decimal(found[1])
