"""What the environment makes of the settings, tried in processes of their own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher as DjangosArgon2
from django.utils.module_loading import import_string

from cxcourse import environment
from tests.site.asking import ROOT, ask, asked_in_forks, kept

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("_forks")]

PRODUCTION = {
    "CXCOURSE_PROFILE": "production",
    "SECRET_KEY": "k3y-of-a-site-that-nobody-else-knows-0123456789-abcdefghij",
    "ALLOWED_HOSTS": "courses.example.org",
    "CACHE_URL": "dbcache://cx_courses_cache",
    "EMAIL_URL": "smtp://mail.example.org:25",
}


@pytest.fixture(scope="module")
def _forks() -> Iterator[None]:
    with asked_in_forks():
        yield


SEVERAL = """
import json, os, sys
found = []
for given in json.loads(sys.stdin.read()):
    os.environ.clear()
    os.environ.update(given)
    sys.modules.pop("cxcourse.settings", None)
    try:
        from cxcourse import settings
    except Exception as error:
        found.append(str(error))
    else:
        found.append({"CACHES": settings.CACHES})
    vars(sys.modules["cxcourse"]).pop("settings", None)
print(json.dumps(found, default=str))
"""


def ask_each(environments: list[dict[str, str]]) -> list[Any]:
    """The caches that each environment gives, or its refusal; all in one process."""
    result = subprocess.run(
        [sys.executable, "-c", SEVERAL],
        cwd=ROOT,
        env=kept(),
        input=json.dumps([{**kept(), **environment} for environment in environments]),
        capture_output=True,
        text=True,
        check=True,
    )
    return list(json.loads(result.stdout))


def read(*names: str, **environment: str) -> dict[str, object]:
    result = ask(*names, **environment)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_production_starts_with_safe_values() -> None:
    assert read(
        "DEBUG",
        "ALLOWED_HOSTS",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        **PRODUCTION,
    ) == {
        "DEBUG": False,
        "ALLOWED_HOSTS": ["courses.example.org"],
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
    }


def test_production_refuses_all_unsafe_values_by_name_at_once() -> None:
    result = ask(
        "DEBUG",
        CXCOURSE_PROFILE="production",
        DEBUG="1",
        CSRF_TRUSTED_ORIGINS="https://*.example.org",
        SESSION_COOKIE_SECURE="0",
        CSRF_COOKIE_SECURE="0",
        SQLITE_SYNCHRONOUS="OFF",
    )
    assert result.returncode != 0
    for name in (
        "DEBUG",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SQLITE_SYNCHRONOUS",
    ):
        assert f"  {name} must " in result.stderr


UNSAFE = [
    ("DEBUG", "1"),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "a" * 60),
    ("ALLOWED_HOSTS", "courses.example.org,*"),
    ("ALLOWED_HOSTS", ""),
    ("CSRF_TRUSTED_ORIGINS", "https://*.example.org"),
    ("SESSION_COOKIE_SECURE", "0"),
    ("CSRF_COOKIE_SECURE", "0"),
    ("SQLITE_SYNCHRONOUS", "OFF"),
]


def test_production_refuses_each_unsafe_value_alone() -> None:
    *refusals, safe = ask_each(
        [*({**PRODUCTION, name: value} for name, value in UNSAFE), PRODUCTION]
    )
    for (name, value), refusal in zip(UNSAFE, refusals, strict=True):
        assert isinstance(refusal, str), (name, value)
        refused = [line for line in refusal.splitlines() if line.startswith("  " + name)]
        assert len(refused) == 1, (name, value, refusal)
        assert refusal.count(" must ") == 1, (name, value, refusal)
    # And nothing else is wrong in that environment.
    assert not isinstance(safe, str)


def test_production_warns_of_a_cache_per_process() -> None:
    several = ask("DEBUG", **{**PRODUCTION, "CACHE_URL": "locmemcache://"})
    alone = ask("DEBUG", **{**PRODUCTION, "CACHE_URL": "locmemcache://", "WEB_CONCURRENCY": "1"})
    assert (several.returncode, alone.returncode) == (0, 0)
    assert "RuntimeWarning: CACHE_URL " in several.stderr
    assert "CACHE_URL" not in alone.stderr


def test_secret_key_comes_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from-a-file-" + PRODUCTION["SECRET_KEY"])
    environment = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    assert read("SECRET_KEY", **environment, SECRET_KEY_FILE=str(secret)) == {
        "SECRET_KEY": "from-a-file-" + PRODUCTION["SECRET_KEY"]
    }


def test_unknown_profile_is_refused() -> None:
    result = ask("DEBUG", CXCOURSE_PROFILE="staging")
    assert "CXCOURSE_PROFILE is 'staging'; it must be one of" in result.stderr


def test_limit_of_wrong_passwords_cannot_be_switched_off() -> None:
    assert read("AXES_FAILURE_LIMIT", LOGIN_FAILURE_LIMIT="1") == {"AXES_FAILURE_LIMIT": 1}
    for limit in ("0", "-1"):
        refusal = ask("DEBUG", LOGIN_FAILURE_LIMIT=limit).stderr
        assert f"LOGIN_FAILURE_LIMIT is {limit}; it must be at least 1." in refusal


def test_sqlite_waits_for_writers_and_keeps_its_connection() -> None:
    database = read("DATABASES", DATABASE_URL="sqlite:////tmp/x.sqlite3")["DATABASES"]["default"]
    assert database["NAME"] == "/tmp/x.sqlite3"
    assert database["CONN_MAX_AGE"] is None
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "PRAGMA journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert "PRAGMA synchronous=NORMAL" in database["OPTIONS"]["init_command"]


def test_postgresql_connections_last_or_are_pooled() -> None:
    url = "postgresql://who:what@db.example.org:5433/courses"
    kept = read("DATABASES", DATABASE_URL=url)["DATABASES"]["default"]
    assert (kept["HOST"], kept["CONN_MAX_AGE"], kept["CONN_HEALTH_CHECKS"]) == (
        "db.example.org",
        60,
        True,
    )
    pooled = read("DATABASES", DATABASE_URL=url, DATABASE_POOL="8")["DATABASES"]["default"]
    assert pooled["CONN_MAX_AGE"] == 0
    assert pooled["OPTIONS"]["pool"] == {"min_size": 2, "max_size": 8, "timeout": 10}


def postgresql(**environment: str) -> dict[str, Any]:
    url = "postgresql://who:what@db.example.org/courses"
    return read("DATABASES", DATABASE_URL=url, **environment)["DATABASES"]["default"]


def test_postgresql_prepares_statements_that_are_repeated() -> None:
    database = postgresql()
    assert database["OPTIONS"] == {"server_side_binding": True, "prepare_threshold": 2}
    assert not database["DISABLE_SERVER_SIDE_CURSORS"]
    assert postgresql(DATABASE_PREPARE_AFTER="0")["OPTIONS"]["prepare_threshold"] is None
    assert not postgresql(DATABASE_SERVER_BINDING="0")["OPTIONS"]["server_side_binding"]


def test_pgbouncer_gets_nothing_that_belongs_to_one_connection() -> None:
    database = postgresql(DATABASE_PGBOUNCER="1")
    assert database["OPTIONS"]["prepare_threshold"] is None
    assert database["DISABLE_SERVER_SIDE_CURSORS"]
    newer = postgresql(DATABASE_PGBOUNCER="1", DATABASE_PREPARE_AFTER="2")
    assert newer["OPTIONS"]["prepare_threshold"] == 2
    assert newer["DISABLE_SERVER_SIDE_CURSORS"]


def test_sessions_are_where_the_environment_says() -> None:
    of_django = "django.contrib.sessions.backends."
    engines = {
        "database": "cxcourse.sessions",
        "cached": f"{of_django}cached_db",
        "cache": f"{of_django}cache",
    }
    for name, engine in engines.items():
        found = read("SESSION_ENGINE", SESSIONS=name, CACHE_URL="redis://cache:6379/1")
        assert found == {"SESSION_ENGINE": engine}
    assert "SESSIONS is 'memory'; it must be one of" in ask("DEBUG", SESSIONS="memory").stderr


@pytest.mark.parametrize("sessions", ["cache", "cached"])
def test_production_refuses_sessions_in_a_cache_of_one_process(sessions: str) -> None:
    given = {**PRODUCTION, "SESSIONS": sessions, "WEB_CONCURRENCY": "1"}
    result = ask("DEBUG", **{**given, "CACHE_URL": "locmemcache://"})
    assert "SESSIONS need a shared cache" in result.stderr
    assert read("DEBUG", **{**given, "CACHE_URL": "redis://cache:6379/1"}) == {"DEBUG": False}


def test_cache_url_means_djangos_own_back_end() -> None:
    wanted = {
        "locmemcache://": ("locmem.LocMemCache", ""),
        "dbcache://cx_courses_cache": ("db.DatabaseCache", "cx_courses_cache"),
        "redis://cache:6379/1": ("redis.RedisCache", "redis://cache:6379/1"),
        "valkeys://cache:6379/1": ("redis.RedisCache", "rediss://cache:6379/1"),
    }
    found = ask_each([{"CACHE_URL": url} for url in wanted])
    for (url, (backend, location)), given in zip(wanted.items(), found, strict=True):
        cache = given["CACHES"]["default"]
        assert cache["BACKEND"] == f"django.core.cache.backends.{backend}", url
        assert cache["LOCATION"] == location, url


def test_passwords_are_hashed_with_argon2_at_owasps_minimum() -> None:
    hashers = read("PASSWORD_HASHERS")["PASSWORD_HASHERS"]
    hasher = import_string(hashers[0])()
    encoded = hasher.encode("a long phrase", hasher.salt())
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert hasher.verify("a long phrase", encoded)
    assert not hasher.verify("another phrase", encoded)


def test_dearer_hashes_of_before_are_accepted_and_made_anew() -> None:
    hasher = import_string(read("PASSWORD_HASHERS")["PASSWORD_HASHERS"][0])()
    former = DjangosArgon2().encode("a long phrase", hasher.salt())
    assert "m=102400,t=2,p=8" in former
    assert hasher.verify("a long phrase", former)
    assert hasher.must_update(former)


@pytest.mark.skipif(django.VERSION >= (6, 1), reason="needs Django 5 or 6.0")
@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}),
        (
            "smtp+tls://me:secret@mail.example.org:587",
            {
                "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "EMAIL_HOST": "mail.example.org",
                "EMAIL_PORT": 587,
                "EMAIL_HOST_USER": "me",
                "EMAIL_HOST_PASSWORD": "secret",
                "EMAIL_USE_TLS": True,
            },
        ),
    ],
)
def test_email_url_before_django_6_1(url: str, expected: dict[str, object]) -> None:
    assert environment.email(url) == expected


@pytest.mark.skipif(django.VERSION < (6, 1), reason="needs Django 6.1")
def test_email_url_since_django_6_1() -> None:
    assert environment.email("smtp+tls://me:secret@mail.example.org:587") == {
        "MAILERS": {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {
                    "host": "mail.example.org",
                    "port": 587,
                    "username": "me",
                    "password": "secret",
                    "use_tls": True,
                },
            }
        }
    }
