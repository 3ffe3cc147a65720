"""Is the site alive (`/healthz`), and is it ready to serve (`/readyz`)?"""

import logging
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from courses.domain import relay

LEAST_FREE_BYTES = 1024 * 1024
"""Space below which the next answers of learners may not be stored."""

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponseBase]
Check = Callable[[], dict[str, Any]]


class HealthMiddleware:
    """Answer the two probes before anything that needs a known host, a session or a language."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        if request.path == "/healthz":
            return _answer({"status": "ok"}, status=200)
        if request.path == "/readyz":
            return ready()
        return self.get_response(request)


def ready() -> JsonResponse:
    """Return 200 when every check passes, else 503; the body names each check and its finding."""
    checks: dict[str, dict[str, Any]] = {}
    for name, check in CHECKS.items():
        try:
            checks[name] = check()
        except DatabaseError as error:
            logger.warning("Readiness check %s failed: %s", name, error)
            checks[name] = {"ok": False, "problem": "The database does not answer."}
        if not checks[name]["ok"]:
            # Without a database or its tables the later checks can only repeat the finding.
            break
    is_ready = all(check["ok"] for check in checks.values())
    body = {"status": "ok" if is_ready else "unavailable", "checks": checks}
    return _answer(body, status=200 if is_ready else 503)


def _database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True, "engine": connection.vendor}


def _migrations() -> dict[str, Any]:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return {"ok": missing == 0, "unapplied": missing}


def writes() -> dict[str, Any]:
    """Write and remove a session at once, as a test of the database."""
    free = _free_bytes()
    if free is not None and free < LEAST_FREE_BYTES:
        return {"ok": False, "problem": "The disk is full.", "free_bytes": free}
    key = f"readyz-{secrets.token_hex(8)}"
    try:
        with transaction.atomic():
            Session.objects.create(session_key=key, session_data="", expire_date=timezone.now())
            Session.objects.filter(session_key=key).delete()
    except DatabaseError as error:
        logger.warning("Nothing can be written: %s", error)
        return {"ok": False, "problem": "The database cannot be written."}
    return {"ok": True}


def _free_bytes() -> int | None:
    """Return the free bytes beside a database file; None for a database that is a server."""
    folder = Path(str(connection.settings_dict["NAME"])).parent
    if connection.vendor != "sqlite" or not folder.is_dir():
        return None
    return shutil.disk_usage(folder).free


def _relay() -> dict[str, Any]:
    backlog = relay.backlog(now=timezone.now())
    age = backlog.oldest_seconds
    is_current = age is None or age <= settings.READY_RELAY_LAG_SECONDS
    return {"ok": is_current, "due": backlog.due, "oldest_seconds": age}


CHECKS: dict[str, Check] = {
    "database": _database,
    "migrations": _migrations,
    "writes": writes,
    "relay": _relay,
}


def _answer(body: dict[str, Any], *, status: int) -> JsonResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
