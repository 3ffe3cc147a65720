"""What every worker of the web server will need, read before the workers are forked."""

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.template import engines
from django.template.exceptions import TemplateDoesNotExist, TemplateSyntaxError
from django.urls import URLResolver, get_resolver
from django.utils import translation

from courses.questions import registry

FOLDERS = ("cx_courses",)
"""The templates of learners' pages; those of the admin are read when somebody works there."""


def preload() -> None:
    """Import the views, read translations, types and templates. Opens no connection."""
    resolver = get_resolver()
    _import(resolver.url_patterns)
    registry.all_types()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Sign in")
            resolver.reverse_dict  # noqa: B018 - reading it makes it
    for engine in engines.all():
        for name in _template_names(engine.template_dirs):
            # A template of an app that is not installed here may need tags that are not there.
            try:
                engine.get_template(name)
            except (TemplateDoesNotExist, TemplateSyntaxError):
                continue


def _import(patterns: Iterable[object]) -> None:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            _import(pattern.url_patterns)


def _template_names(folders: Iterable[Path | str]) -> list[str]:
    """Return the names of the templates in these folders."""
    found = set()
    for folder in map(Path, folders):
        for name in FOLDERS:
            paths = (folder / name).rglob("*.html")
            found |= {path.relative_to(folder).as_posix() for path in paths}
    return sorted(found)
