"""A thread-safe cache of a bounded number of values; the least recently used goes first.

`functools.lru_cache` takes the arguments themselves as the key; here the caller names the key.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class CacheCounts:
    """How often a cache of this process had a value, and how many it holds."""

    name: str
    hits: int
    misses: int
    size: int


_caches: "WeakSet[LRUCache[Any, Any]]" = WeakSet()
_functions: dict[str, Any] = {}


def reported(name: str) -> Callable[[F], F]:
    """Return a decorator for a function with `functools.lru_cache`, to list it in `counts`."""

    def add(function: F) -> F:
        _functions[name] = function
        return function

    return add


def counts() -> list[CacheCounts]:
    """Return the counts of every named cache of this process, sorted by name."""
    found = [CacheCounts(one.name, one.hits, one.misses, len(one)) for one in _caches]
    for name, function in _functions.items():
        info = function.cache_info()
        found.append(CacheCounts(name, info.hits, info.misses, info.currsize))
    return sorted(found, key=lambda one: one.name)


class LRUCache(Generic[K, V]):
    """Holds `max_size` values in one process. A key names all that decides its value.

    `hits` and `misses` count how often a value was there, under the `name` that metrics report.
    """

    def __init__(self, max_size: int, *, name: str) -> None:
        self.name = name
        self.max_size = max_size
        self.hits = 0
        self.misses = 0
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()
        _caches.add(self)

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
                self.hits += 1
                return self._values[key]
            self.misses += 1
        # Without the lock: creating may take long, and may ask this cache for other keys.
        value = create()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self.max_size:
                self._values.popitem(last=False)
        return value

    def get_or_create_many(
        self, keys: Collection[K], create: Callable[[list[K]], Mapping[K, V]]
    ) -> dict[K, V]:
        """Return the values of the keys; `create` gets those that are not cached, all at once."""
        with self._lock:
            found = {key: self._values[key] for key in keys if key in self._values}
            for key in found:
                self._values.move_to_end(key)
            missing = [key for key in dict.fromkeys(keys) if key not in found]
            self.hits += len(found)
            self.misses += len(missing)
        if not missing:
            return found
        made = create(missing)
        with self._lock:
            self._values.update(made)
            while len(self._values) > self.max_size:
                self._values.popitem(last=False)
        return {**found, **made}
