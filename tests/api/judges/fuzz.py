"""Calls of a client that has only read the description, in every moment of the story.

Before the story takes a step, the operation of that step is called many times, in the very state
in which it succeeds: as described, with what the description allows and forbids, and with nasty
values. Every call is taken back, so that the next one finds the same state.
"""

import copy
import os
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation

from courses.api.schema import document
from tests.api.judges import nasty
from tests.api.judges.story import OPERATIONS, StoryRunner
from tests.lengths import length


def calls() -> int:
    """Calls of each operation with each credential: the more operations, the fewer of each."""
    return length(short=1, long=1 + 1000 // len(OPERATIONS), variable="FUZZ_CALLS")


IS_CI = os.environ.get("CI", "").lower() in {"1", "true"}
JSON = "application/json"
JUDGED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def strict() -> dict[str, Any]:
    """The description, taken at its word: an answer has no field that it does not name.

    For others it stays open, as later versions may add fields.
    """
    found = copy.deepcopy(document())
    for name, shape in found["components"]["schemas"].items():
        if "properties" in shape and name != "Problem":
            shape["additionalProperties"] = False
    return found


class Fuzzer(StoryRunner):
    """Runs the story as always, and before each new step calls its operation with `credential`."""

    def __init__(self, clock: Any, credential: Any) -> None:
        super().__init__(clock)
        self.credential = credential
        self.calls = 0
        self.answers: dict[str, Counter[int]] = {}
        self.findings: dict[tuple[str, str], str] = {}
        load_all_checks()
        self.checks = [CHECKS.get_one(name) for name in JUDGED]
        schema = schemathesis.openapi.from_dict(strict())
        schema.app = get_wsgi_application()
        self.operations = {
            found.ok().definition.raw["operationId"]: found.ok()
            for found in schema.get_all_operations()
        }

    def __call__(self, operation: str, body: Any = None, **given: Any) -> Any:
        if operation not in self.answers:
            self.answers[operation] = Counter()
            self.fuzz(operation, body, **given)
        return super().__call__(operation, body, **given)

    def fuzz(self, name: str, body: Any, query: Any = None, **ids: Any) -> None:
        path = self.path_of(name, **ids)
        path |= self.credential.path(path)
        parts = {"path_parameters": path, "query": query or {}}
        if body is not None:
            parts |= {"body": body, "media_type": JSON}
        operation = self.operations[name]

        @settings(
            max_examples=calls(),
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(cases(operation, parts))
        def call(case: Any) -> None:
            self.judge(name, case)

        self.judge(name, operation.Case(**copy.deepcopy(parts)))
        (seed(zlib.crc32(name.encode()))(call) if IS_CI else call)()

    def judge(self, name: str, case: Any) -> None:
        """One call, taken back; what is wrong with the answer is kept."""
        cache.clear()
        headers, cookies = self.credential.sent()
        headers = {"Accept-Encoding": "identity", **headers}
        with transaction.atomic():
            try:
                with _one_connection():
                    response = case.call(headers=headers, cookies=cookies)
                self.calls += 1
                self.answers[name][response.status_code] += 1
                # The one documented refusal among the answers from 500 on is no fault.
                is_refusal = response.status_code == HTTPStatus.NOT_IMPLEMENTED
                checks = self.checks[1:] if is_refusal else self.checks
                case.validate_response(response, checks=checks)
            except FailureGroup as group:
                for failure in group.exceptions:
                    self.findings.setdefault((name, failure.title), str(group))
            transaction.set_rollback(True)


@contextmanager
def _one_connection() -> Iterator[None]:
    """The server closes it after a request; Django's own test client prevents it in this way."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def cases(operation: APIOperation, parts: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What is allowed, what is forbidden, and the example with one thing spoiled."""
    path, query, body = parts["path_parameters"], parts["query"], parts.get("body")
    allowed = operation.as_strategy(GenerationMode.POSITIVE, path_parameters=path)
    found = [allowed, spoiled(operation, parts, headers=nasty.one(nasty.HEADERS))]
    if path:
        elsewhere = _with(path, st.sampled_from(sorted(path)), nasty.one(nasty.IN_PATHS))
        found.append(spoiled(operation, parts, path_parameters=elsewhere))
    if operation.query:
        names = st.sampled_from([one.name for one in operation.query])
        asked = _with(query, names, nasty.one(nasty.WORDS))
        found += [allowed, spoiled(operation, parts, query=asked)]
    if operation.body:
        bad = st.builds(nasty.spoil, st.just(body), nasty.one(nasty.VALUES), st.integers(0, 99))
        found += [allowed, *[spoiled(operation, parts, body=bad)] * 3]
    if operation.method != "get":
        raw = {"body": nasty.one(nasty.RAW), "media_type": st.just(JSON)}
        found.append(spoiled(operation, parts, **raw))
    if operation.body or operation.query:
        found.append(operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=path))
    return st.one_of(found)


def spoiled(
    operation: APIOperation, example: dict[str, Any], **parts: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    """The call as in the example, except for these parts."""
    return st.fixed_dictionaries(parts).map(
        lambda bad: operation.Case(**{**copy.deepcopy(example), **bad})
    )


def _with(
    values: dict[str, Any], names: st.SearchStrategy[str], nasty_ones: st.SearchStrategy[str]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(names, nasty_ones).map(lambda pair: {**values, pair[0]: pair[1]})
