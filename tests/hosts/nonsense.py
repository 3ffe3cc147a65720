"""Values that spoil answers, for every key of REST_FRAMEWORK and SPECTACULAR_SETTINGS."""

from collections.abc import Iterable, Mapping
from typing import Any

from drf_spectacular import settings as spectacular
from rest_framework import settings as framework

BROKEN = "host.nonsense.Broken"
MODULE = '''
class Broken:
    """Whatever is done with it fails."""

    def __init__(self, *args, **kwargs):
        raise RuntimeError("The host's own setting was used.")
'''
_BY_NAME = {
    "DEFAULT_VERSIONING_CLASS": BROKEN,
    "DEFAULT_PAGINATION_CLASS": BROKEN,
    "UNAUTHENTICATED_TOKEN": BROKEN,
    "ALLOWED_VERSIONS": ["nonsense"],
    "NUM_PROXIES": 7,
    "PAGE_SIZE": 1,
}


def _spoilt(name: str, value: Any, imported: Iterable[str]) -> Any:
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name in imported:
        return [BROKEN] if isinstance(value, list | tuple) else BROKEN
    if isinstance(value, bool):
        return not value
    kinds = {int: 1, list: ["%d nonsense"], dict: {"nonsense": "nonsense"}}
    return kinds.get(type(value), "nonsense")


def rest_framework() -> dict[str, Any]:
    """A REST_FRAMEWORK in which every key that the library knows is set."""
    return _all(framework.DEFAULTS, framework.IMPORT_STRINGS)


def drf_spectacular() -> dict[str, Any]:
    """A SPECTACULAR_SETTINGS in which every key that the library knows is set."""
    return _all(spectacular.SPECTACULAR_DEFAULTS, spectacular.IMPORT_STRINGS)


def _all(defaults: Mapping[str, Any], imported: Iterable[str]) -> dict[str, Any]:
    return {name: _spoilt(name, value, imported) for name, value in defaults.items()}


SETTINGS = (
    f"\nREST_FRAMEWORK = {rest_framework()!r}\nSPECTACULAR_SETTINGS = {drf_spectacular()!r}\n"
)
FILES = {"host/nonsense.py": MODULE}
