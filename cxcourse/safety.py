"""What a production site must not be started with."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured

DEVELOPMENT_SECRET_KEY = "insecure-development-key-never-use-it-in-production-0123456789"  # noqa: S105
SECRET_KEY_LENGTH = 50
SECRET_KEY_CHARACTERS = 5

Settings = Mapping[str, Any]


class Danger(NamedTuple):
    """One unsafe value: the variable, when it is unsafe, and what to do instead."""

    name: str
    is_present: Callable[[Settings], bool]
    advice: str


def _has_weak_key(settings: Settings) -> bool:
    key = settings["SECRET_KEY"]
    return (
        key == DEVELOPMENT_SECRET_KEY
        or key.startswith("django-insecure-")
        or len(key) < SECRET_KEY_LENGTH
        or len(set(key)) < SECRET_KEY_CHARACTERS
    )


def _has_open_hosts(settings: Settings) -> bool:
    hosts = settings["ALLOWED_HOSTS"]
    return not hosts or any(host.strip() in {"*", "."} for host in hosts)


def _loses_writes(settings: Settings) -> bool:
    engine: str = settings["DATABASES"]["default"]["ENGINE"]
    safe = {"NORMAL", "FULL", "EXTRA"}
    return engine.endswith("sqlite3") and settings["SQLITE_SYNCHRONOUS"] not in safe


def _has_process_cache(settings: Settings) -> bool:
    return _is_of_one_process(settings) and settings["WEB_CONCURRENCY"] > 1


def _has_sessions_of_one_process(settings: Settings) -> bool:
    return "cache" in settings["SESSION_ENGINE"] and _is_of_one_process(settings)


def _is_of_one_process(settings: Settings) -> bool:
    backend: str = settings["CACHES"]["default"]["BACKEND"]
    return backend.endswith(("LocMemCache", "DummyCache"))


REFUSED = (
    Danger("DEBUG", lambda settings: settings["DEBUG"], "must be off: error pages tell secrets"),
    Danger(
        "SECRET_KEY",
        _has_weak_key,
        f"must be a random text of at least {SECRET_KEY_LENGTH} characters that nobody knows",
    ),
    Danger("ALLOWED_HOSTS", _has_open_hosts, "must list the names of the site, without a wildcard"),
    Danger(
        "CSRF_TRUSTED_ORIGINS",
        lambda settings: any("*" in origin for origin in settings["CSRF_TRUSTED_ORIGINS"]),
        "must list origins without a wildcard",
    ),
    Danger(
        "SESSION_COOKIE_SECURE",
        lambda settings: not settings["SESSION_COOKIE_SECURE"],
        "must be on: the session would travel over plain HTTP",
    ),
    Danger(
        "CSRF_COOKIE_SECURE",
        lambda settings: not settings["CSRF_COOKIE_SECURE"],
        "must be on: the token would travel over plain HTTP",
    ),
    Danger(
        "SQLITE_SYNCHRONOUS",
        _loses_writes,
        "must be NORMAL, FULL or EXTRA: a power cut would lose what learners did",
    ),
    Danger(
        "SESSIONS",
        _has_sessions_of_one_process,
        "need a shared cache (CACHE_URL): a session that was ended in one process would go on in "
        "others",
    ),
)

WARNED = (
    Danger(
        "CACHE_URL",
        _has_process_cache,
        "gives each worker process a cache of its own, so that limits count per process; "
        "name a shared cache (redis://, dbcache://) or set WEB_CONCURRENCY=1",
    ),
    Danger(
        "TRUSTED_PROXIES",
        lambda settings: (
            "SECURE_PROXY_SSL_HEADER" in settings and not settings["COURSES_TRUSTED_PROXIES"]
        ),
        "is 0 although a proxy is trusted (TRUST_X_FORWARDED_PROTO): all visitors count as one "
        "address in limits and locks; set it to the number of proxies",
    ),
    Danger(
        "EMAIL_URL",
        lambda settings: not settings["EMAIL_URL"],
        "is not set: password resets cannot be sent",
    ),
)


def found_in(settings: Settings) -> list[Danger]:
    """Return every unsafe or doubtful value in these settings."""
    return [danger for danger in (*REFUSED, *WARNED) if danger.is_present(settings)]


def refuse_unsafe(settings: Settings) -> None:
    """Warn of doubtful values; raise `ImproperlyConfigured` that names every unsafe one at once."""
    for danger in WARNED:
        if danger.is_present(settings):
            warnings.warn(f"{danger.name} {danger.advice}.", RuntimeWarning, stacklevel=2)
    found = [f"  {item.name} {item.advice}." for item in REFUSED if item.is_present(settings)]
    if found:
        raise ImproperlyConfigured(
            "The production profile refuses to start with these settings:\n" + "\n".join(found)
        )
