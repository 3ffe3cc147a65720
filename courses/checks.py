"""System checks of the app's settings and of what they list."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.shortcuts import resolve_url
from django.template.loader import get_template
from django.urls import NoReverseMatch
from django.utils.module_loading import import_string

from courses import figures, file_store, mail, users
from courses.conf import settings
from courses.coursefiles.file_kinds import DEFAULT_LIMITS
from courses.questions import registry
from courses.questions.responses import ANYTHING

_ORIGIN = re.compile(r"https?://[^/?#\s@]+/?")
_LARGEST_MIB = 4096
_LIMITS = f"Name the MiB of some of: {', '.join(DEFAULT_LIMITS)}."


@register("cx_courses")
def question_types(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that every listed type can be imported, has its own key and a template."""
    try:
        types = [import_string(path)() for path in settings.QUESTION_TYPES]
    except Exception as error:  # whatever the host's module raises is the message
        hint = "Correct the dotted paths in COURSES_QUESTION_TYPES."
        return [
            Error(f"A question type cannot be loaded: {error}", hint=hint, id="cx_courses.E001")
        ]
    if len({one.key for one in types}) < len(types):
        return [Error("Two question types have the same key.", id="cx_courses.E002")]
    return [
        message
        for one in registry.all_types().values()
        for message in (*_template(one), *_response_schema(one))
    ]


def _template(question_type: Any) -> Iterable[CheckMessage]:
    try:
        get_template(question_type.template)
    except Exception as error:  # missing or broken; the message names the reason
        text = f"The template of question type {question_type.key!r} cannot be used: {error}"
        yield Error(text, id="cx_courses.E003")


def _response_schema(question_type: Any) -> Iterable[CheckMessage]:
    if question_type.response_schema is ANYTHING:
        yield Warning(
            f"The question type {question_type.key!r} does not declare what a response looks like.",
            hint="Set `response_schema` with courses.questions.responses.response_of.",
            id="cx_courses.W020",
        )


