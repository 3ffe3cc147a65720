"""How the site names its static files."""

from typing import Any

from django.urls import get_script_prefix
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Content-hashed, compressed files; `import` between ES modules follows the hashed names."""

    support_js_module_import_aggregation = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._urls: dict[tuple[str, str], str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """Return the address of a file. While the site runs, the list of names does not change."""
        if force:
            return str(super().url(name, force))
        key = (get_script_prefix(), name)
        if key not in self._urls:
            self._urls[key] = super().url(name)
        return self._urls[key]
