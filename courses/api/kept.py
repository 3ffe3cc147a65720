"""Answers that only the content of a course decides, worked out once in a process."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

MOST = 128
"""Answers kept, the least recently used goes first: a course with its lessons is some forty."""

_kept: "OrderedDict[str, Any]" = OrderedDict()
_lock = Lock()


def once(etag: str, build: Callable[[], Any]) -> Any:
    """What `build` made when this strong ETag was first asked for; to read and not to change.

    An ETag names the revision of the course and the whole address, so what it stands for is over
    when anything changes. What `build` raises is not kept.
    """
    with _lock:
        if etag in _kept:
            _kept.move_to_end(etag)
            return _kept[etag]
    made = build()
    with _lock:
        _kept[etag] = made
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return made