@register("cx_courses")
def subscribers(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that every subscriber of events can be imported."""
    for name, path in settings.SUBSCRIBERS.items():
        try:
            import_string(path)
        except Exception as error:  # whatever the host's module raises is the message
            text = f"The event subscriber {name!r} cannot be loaded: {error}"
            yield Error(text, id="cx_courses.E004")


@register("cx_courses")
def view_sets(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that every view set of the API names its scopes and filters its rows by the caller."""
    router = import_string("courses.api.urls.router")  # late: the API is loaded with the URLs
    faults = import_string("courses.api.viewsets.faults")
    return [error for _prefix, one, _name in router.registry for error in faults(one)]


@register("cx_courses")
def live_figures(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that every live figure has a name that a lesson can write, and a module to serve."""
    for key, path in figures.modules().items():
        if not figures.KEY.fullmatch(key):
            hint = "Use a–z, 0–9 and “-” in the keys of COURSES_FIGURES."
            yield Error(f"No lesson can name the figure {key!r}.", hint=hint, id="cx_courses.E005")
        elif apps.is_installed("django.contrib.staticfiles") and not finders.find(path):
            text = f"The module {path!r} of the figure {key!r} is not among the static files."
            yield Error(text, id="cx_courses.E006")


@register("cx_courses", Tags.database)
def oauth_clients(databases: Sequence[str] | None = None, **_kwargs: Any) -> Iterable[CheckMessage]:
    """Warn of OAuth clients where the toolkit is not installed: they cannot get a token."""
    if databases and not apps.is_installed("oauth2_provider") and _has_oauth_clients():
        yield Warning(
            "There are OAuth clients, but django-oauth-toolkit is not in INSTALLED_APPS.",
            hint="Install it (cx-course[oauth]) or revoke these clients.",
            id="cx_courses.W003",
        )


def _has_oauth_clients() -> bool:
    rows = apps.get_model("cx_courses", "ApiKey").objects.filter(kind="oauth", revoked_at=None)
    try:
        return bool(rows.exists())
    except DatabaseError:  # not migrated yet
        return False


@register("cx_courses")
def sqlite(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that SQLite begins transactions IMMEDIATE: otherwise it loses simultaneous writes."""
    connection = connections[DEFAULT_DB_ALIAS]
    options = connection.settings_dict.get("OPTIONS") or {}
    if connection.vendor == "sqlite" and options.get("transaction_mode") != "IMMEDIATE":
        yield Warning(
            "The SQLite database 'default' refuses some simultaneous writes.",
            hint='Set OPTIONS["transaction_mode"] = "IMMEDIATE" and journal_mode=WAL.',
            id="cx_courses.W001",
        )


@register("cx_courses")
def accounts(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that somebody keeps the accounts, and that LOGIN_URL names a page."""
    if settings.ACCOUNTS not in ("host", "own"):
        text = f"COURSES_ACCOUNTS is {settings.ACCOUNTS!r}."
        yield Error(text, hint='Set it to "host" or "own".', id="cx_courses.E009")
    for name, value in (
        ("LOGIN_URL", django_settings.LOGIN_URL),
        ("COURSES_SIGN_OUT_URL", settings.SIGN_OUT_URL or "/"),
    ):
        try:
            resolve_url(value)
        except NoReverseMatch:
            text = f"{name} names no page of this project: {value!r}."
            yield Error(text, hint="Set it to a path or a URL name.", id="cx_courses.E009")


@register("cx_courses")
def user_adapter(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that accounts of platforms' learners can be made, by the host's adapter or ours."""
    hint = "Name a subclass of courses.users.UserAdapter in COURSES_USER_ADAPTER."
    try:
        adapter = import_string(settings.USER_ADAPTER)
    except Exception as error:  # whatever the host's module raises is the message
        text = f"COURSES_USER_ADAPTER cannot be loaded: {error}"
        yield Error(text, hint=hint, id="cx_courses.E007")
        return
    if not (isinstance(adapter, type) and issubclass(adapter, users.UserAdapter)):
        text = f"COURSES_USER_ADAPTER is no adapter: {adapter!r}"
        yield Error(text, hint=hint, id="cx_courses.E007")
        return
    reason = users.unserved() if adapter.make is users.UserAdapter.make else ""
    if reason:
        yield Error(reason, hint=hint, id="cx_courses.E008")


@register("cx_courses")
def file_limits(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check the sizes that files of courses may have."""
    given = settings.FILE_LIMITS
    if not isinstance(given, dict):
        yield Error(f"COURSES_FILE_LIMITS is {given!r}.", hint=_LIMITS, id="cx_courses.E021")
        return
    for name in sorted(set(given) - set(DEFAULT_LIMITS), key=str):
        text = f"COURSES_FILE_LIMITS names {name!r}, which is no kind of file."
        yield Error(text, hint=_LIMITS, id="cx_courses.E021")
    sizes = {f"COURSES_FILE_LIMITS[{name!r}]": size for name, size in given.items()}
    for name, size in {**sizes, "COURSES_COURSE_FILES_LIMIT": settings.COURSE_FILES_LIMIT}.items():
        is_number = isinstance(size, int | float) and not isinstance(size, bool)
        if not (is_number and 0 < size <= _LARGEST_MIB):
            text = f"{name} is {size!r}."
            hint = f"Use a number of MiB above 0, at most {_LARGEST_MIB}."
            yield Error(text, hint=hint, id="cx_courses.E021")


@register("cx_courses")
def file_storage(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that the storage of the courses' files can be used."""
    try:
        file_store.storage()
    except Exception as error:  # whatever the host's backend raises is the message
        text = f"The storage of the courses' files cannot be used: {error}"
        yield Error(text, hint='Correct STORAGES["courses"].', id="cx_courses.E022")


@register("cx_courses")
def public_url(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Check that the site's own address is one: mails, calendars and certificates lead there."""
    url = settings.PUBLIC_URL
    if url and not _ORIGIN.fullmatch(str(url)):
        text = f"COURSES_PUBLIC_URL is {url!r}."
        hint = 'Write scheme and host alone, as in "https://learn.example.org".'
        yield Error(text, hint=hint, id="cx_courses.E023")


@register("cx_courses", deploy=True)
def mails_have_addresses(**_kwargs: Any) -> Iterable[CheckMessage]:
    """Warn where mails about learning are wanted and cannot say where the site is."""
    if settings.LEARNING_MAILS and mail.is_configured() and not settings.PUBLIC_URL:
        yield Warning(
            "Mails about learning are not sent: nothing says where the site is.",
            hint="Set COURSES_PUBLIC_URL, or COURSES_LEARNING_MAILS to False.",
            id="cx_courses.W024",
        )
