"""Serve a prepared host by ASGI, and print the status and length of each answer as JSON.

A script, not a test: it runs beside the host's manage.py, after the journey has made its tables.
"""

import asyncio
import json
import os
import sys
from typing import Any
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "host.settings")

from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application

application = get_asgi_application()

from courses.domain import clients  # noqa: E402
from courses.models import ApiClient  # noqa: E402

PATHS = (
    "/learn/",
    "/learn/courses/sample/",
    "/learn/api/v1/courses",
    "/learn/api/v1/courses/sample/gradebook.csv",
    "/learn/api/v1/nonsense",
    "/learn/api/v1/schema",
)


def scope(path: str, key: str) -> dict[str, Any]:
    parts = urlsplit(path)
    headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {key}".encode())]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": parts.path,
        "query_string": parts.query.encode(),
        "headers": headers,
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 4000),
    }


async def ask(path: str, key: str) -> tuple[int, int]:
    """The status, and how many bytes came before the end of the answer."""
    communicator = ApplicationCommunicator(application, scope(path, key))
    await communicator.send_input({"type": "http.request", "body": b"", "more_body": False})
    status = (await communicator.receive_output(20))["status"]
    length, is_going_on = 0, True
    while is_going_on:
        part = await communicator.receive_output(20)
        length += len(part.get("body", b""))
        is_going_on = part.get("more_body", False)
    await communicator.wait()
    return status, length


async def ask_all(key: str) -> dict[str, tuple[int, int]]:
    return {path: await ask(path, key) for path in PATHS}


if __name__ == "__main__":
    platform, _is_new = ApiClient.objects.get_or_create(name="By ASGI")
    made = clients.create_key(client=platform, scopes=["admin"])
    sys.stdout.write(json.dumps(asyncio.run(ask_all(made.text))))
