"""What can go wrong, in words a learner may read.

An entry point translates a class (web: a page or a message, API: problem+json); no other layer
knows about HTTP.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

MAX_PROBLEMS_IN_MESSAGE = 20
"""Problems that a message strings together; all of them are in `problems`."""


@dataclass(frozen=True)
class Problem:
    """One mistake, and where it is: `path` is dotted (`options.2.text`), empty for the whole."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class CoursesError(Exception):
    """Something was refused. `code` is stable for machines, `message` is fit for a learner."""

    code = "error"
    default = _("This could not be done.")

    def __init__(self, message: Any = None, **details: Any) -> None:
        self.message = message or self.default
        self.details = details
        super().__init__(str(self.message))


class NotFound(CoursesError):
    """It does not exist, or this person may not know that it does: both look the same."""

    code = "not_found"
    default = _("We could not find what you asked for.")


class NotAllowed(CoursesError):
    code = "not_allowed"
    default = _("You are not allowed to do this.")


class Conflict(CoursesError):
    """The state moved on in the meantime; `details` carry the state as it is now."""

    code = "conflict"
    default = _("This was changed in the meantime.")


class Closed(Conflict):
    """The time is over, or the attempt is submitted."""

    code = "closed"
    default = _("This attempt is closed; nothing more can be saved in it.")


class TooMuch(CoursesError):
    """More than one person may store; the message explains what to do instead."""

    code = "too_much"
    default = _("Nothing more can be stored here.")


class Invalid(CoursesError):
    """Input that cannot be used; `problems` hold where and why."""

    code = "invalid"
    default = _("Part of what you sent is not valid.")

    def __init__(self, message: Any = None, problems: Sequence[Problem] = (), **details: Any):
        self.problems = tuple(problems)
        if message is None and self.problems:
            shown = [str(problem) for problem in self.problems[:MAX_PROBLEMS_IN_MESSAGE]]
            message = "; ".join(shown if len(shown) == len(self.problems) else [*shown, "…"])
        super().__init__(message, **details)
