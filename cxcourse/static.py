"""How the site names its static files, and joins its scripts."""

from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from cxcourse import js_bundles

SHARED = (
    "cx_courses/js/shell.js",
    "cx_courses/js/attempt/questions.js",
    "cx_courses/js/figures/parts.js",
)
"""Scripts that pages load beside others which import them, and that hold something."""


class HashedStaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Content-hashed, compressed files; `import` between ES modules follows the hashed names.

    Under its hashed name a script of the courses has inside what only it imports.
    """

    support_js_module_import_aggregation = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._urls: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """Return the address of a file. While the site runs, the list of names does not change."""
        if force:
            return str(super().url(name, force))
        if name not in self._urls:
            self._urls[name] = super().url(name)
        return self._urls[name]

    def post_process(self, paths: dict[str, Any], **options: Any) -> Iterator[Any]:
        """Hash and compress the collected files, scripts after they were joined."""
        scripts = {name.replace("\\", "/"): name for name in paths if _is_ours(name)}
        made, kept = joined(paths, scripts), InMemoryStorage()
        for name, text in made.items():
            kept.save(name, ContentFile(text.encode()))
        replaced = {scripts[name]: (kept, name) for name in made}
        yield from super().post_process({**paths, **replaced}, **options)


def joined(paths: dict[str, Any], scripts: dict[str, str]) -> dict[str, str]:
    """Return the text of each script that is joined with others, by its name."""
    sources = {}
    for name, key in scripts.items():
        storage, path = paths[key]
        with storage.open(path) as file:
            sources[name] = file.read().decode()
    return js_bundles.joined(sources, shared=SHARED)


def _is_ours(name: str) -> bool:
    return name.replace("\\", "/").startswith("cx_courses/js/") and name.endswith(".js")
