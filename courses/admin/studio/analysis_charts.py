"""Where the parts of the drawings of item analysis stand; templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.domain.analysis.choices import NOTHING, OptionRow

LEFT, TOP, WIDTH, HEIGHT = 42, 12, 216, 160
"""Pixels of the field in which lines are drawn."""
LABEL, LINE = 8, 15
"""Pixels between the last point and its label, and between two labels."""
BAR, BAR_HEIGHT = 40, 120


@dataclass(frozen=True)
class Point:
    x: int
    y: int


@dataclass(frozen=True)
class OptionLine:
    """An option: its points, one a third, and its label at the end."""

    label: str
    kind: str
    """"key", "high" for the one that is suspected, or "other"."""
    points: tuple[Point, ...]
    label_y: int

    @property
    def path(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)


class OptionChart:
    """Which share of each third chose which option."""

    left, top, right, bottom = LEFT, TOP, LEFT + WIDTH, TOP + HEIGHT
    width, height = 400, TOP + HEIGHT + 40
    label_x = LEFT + WIDTH + LABEL

    def __init__(
        self,
        rows: Sequence[OptionRow],
        thirds: tuple[int, int, int],
        labels: dict[str, str],
        kinds: dict[str, str],
    ) -> None:
        self.grid = [(share, TOP + HEIGHT * (100 - share) // 100) for share in (0, 25, 50, 75, 100)]
        self.columns = [
            (LEFT + WIDTH * (2 * place + 1) // 6, size) for place, size in enumerate(thirds)
        ]
        drawn = [
            (row, [_share(count, size) for count, size in zip(row.thirds, thirds, strict=True)])
            for row in rows
            if row.key != NOTHING
        ]
        ends = _apart([TOP + HEIGHT - round(HEIGHT * shares[-1]) + 4 for _row, shares in drawn])
        # The key and the suspected option are drawn last, above the others.
        order = {"other": 0, "key": 1, "high": 2}
        self.lines = sorted(
            (
                OptionLine(
                    f"{labels[row.key]} {round(100 * shares[-1])}%",
                    kinds.get(row.key, "other"),
                    tuple(
                        Point(x, TOP + HEIGHT - round(HEIGHT * share))
                        for (x, _size), share in zip(self.columns, shares, strict=True)
                    ),
                    end,
                )
                for (row, shares), end in zip(drawn, ends, strict=True)
            ),
            key=lambda line: order[line.kind],
        )


@dataclass(frozen=True)
class CountBar:
    """A bar of the distribution: from how many per cent on, and how many attempts."""

    x: int
    y: int
    height: int
    start: int
    end: int
    count: int

    @property
    def middle(self) -> int:
        return self.x + (BAR - 4) // 2


class DistributionChart:
    """How many attempts earned how many per cent, and where the pass mark is."""

    bar_width = BAR - 4
    base = TOP + 8 + BAR_HEIGHT

    def __init__(self, counts: Sequence[int], pass_mark: float | None) -> None:
        most = max(counts, default=0) or 1
        step = 100 // len(counts)
        self.width, self.height = BAR * len(counts) + 24, self.base + 24
        self.bars = [
            CountBar(
                12 + BAR * place,
                self.base - (BAR_HEIGHT * count // most if count else 0),
                BAR_HEIGHT * count // most,
                step * place,
                step * (place + 1),
                count,
            )
            for place, count in enumerate(counts)
        ]
        self.mark_x = None if pass_mark is None else 10 + round(BAR * len(counts) * pass_mark / 100)


def _share(count: int, size: int) -> float:
    return count / size if size else 0.0


def _apart(heights: list[int]) -> list[int]:
    """Return the heights of labels, moved so far that none covers another."""
    found = list(heights)
    below: int | None = None
    for place in sorted(range(len(heights)), key=lambda one: heights[one]):
        if below is not None and found[place] < below + LINE:
            found[place] = below + LINE
        below = found[place]
    excess = max(0, (below or 0) - (TOP + HEIGHT + 6))
    return [height - excess for height in found] if excess else found
