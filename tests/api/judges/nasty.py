"""What breaks programs: edges of number types, texts that no column holds, bodies too large."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

NUMBERS = (
    *(0, -1, -(2**31) - 1, 2**15, 2**31 - 1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1),
    *(10**30, 10**400, 0.1, -0.0, 1e308, 5e-324, 0.12345678901234567),
)
WORDS = (
    *("", " ", "\0", "a\0b", "İ", "ı", "ß", "\u202e", "\ufeff", "\r\nX-Evil: 1", "é" * 300, "😀"),
    *("x" * 256, "x" * 100_000, "%00", "..", "' OR 1=1 --", "<script>", "{{ 7 * 7 }}", "${x}"),
    *("null", "true", "-1", "1e999", "NaN", "٣", "²", "2147483648", "9223372036854775808"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", "24:00"),
    *("2026-03-02", "2026-03-02T09:00:00", "00000000-0000-0000-0000-000000000000", "me", "admin"),
    *("http://127.0.0.1/", "https://[::1", "javascript:alert(1)", "//", "a@b", "a" * 81),
)
LONE = "\ud800"
"""Half a character: JSON can hold it, UTF-8 and databases cannot."""


def _deep(levels: int) -> Any:
    value: Any = {}
    for _level in range(levels):
        value = {"a": [value]}
    return value


STRUCTURES = (None, True, False, [], {}, [[]], [None], [{}], _deep(15), _deep(40), [0] * 5000)
VALUES = (*NUMBERS, *WORDS, LONE, f"a{LONE}b", *STRUCTURES)

RAW = (
    *(b"", b" ", b"{", b"null", b"[]", b"0", b'"x"', b"true", b"NaN", b'{"a": 1e999}'),
    *(
        b"\xff\xfe{",
        b"\xef\xbb\xbf{}",
        b'{"a": 1, "a": 2}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"\x80",
    ),
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b" " * 2 * 1024 * 1024,
    json.dumps({"first_name": "x" * 2 * 1024 * 1024}).encode(),
    "{}".encode("utf-16"),
)
"""Bodies as they arrive."""

IN_PATHS = tuple(word for word in WORDS if word not in ("", "..") and "/" not in word)
"""What does not lead to another operation."""

HEADERS = (
    *({"Idempotency-Key": key} for key in ("", "k", "x" * 80, "x" * 81, "\x7f", "é")),
    *({"If-Match": tag} for tag in ("", "*", '"x"', 'W/"x"', "x", '"', ",,", '"\xe9"')),
    *({"If-None-Match": tag} for tag in ("*", "", '"x"', "x" * 5000)),
    *({"Content-Type": kind} for kind in ("text/plain", "", "application/json; charset=utf-16")),
    *({"Content-Type": kind} for kind in ("multipart/form-data", "a/b/c", "application/xml")),
    *({"Accept": kind} for kind in ("text/html", "", "*/*;q=0", "application/xml", "x")),
    *({"Accept-Language": kind} for kind in ("de", "tr", "xx-XX", "*", "x" * 5000)),
    *({"X-Request-ID": name} for name in ("", "x" * 5000, "é", "a b")),
)


def spoil(value: Any, nasty: Any, at: int) -> Any:
    """The value with something nasty in one of its places; `at` names the place."""
    places = list(_places(value))
    place = places[at % len(places)]
    return _put(value, place, nasty)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    pairs = value.items() if isinstance(value, dict) else ()
    pairs = enumerate(value) if isinstance(value, list) else pairs
    for name, inner in pairs:
        yield from _places(inner, (*path, name))


def _put(value: Any, path: tuple[Any, ...], nasty: Any) -> Any:
    if not path:
        return nasty
    name, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[name] = _put(value[name], tuple(rest), nasty)
    return copy


def one(of: Sequence[Any]) -> st.SearchStrategy[Any]:
    """By its number: `sampled_from` would print the longest of them with every example."""
    return st.integers(0, len(of) - 1).map(lambda at: of[at])
