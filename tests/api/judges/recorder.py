"""Record what every operation answers: status, headers and body, with stable ids and tags."""

import json
import re
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache

from courses.api.schema import document
from tests.api.judges.story import OPERATIONS, StoryRunner

HEADERS = (
    "Allow", "Cache-Control", "Content-Type", "ETag", "Link", "Location", "Retry-After",
    "Idempotency-Replayed", "Attempts-Kept", "WWW-Authenticate", "Vary",
)  # fmt: skip
LISTS = {
    operation["operationId"]
    for methods in document()["paths"].values()
    for operation in methods.values()
    if {"limit", "cursor"} <= {one["name"] for one in operation.get("parameters", ())}
}
"""Operations that answer in pages."""


class Recorder(StoryRunner):
    """Runs the story, and records each answer besides."""

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.exchanges: list[dict[str, Any]] = []
        self._call, self.platform.call = self.platform.call, self._noted  # type: ignore[method-assign]

    def __call__(
        self, operation: str, body: Any = None, query: dict[str, Any] | None = None, **ids: Any
    ) -> Any:
        found = super().__call__(operation, body, query, **ids)
        method, path = OPERATIONS[operation]
        address = path.format(**self.path_of(operation, **ids))
        if operation in LISTS:
            self._walk(f"{address}?{urlencode(query or {})}&")
        if method == "get":
            self._conditional(address)
        return found

    def _walk(self, address: str) -> None:
        """Take the list in pages of one row, in both orders, and with a cursor of no list."""
        for order in ("created", "-created"):
            following = f"{address}limit=1&order={order}"
            for _page in range(3):
                answer = self.platform.call("get", following)
                following = answer.status_code == 200 and answer.json()["next"]
                if not following:
                    break
        for wrong in ("cursor=nonsense!", "limit=0", "limit=101", "order=sideways"):
            self.platform.call("get", address + wrong)

    def _conditional(self, address: str) -> None:
        tag = self.exchanges[-1]["headers"].get("ETag")
        if tag:
            self.platform.call("get", address, if_none_match=tag)
        self.platform.call("head", address)
        self.platform.call("options", address)

    def _noted(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        cache.clear()
        answer = self._call(method, path, body, **headers)
        content = answer.getvalue()
        kind = answer.headers.get("Content-Type", "").partition("/")[2]
        is_json = kind in ("json", "problem+json") and content
        self.exchanges.append(
            {
                "call": f"{method} {path}",
                "status": answer.status_code,
                "headers": {name: answer[name] for name in HEADERS if name in answer.headers},
                "body": json.loads(content) if is_json else content.decode(),
            }
        )
        return answer


def lines(exchanges: list[dict[str, Any]], stable: Any) -> str:
    """One line for each exchange; ids, secrets, tags and cursors are numbered as they come."""
    text = "\n".join(json.dumps(one, ensure_ascii=False) for one in exchanges)
    tags: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return tags.setdefault(found[0], f"tag-{len(tags) + 1}")

    text = re.sub(r"(?<=\\\")[0-9a-f]{16,64}(?=\\\")", numbered, text)
    text = re.sub(r"(?<=[?&]cursor=)(?!nonsense)[^&>\"]+", "CURSOR", text)
    return str(stable(text)) + "\n"
