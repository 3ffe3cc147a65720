"""What every test gets: no network beyond this machine, no cache or language left by another."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils import timezone, translation


@pytest.fixture(autouse=True)
def _clean_slate() -> Iterator[None]:
    with translation.override("en"), timezone.override("UTC"):
        yield
    cache.clear()
