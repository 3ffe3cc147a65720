"""The floor: what the same server and middleware cost for the same queries and nothing else.

A page is asked for once with the header `X-Bench-Count`; the answer says how many queries it made.
Its floor makes so many reads by primary key and returns the bytes that the page had returned, as a
constant.
"""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path

from bench.floor_names import COUNT, QUERIES
from courses.lru_cache import counts
from cxcourse import urls as site

META_COUNT = "HTTP_" + COUNT.upper().replace("-", "_")
NO_QUERIES = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")


class CountMiddleware:
    """Adds the number of queries to the answer, where the request asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        if META_COUNT not in request.META:
            return self.get_response(request)
        made = 0

        def count(execute: Any, sql: Any, *arguments: Any) -> Any:
            nonlocal made
            made += not str(sql).startswith(NO_QUERIES)
            return execute(sql, *arguments)

        with connection.execute_wrapper(count):
            response = self.get_response(request)
        response[QUERIES] = str(made)
        return response


def read(_request: HttpRequest, page: str, queries: int) -> HttpResponse:
    """Read so many rows by primary key; return the page's bytes."""
    users, key = get_user_model().objects, _some_key()
    for _number in range(queries):
        users.get(pk=key)
    return HttpResponse(_bytes_of(page))


def hash_once(_request: HttpRequest) -> HttpResponse:
    """Hash a password as the site itself would."""
    return HttpResponse(make_password("bench-mark-2026", hasher="argon2"))


def caches(_request: HttpRequest) -> JsonResponse:
    """Return what the caches of the process that answers counted."""
    rows = {row.name: [row.hits, row.misses, row.size] for row in counts()}
    return JsonResponse({"process": os.getpid(), "caches": rows})


@cache
def _some_key() -> Any:
    return get_user_model().objects.values_list("pk", flat=True)[0]


@cache
def _bytes_of(page: str) -> bytes:
    return (Path(os.environ["BENCH_PAGES"]) / page).read_bytes()


urlpatterns: list[URLPattern | URLResolver] = [
    path("floor/read/<slug:page>/<int:queries>/", read),
    path("floor/hash/", hash_once),
    path("floor/caches/", caches),
    *site.urlpatterns,
]
handler400, handler403 = site.handler400, site.handler403
handler404, handler500 = site.handler404, site.handler500
