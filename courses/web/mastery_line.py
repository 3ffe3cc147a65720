"""The small drawing of an objective over time: a line through the days with a response."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.domain.mastery_days import MasteryDay
from courses.domain.review import MASTERED

WIDTH, HEIGHT, EDGE = 160, 40, 5


@dataclass(frozen=True)
class MasteryLine:
    """Days from left to right as they are apart, and the share of the points upwards."""

    days: Sequence[MasteryDay]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def is_drawn(self) -> bool:
        """One day is no line."""
        return len(self.days) > 1

    @property
    def places(self) -> list[tuple[int, int]]:
        """Where each day is."""
        first = self.days[0].day
        whole = max(1, (self.days[-1].day - first).days)
        wide = WIDTH - 2 * EDGE
        return [
            (EDGE + round(wide * (one.day - first).days / whole), _height(float(one.share)))
            for one in self.days
        ]

    @property
    def points(self) -> str:
        """The places as the attribute of a polyline."""
        return " ".join(f"{x},{y}" for x, y in self.places)

    @property
    def mark(self) -> int:
        """How high the share is that counts as mastered."""
        return _height(float(MASTERED))


def _height(share: float) -> int:
    return EDGE + round((HEIGHT - 2 * EDGE) * (1 - share))
