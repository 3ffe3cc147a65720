"""How the site names its static files."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Content-hashed, compressed files; `import` between ES modules follows the hashed names."""

    support_js_module_import_aggregation = True
