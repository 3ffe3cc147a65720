"""`Idempotency-Key`: run a request once, and answer a repeat with the stored answer."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.response import Response

from courses.api.credentials import ApiRequest
from courses.api.pinned import JSONRenderer, RenderedJSON
from courses.api.problems import Refusal
from courses.domain import idempotency
from courses.errors import CoursesError, Invalid, Problem

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_LONGEST_KEY = 80
_LONGEST_RUN_S = 60
_TURNS = 3
"""An answer that was stored may be forgotten before it is read."""
_STORED_HEADERS = ("Location", "ETag")

Method = Callable[..., Response]


def idempotent(method: Method) -> Method:
    """Honour `Idempotency-Key` in a view's method. Without the header nothing is different.

    The answer is stored in the transaction of the effect. A refusal stores nothing: the request
    may be sent again with the same key when what stood in its way is gone. What a request does
    on the way to its refusal, as it does without a key, is `after_refusal` of the view.
    """

    @wraps(method)
    def inner(view: Any, request: ApiRequest, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return method(view, request, *args, **kwargs)
        same = _request(request, key)
        with _in_flight(same):
            try:
                return _once(same, lambda: method(view, request, *args, **kwargs))
            except CoursesError:
                with transaction.atomic():
                    view.after_refusal(request, *args, **kwargs)
                raise

    marked: Any = inner
    marked.is_idempotent = True
    return inner


def is_whole(handler: Any, request: Any) -> bool:
    """Return whether a view's method itself runs this request in one transaction."""
    return getattr(handler, "is_idempotent", False) and HEADER in request.headers


def _once(request: idempotency.RepeatableRequest, answer: Callable[[], Response]) -> Response:
    """Return the stored answer, or run the handler and store its answer with its effect."""
    for _turn in range(_TURNS):
        now = timezone.now()
        try:
            return _first(request, answer, now)
        except idempotency.AlreadyNoted:
            earlier = idempotency.earlier(request=request, now=now)
        if earlier is not None:
            return _replay(earlier)
    raise Refusal("in_flight", retry_after=1)


@transaction.atomic
def _first(
    request: idempotency.RepeatableRequest, answer: Callable[[], Response], now: datetime
) -> Response:
    record = idempotency.note(request=request, now=now)
    response = answer()
    stored = _answer(response)
    idempotency.store(record=record, answer=stored)
    if stored.body:
        response.data = RenderedJSON(stored.body.encode())
    return response


def _request(request: ApiRequest, key: str) -> idempotency.RepeatableRequest:
    if not 0 < len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable():
        text = _("An Idempotency-Key is 1 to 80 printable ASCII characters.")
        raise Invalid(problems=[Problem("", text)])
    body = json.dumps(request.data, sort_keys=True, ensure_ascii=True)
    return idempotency.RepeatableRequest(
        owner=request.auth.owner,
        method=request.method or "",
        path=request.path,
        key=key,
        body_hash=hashlib.sha256(body.encode()).hexdigest(),
    )


@contextmanager
def _in_flight(request: idempotency.RepeatableRequest) -> Iterator[None]:
    """Raise Refusal `in_flight` while a request with the same key runs.

    The cache is only the quick way: where it has lost the entry, the second request waits for a
    lock of the database.
    """
    identity = f"{request.owner} {request.method} {request.path} {request.key}"
    name = f"courses.api.running.{hashlib.sha256(identity.encode()).hexdigest()}"
    if not cache.add(name, 1, _LONGEST_RUN_S):
        raise Refusal("in_flight", retry_after=1)
    try:
        yield
    finally:
        cache.delete(name)


def _answer(response: Response) -> idempotency.StoredAnswer:
    body = b"" if response.data is None else JSONRenderer().render(response.data)
    headers = {name: response[name] for name in _STORED_HEADERS if response.has_header(name)}
    return idempotency.StoredAnswer(response.status_code, body.decode(), headers)


def _replay(answer: idempotency.StoredAnswer) -> Response:
    data = RenderedJSON(answer.body.encode()) if answer.body else None
    return Response(data, status=answer.status, headers={**answer.headers, REPLAYED: "true"})
