"""A thread-safe cache of a bounded number of values; the least recently used goes first.

`functools.lru_cache` takes the arguments themselves as the key; here the caller names the key.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LRUCache(Generic[K, V]):
    """Holds `max_size` values in one process. A key names all that decides its value."""

    def __init__(self, max_size: int) -> None:
        self.max_size = max_size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    def clear(self) -> None:
        """Remove all values."""
        with self._lock:
            self._values.clear()

    def get_or_create(self, key: K, create: Callable[[], V]) -> V:
        """Return the cached value of the key, or create and cache it. Callers must not change it.

        Two callers at the same moment may both create it. What `create` raises is not cached.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        # Without the lock: creating may take long, and may ask this cache for other keys.
        value = create()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self.max_size:
                self._values.popitem(last=False)
        return value
