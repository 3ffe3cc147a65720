"""The environment's variables in the form of Django's settings."""

from pathlib import Path
from typing import Any, Literal, get_args

import django
import environ
from django.core.exceptions import ImproperlyConfigured

Profile = Literal["development", "production", "test"]
PROFILES: tuple[Profile, ...] = get_args(Profile)

# django-environ would hand these schemes to third-party back ends; Django has its own.
REDIS_SCHEMES = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss"}

SESSION_ENGINES = {
    "database": "cxcourse.sessions",
    # Read from the cache, kept in the database.
    "cached": "django.contrib.sessions.backends.cached_db",
    "cache": "django.contrib.sessions.backends.cache",
}

# A learner's answer is several short writes: wait for the writer before us rather than fail.
SQLITE_TIMEOUT_SECONDS = 20
SQLITE_JOURNAL_BYTES = 64 * 1024 * 1024

# Django 6.1 gathers the e-mail settings in MAILERS; these are the names they have there.
MAILER_OPTIONS = {
    "EMAIL_FILE_PATH": "file_path",
    "EMAIL_HOST": "host",
    "EMAIL_HOST_PASSWORD": "password",
    "EMAIL_HOST_USER": "username",
    "EMAIL_PORT": "port",
    "EMAIL_USE_SSL": "use_ssl",
    "EMAIL_USE_TLS": "use_tls",
}


def read_environment(env_file: Path) -> environ.FileAwareEnv:
    """Return the environment, completed (never overridden) by `env_file`.

    `NAME_FILE` may name a file with the value of `NAME`.

    Tests read no file: they mean the same on every machine.
    """
    env = environ.FileAwareEnv()
    if env_file.is_file() and env.str("CXCOURSE_PROFILE", default="") != "test":
        env.read_env(str(env_file))
    return env


def profile(env: environ.Env) -> Profile:
    """Return which of the three sets of defaults applies."""
    name = env.str("CXCOURSE_PROFILE", default="development")
    for known in PROFILES:
        if name == known:
            return known
    raise ImproperlyConfigured(
        f"CXCOURSE_PROFILE is {name!r}; it must be one of {', '.join(PROFILES)}."
    )


def database(env: environ.Env, *, default_path: Path, synchronous: str) -> dict[str, Any]:
    """Return one entry of `DATABASES`, tuned for the engine of `DATABASE_URL`."""
    url = env.str("DATABASE_URL", default="")
    config: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(default_path)}
    if url:
        config = env.db_url_config(url)
    if config["ENGINE"].endswith("sqlite3"):
        return config | _sqlite(synchronous)
    if config["ENGINE"].endswith("postgresql"):
        return _postgresql(env, config)
    return config


def _sqlite(synchronous: str) -> dict[str, Any]:
    pragmas = (
        "PRAGMA journal_mode=WAL",
        f"PRAGMA synchronous={synchronous}",
        f"PRAGMA journal_size_limit={SQLITE_JOURNAL_BYTES}",
        "PRAGMA temp_store=MEMORY",
    )
    return {
        # Opening a connection costs more than most pages, and closing the last one checkpoints.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A transaction that starts by reading could otherwise fail when it comes to write.
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_TIMEOUT_SECONDS,
            "init_command": "; ".join(pragmas) + ";",
        },
    }


def _postgresql(env: environ.Env, config: dict[str, Any]) -> dict[str, Any]:
    is_pgbouncer = env.bool("DATABASE_PGBOUNCER", default=False)
    never = 0
    prepare_after = env.int("DATABASE_PREPARE_AFTER", default=never if is_pgbouncer else 2)
    options = {
        # The same text of a statement each time, so that the server parses and plans it once.
        "server_side_binding": env.bool("DATABASE_SERVER_BINDING", default=True),
        "prepare_threshold": None if prepare_after == never else prepare_after,
        **config.get("OPTIONS", {}),
    }
    # A cursor of the server is lost where the next statement may run on another connection.
    config = config | {"OPTIONS": options, "DISABLE_SERVER_SIDE_CURSORS": is_pgbouncer}
    pool_size = env.int("DATABASE_POOL", default=0)
    if pool_size:
        # Django refuses a pool together with persistent connections.
        options["pool"] = {"min_size": min(2, pool_size), "max_size": pool_size, "timeout": 10}
        return config | {"CONN_MAX_AGE": 0}
    return config | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def cache(env: environ.Env) -> dict[str, Any]:
    """Return one entry of `CACHES` for `CACHE_URL`; without it each process has its own cache."""
    url = env.str("CACHE_URL", default="locmemcache://")
    scheme, separator, rest = url.partition("://")
    if scheme in REDIS_SCHEMES:
        return {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_SCHEMES[scheme] + separator + rest,
        }
    config: dict[str, Any] = env.cache_url_config(url)
    return config


def session_engine(env: environ.Env) -> str:
    """Return where sessions are, by `SESSIONS`."""
    name = env.str("SESSIONS", default="database")
    if name not in SESSION_ENGINES:
        known = ", ".join(SESSION_ENGINES)
        raise ImproperlyConfigured(f"SESSIONS is {name!r}; it must be one of {known}.")
    return SESSION_ENGINES[name]


def failure_limit(env: environ.Env) -> int:
    """Return after how many wrong passwords sign-in has to wait, by `LOGIN_FAILURE_LIMIT`."""
    limit: int = env.int("LOGIN_FAILURE_LIMIT", default=10)
    if limit < 1:
        raise ImproperlyConfigured(
            f"LOGIN_FAILURE_LIMIT is {limit}; it must be at least 1. Without a limit passwords can "
            "be guessed, so there is no way to switch it off."
        )
    return limit


def email(url: str) -> dict[str, Any]:
    """Return the settings for outgoing mail in this Django's form; without `url` none is sent."""
    given = {
        name: value
        for name, value in environ.Env.email_url_config(url or "dummymail://").items()
        if value not in {None, ""}
    }
    if django.VERSION < (6, 1):
        return given
    backend = given.pop("EMAIL_BACKEND")
    options = {MAILER_OPTIONS[name]: value for name, value in given.items()}
    return {"MAILERS": {"default": {"BACKEND": backend, "OPTIONS": options}}}
