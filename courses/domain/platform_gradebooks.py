"""What the gradebooks of platforms have of a class, for the pages of those who look after it.

An optional app that sends scores answers; without one no class has a gradebook elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from courses.models import Enrolment, Section

NOTHING, HELD_BACK, WAITING, SENT, REFUSED = STATES = (
    "nothing",
    "held_back",
    "waiting",
    "sent",
    "refused",
)
"""Nothing to send; hidden by the quiz; on its way; taken by the platform, or not."""


MISSING, CHANGED, ADDED = ("missing", "changed", "added")
"""The platform has no score where one was sent, another one, or one that was not sent."""


@dataclass(frozen=True)
class PlatformGradebook:
    """The gradebook of a class in its platform."""

    name: str
    """Of the platform."""
    columns: int
    """Links of the class for which the platform takes scores."""
    is_on: bool
    """Whether scores are sent at present."""
    is_readable: bool = False
    """Whether the platform lets us read what it has."""
    missing: tuple[tuple[str, str], ...] = ()
    """Columns that could not be made, and why."""


@dataclass(frozen=True)
class SentScore:
    """One learner's cell in a column of the platform."""

    column: str
    """The title of the platform's link."""
    state: str
    """One of `STATES`."""
    given: Any = None
    """What was sent last, of `most`; None where that was no number, or nothing was sent."""
    most: Any = None
    sent_at: datetime | None = None
    reason: str = ""
    """Why the platform does not have the score, in plain words."""
    answer: str = ""
    """What the platform said to that."""

    @property
    def can_be_sent(self) -> bool:
        """Whether there is a score that may be sent now."""
        return self.state in (WAITING, SENT, REFUSED)


@dataclass(frozen=True)
class ScoreDifference:
    """A cell in which the platform has something else than it was sent."""

    enrolment: int
    column: str
    kind: str
    """MISSING, CHANGED or ADDED."""
    given: Any = None
    """What was sent last, of `most`."""
    most: Any = None
    there_given: Any = None
    there_most: Any = None


@dataclass(frozen=True)
class GradebookComparison:
    """What the platform has of a class, beside what it was sent."""

    compared: int
    """Cells that could be compared."""
    differences: list[ScoreDifference]
    problems: list[tuple[str, str]]
    """Columns that could not be read, and why."""


class PlatformScores(Protocol):
    """What an app that sends scores knows of them. A class has at most one gradebook elsewhere."""

    def gradebook(self, *, section: Section) -> PlatformGradebook | None:
        """Return the class's gradebook in a platform; None where it has none."""

    def cells(
        self, *, section: Section, enrolments: Sequence[Enrolment], now: datetime
    ) -> dict[int, list[SentScore]]:
        """Return enrolment → its cells, in the order of the columns."""

    def send_again(
        self, *, section: Section, enrolments: Sequence[Enrolment], now: datetime
    ) -> int:
        """Have the scores of these learners sent once more; return how many learners have some.

        Asked for again while they wait, it changes nothing.
        """

    def compare(self, *, section: Section, enrolments: Sequence[Enrolment]) -> GradebookComparison:
        """Read what the platform has of these learners. Changes nothing, opens no transaction."""


_apps: list[PlatformScores] = []


def register(scores: PlatformScores) -> None:
    """Let an optional app answer for the classes of its platforms."""
    _apps.append(scores)


def of(*, section: Section | None) -> tuple[PlatformScores, PlatformGradebook] | None:
    """Return the class's gradebook in a platform and who answers for it; None without one."""
    if section is None:
        return None
    for app in _apps:
        found = app.gradebook(section=section)
        if found is not None:
            return app, found
    return None
