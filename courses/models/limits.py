"""The longest durations and the dates that fit: beyond any course, and safe to calculate with."""

from datetime import UTC, datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from courses.coursefiles.rules import YEARS

LONGEST_QUIZ_S = 32_061_600
"""Seconds of a time limit, a grace or a delay: 371 days, as much as a course file can hold."""
LONGEST_GRANT_S = 10 * 366 * 24 * 3600
"""Seconds that one learner is given on top: ten years."""

QUIZ_S = [
    MaxValueValidator(LONGEST_QUIZ_S, _("At most 371 days can be given here (32061600 seconds)."))
]
GRANT_S = [
    MaxValueValidator(
        LONGEST_GRANT_S, _("At most ten years can be given here (316224000 seconds).")
    )
]

LONGEST_PATH = 400
"""Characters of an address on this site to which somebody returns."""

_FIRST, _LAST = YEARS
_DATE = _("Choose a date between the years 1900 and 2999.")
DATES = [
    MinValueValidator(datetime(_FIRST, 1, 1, tzinfo=UTC), _DATE),
    MaxValueValidator(datetime(_LAST, 12, 31, 23, 59, 59, tzinfo=UTC), _DATE),
]
