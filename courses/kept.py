"""What is worked out once in a process and kept: so many, the least recently used goes first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """`most` values by keys that name all that decides them, so that nothing is ever stale."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._rows: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._rows)

    def clear(self) -> None:
        self._rows.clear()

    def once(self, key: K, make: Callable[[], V]) -> V:
        """What `make` made when this key was first asked for; to read and not to change.

        Two who ask at the same moment may both make it. What `make` raises is not kept.
        """
        with self._lock:
            if key in self._rows:
                self._rows.move_to_end(key)
                return self._rows[key]
        made = make()
        with self._lock:
            self._rows[key] = made
            while len(self._rows) > self.most:
                self._rows.popitem(last=False)
        return made
