"""System checks of the project around: what the courses cannot work with is refused at start-up."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DEFAULT_DB_ALIAS, router
from django.template.loader import get_template
from django.urls import URLResolver, get_resolver

import courses
from courses.conf import settings as courses_settings

_MESSAGES = "django.contrib.messages"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_ICON = re.compile(r"(maskable-|apple-)?[1-9][0-9]{1,3}")


@register("cx_courses")
def package(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Refuse a package `courses` that ours hides; one that hides ours keeps this from running."""
    ours = Path(courses.__file__).resolve().parent
    for folder in dict.fromkeys(Path(entry or ".").resolve() for entry in sys.path):
        other = folder / "courses"
        if other != ours and (other / "__init__.py").is_file():
            yield Error(
                f"Python finds only one of the packages named courses: {ours} hides {other}.",
                hint="Move yours into another package: an app label `courses` is free.",
                id="cx_courses.E010",
            )


@register("cx_courses")
def time_zones(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that times have a zone: deadlines would move with every clock change."""
    if not settings.USE_TZ:
        text = "The courses need times with a time zone."
        yield Error(text, hint="Set USE_TZ = True.", id="cx_courses.E011")


@register("cx_courses", Tags.urls)
def prefix(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that the addresses before those of the courses have no argument."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return
    for resolvers in _ways_to_the_courses(get_resolver()):
        if any(one.pattern.regex.groups for one in resolvers):
            route = "".join(str(one.pattern) for one in resolvers)
            yield Error(
                f"The courses cannot live under an address with an argument: {route!r}.",
                hint="Include courses.urls under a fixed prefix.",
                id="cx_courses.E012",
            )


def _ways_to_the_courses(resolver: URLResolver) -> Iterator[list[URLResolver]]:
    for inner in resolver.url_patterns:
        if not isinstance(inner, URLResolver):
            continue
        if inner.app_name == "cx_courses":
            yield [inner]
        else:
            yield from ([inner, *rest] for rest in _ways_to_the_courses(inner))


@register("cx_courses")
def messages(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that Django's messages are installed: pages report with them what was done."""
    middleware = f"{_MESSAGES}.middleware.MessageMiddleware"
    if not apps.is_installed(_MESSAGES) or middleware not in settings.MIDDLEWARE:
        yield Error(
            "The courses need Django's messages.",
            hint=f"List {_MESSAGES!r} in INSTALLED_APPS and {middleware!r} in MIDDLEWARE.",
            id="cx_courses.E013",
        )


@register("cx_courses")
def base_template(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that the template around the pages can be loaded."""
    try:
        get_template(courses_settings.BASE_TEMPLATE)
    except Exception as error:  # missing or broken; the message names the reason
        text = f"COURSES_BASE_TEMPLATE cannot be used: {error}"
        yield Error(text, hint="Name a template that can be loaded.", id="cx_courses.E015")


@register("cx_courses")
def try_it(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Let people call the API from a page only if its files are installed."""
    audience = courses_settings.API_TRY_IT
    if audience not in (None, "signed_in", "everybody"):
        text = f"COURSES_API_TRY_IT is {audience!r}."
        hint = 'Set it to None, "signed_in" or "everybody".'
        yield Error(text, hint=hint, id="cx_courses.E016")
    elif audience and not apps.is_installed("drf_spectacular_sidecar"):
        text = "COURSES_API_TRY_IT needs the files of drf_spectacular_sidecar."
        hint = "Install cx-course[docs] and list 'drf_spectacular_sidecar' in INSTALLED_APPS."
        yield Error(text, hint=hint, id="cx_courses.E016")


@register("cx_courses")
def app(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check what the pages need to be installed as an app, and the switch for it."""
    if not isinstance(courses_settings.OFFLINE, bool):
        text = f"COURSES_OFFLINE is {courses_settings.OFFLINE!r}."
        yield Error(text, hint="Set it to True or False.", id="cx_courses.E017")
    colours = courses_settings.APP_COLOURS
    is_mapping = isinstance(colours, dict) and set(colours) == {"theme", "background"}
    if not (is_mapping and all(_COLOUR.fullmatch(str(one)) for one in colours.values())):
        hint = 'Set {"theme": "#rrggbb", "background": "#rrggbb"}.'
        yield Error(f"COURSES_APP_COLOURS is {colours!r}.", hint=hint, id="cx_courses.E017")
    icons = courses_settings.APP_ICONS
    if not isinstance(icons, dict):
        hint = 'Set {"192": "a/static/path.png", …}.'
        yield Error(f"COURSES_APP_ICONS is {icons!r}.", hint=hint, id="cx_courses.E017")
        return
    for kind, path in icons.items():
        if not _ICON.fullmatch(str(kind)):
            hint = 'Name an icon by its pixels: "192", "maskable-512", "apple-180".'
            text = f"COURSES_APP_ICONS names an icon {kind!r}."
            yield Error(text, hint=hint, id="cx_courses.E017")
        elif apps.is_installed("django.contrib.staticfiles") and not finders.find(path):
            text = f"The icon {path!r} of COURSES_APP_ICONS is not among the static files."
            yield Error(text, hint="Correct the path.", id="cx_courses.E017")


@register("cx_courses")
def databases(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that records, users and locks are in one database, read where it is written."""
    models = [*apps.get_app_config("cx_courses").get_models(), get_user_model()]
    found = {db(model) for model in models for db in (router.db_for_read, router.db_for_write)}
    if others := sorted(found - {DEFAULT_DB_ALIAS}):
        yield Error(
            f"The courses and their users need the database 'default', not {', '.join(others)}.",
            hint="Let DATABASE_ROUTERS leave the app label cx_courses and the user model alone.",
            id="cx_courses.E014",
        )
