"""Addresses of static files are worked out once."""

from pathlib import Path
from typing import Any

from django.urls import set_script_prefix

from cxcourse.static import HashedStaticStorage


def test_address_is_kept_once_for_all_frames(settings: Any, tmp_path: Path) -> None:
    storage = HashedStaticStorage(location=str(tmp_path))
    storage.hashed_files = {"a.js": "a.1234.js"}
    try:
        for prefix in ("/", "/embed/one/", "/embed/two/"):
            set_script_prefix(prefix)
            assert storage.url("a.js") == f"{settings.STATIC_URL}a.1234.js"
    finally:
        set_script_prefix("/")
    assert len(storage._urls) == 1
