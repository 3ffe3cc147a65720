"""Record what every operation answers: status, headers and body, with stable ids and tags."""

import base64
import json
import random
import re
import uuid
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


_GROUP = "[0-9A-HJKMNP-TV-Z]{4}"
"""A part of a certificate's number."""


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

    def stop(self) -> None:
        """Record nothing more."""
        self.platform.call = self._call  # type: ignore[method-assign]

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
        if answer.streaming:
            # What is sent in parts can be read only once.
            answer.streaming_content = [content]
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


def lines(exchanges: list[dict[str, Any]]) -> str:
    """One line for each exchange; ids, secrets, tags and cursors are numbered as they come."""
    text = "\n".join(json.dumps(one, ensure_ascii=False) for one in exchanges)
    tags: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return tags.setdefault(found[0], f"tag-{len(tags) + 1}")

    text = re.sub(r"(?<=\\\")[0-9a-f]{16,64}(?=\\\")", numbered, text)
    text = re.sub(r"(?<=[?&]cursor=)(?!nonsense)[^&>\"]+", "CURSOR", text)
    return always_the_same(text) + "\n"


def always_the_same(text: str) -> str:
    """Ids and secrets are random in every run; here they come from one seed."""
    drawn = random.Random(1)
    names: dict[str, str] = {}
    numbers: dict[str, str] = {}

    def new_id(found: re.Match[str]) -> str:
        made = str(uuid.UUID(int=drawn.getrandbits(128), version=4))
        return names.setdefault(found[0], made)

    def new_secret(found: re.Match[str]) -> str:
        made = base64.b64encode(drawn.randbytes(24)).decode()
        return names.setdefault(found[0], f"whsec_{made}")

    def new_token(found: re.Match[str]) -> str:
        made = base64.urlsafe_b64encode(drawn.randbytes(24)).decode()
        return names.setdefault(found[0], f"{found[1]}_{drawn.randbytes(6).hex()}_{made}")

    def new_code(_found: re.Match[str]) -> str:
        made = base64.urlsafe_b64encode(drawn.randbytes(32)).decode().rstrip("=")
        return f"/launch/{made}/"

    def new_number(found: re.Match[str]) -> str:
        made = f"{len(numbers) + 1:04}"
        return numbers.setdefault(found[0], "-".join([made] * 3))

    text = re.sub(r'("prefix": ?")[0-9a-f]{12}"', r'\g<1>5ec2e7c0de00"', text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", new_id, text)
    text = re.sub(rf"(?<![\w-]){_GROUP}(-{_GROUP}){{2}}(?![\w-])", new_number, text)
    text = re.sub(r"whsec_[\w+/=]+", new_secret, text)
    text = re.sub(r"(cx[il])_[0-9a-f]+_[\w-]+", new_token, text)
    return re.sub(r"/launch/[\w-]+/", new_code, text)
