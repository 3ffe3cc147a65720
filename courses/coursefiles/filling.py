"""Fill the draws of a quiz so that no two questions that are enemies meet in one attempt. Pure.

Two questions are enemies when one gives the other away. It is enough that one names the
other.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Enemies = Mapping[str, frozenset[str]]
"""The key of a question → the keys of its enemies."""

MOST_STEPS = 20_000
"""After so many tries a bank is taken for one that cannot fill the draws."""


@dataclass(frozen=True)
class Draw:
    """How many questions are wanted, and the keys of those that fit, the preferred ones first."""

    count: int
    candidates: Sequence[str]


@dataclass(frozen=True)
class Filling:
    """The keys for each draw; or the index of a draw that cannot be filled with the others."""

    chosen: list[list[str]]
    short: int | None = None


def enemies(named: Iterable[tuple[str, Iterable[str]]]) -> dict[str, frozenset[str]]:
    """Return question → its enemies, from the keys that each question names."""
    found: dict[str, set[str]] = {}
    for key, others in named:
        for other in others:
            if other != key:
                found.setdefault(key, set()).add(other)
                found.setdefault(other, set()).add(key)
    return {key: frozenset(others) for key, others in found.items()}


def clashes(keys: Sequence[str], known: Enemies) -> Iterator[tuple[int, str, str]]:
    """Yield (index, key, earlier key) of each question whose enemy comes before it."""
    for index, key in enumerate(keys):
        for earlier in keys[:index]:
            if earlier in known.get(key, ()):
                yield index, key, earlier


def fill(draws: Sequence[Draw], *, fixed: Iterable[str], known: Enemies) -> Filling:
    """Return the first way to fill all draws in order of preference. The quiz holds `fixed` anyway.

    Looks ahead: what leaves another draw with too few questions is not taken.
    """
    search = _Search(draws, known)
    for key in fixed:
        search.take(key)
    if not search.is_possible():
        return Filling([], search.first_short())
    stack: list[tuple[int, int]] = []
    place, start, deepest = 0, 0, 0
    for _step in range(MOST_STEPS + sum(draw.count for draw in draws)):
        while place < len(draws) and search.left[place] == 0:
            place, start = place + 1, 0
        if place == len(draws):
            return Filling(_chosen(draws, stack))
        deepest = max(deepest, place)
        found = search.next(place, start)
        if found is not None:
            stack.append((place, found))
            start = found + 1
        elif stack:
            place, last = stack.pop()
            search.release(place, last)
            start = last + 1
        else:
            break
    return Filling([], deepest)


def _chosen(draws: Sequence[Draw], stack: Iterable[tuple[int, int]]) -> list[list[str]]:
    chosen: list[list[str]] = [[] for _draw in draws]
    for place, index in stack:
        chosen[place].append(draws[place].candidates[index])
    return chosen


@dataclass
class _Search:
    """What is taken so far, and how many questions each draw could still take."""

    draws: Sequence[Draw]
    known: Enemies
    left: list[int] = field(init=False)
    free: list[int] = field(init=False)
    blocked: Counter[str] = field(default_factory=Counter)
    homes: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.left = [draw.count for draw in self.draws]
        self.free = [len(draw.candidates) for draw in self.draws]
        for place, draw in enumerate(self.draws):
            for key in draw.candidates:
                self.homes.setdefault(key, []).append(place)

    def next(self, place: int, start: int) -> int | None:
        """Take the next question for a draw that leaves enough for all; return None without one."""
        candidates = self.draws[place].candidates
        self.left[place] -= 1
        for index in range(start, len(candidates)):
            key = candidates[index]
            if self.blocked[key]:
                continue
            self.take(key)
            if self.is_possible():
                return index
            self._change(key, -1)
        self.left[place] += 1
        return None

    def take(self, key: str) -> None:
        self._change(key, 1)

    def release(self, place: int, index: int) -> None:
        self.left[place] += 1
        self._change(self.draws[place].candidates[index], -1)

    def is_possible(self) -> bool:
        return all(left <= free for left, free in zip(self.left, self.free, strict=True))

    def first_short(self) -> int:
        """Return the first draw with too few questions."""
        pairs = enumerate(zip(self.left, self.free, strict=True))
        return next(place for place, (left, free) in pairs if left > free)

    def _change(self, key: str, by: int) -> None:
        """Block a question and its enemies once more, or once less."""
        for one in (key, *self.known.get(key, ())):
            was_free = not self.blocked[one]
            self.blocked[one] += by
            if was_free != (not self.blocked[one]):
                for place in self.homes.get(one, ()):
                    self.free[place] -= by
