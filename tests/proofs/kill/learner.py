"""A learner at the other end of the socket, who writes down what was acknowledged."""

import http.client
import itertools
import json
import re
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

ITEMS = 3
SAVES = 12
"""Saves in one attempt before it is handed in."""
TIMEOUT_S = 10
BACK_OFF_S = 0.05


@dataclass
class Ledger:
    """Facts on the clients' side: what was sent, and what the server acknowledged."""

    sent: list[list[Any]] = field(default_factory=list)
    acknowledged: list[list[Any]] = field(default_factory=list)
    submitted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    requests: int = 0
    unanswered: int = 0


class Learner(threading.Thread):
    def __init__(self, port: int, quiz: str, who: dict[str, Any], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.quiz, self.who, self.stop = port, quiz, who, stop
        self.ledger = Ledger()
        self.cookies = {"sessionid": who["session"]}
        self.numbers = itertools.count(1)
        self.connection: http.client.HTTPConnection | None = None
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self.sit()
        except _StoppedError:
            pass
        except BaseException as error:
            self.failure = error
        finally:
            self._hang_up()

    def sit(self) -> None:
        """One attempt from start to hand-in."""
        self.ask("GET", self.quiz)
        started = self.ask("POST", f"{self.quiz}start/")
        uuid = re.search(r"/attempts/([0-9a-f-]{36})/", started["location"])[1]
        revisions = dict.fromkeys(range(1, ITEMS + 1), 0)
        for turn in range(SAVES):
            position = turn % ITEMS + 1
            revisions[position] = self.save(uuid, position, revisions[position])
        self.ask("POST", f"/attempts/{uuid}/submit/")
        self.ledger.submitted.append(uuid)

    def save(self, uuid: str, position: int, based_on: int) -> int:
        """One response, sent with the same key until there is an answer; its revision."""
        text = f"{self.who['user']}: {next(self.numbers)} – naïve “text” ✓"
        key = f"{self.who['user']}-{text.split()[1]}"
        self.ledger.sent.append([uuid, position, key, self.who["user"], text])
        prefix = f"i{position}-"
        form = {f"{prefix}based_on": based_on, f"{prefix}text": text, "key": key}
        answer = self.ask("POST", f"/attempts/{uuid}/items/{position}/", form)
        revision = json.loads(answer["body"])["revision"]
        if answer["status"] != 200:
            self.ledger.refused.append(f"{answer['status']} {uuid} {position} {based_on}")
            return int(revision)
        self.ledger.acknowledged.append([uuid, position, revision, text])
        return int(revision)

    def ask(self, method: str, path: str, form: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer; whatever breaks on the way, the same request is sent again."""
        while not self.stop.is_set():
            try:
                answer = self._once(method, path, form)
            except (OSError, http.client.HTTPException):
                self.ledger.unanswered += 1
                self._hang_up()
                self.stop.wait(BACK_OFF_S)
                continue
            if answer["status"] < 500:
                return answer
            self.ledger.refused.append(f"{answer['status']} {method} {path}")
            self.stop.wait(BACK_OFF_S)
        raise _StoppedError

    def _once(self, method: str, path: str, form: dict[str, Any] | None) -> dict[str, Any]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        self.ledger.requests += 1
        headers = {"Cookie": "; ".join(f"{name}={text}" for name, text in self.cookies.items())}
        if form is not None:
            headers["Accept"] = "application/json"
        body = None
        if method == "POST":
            headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form or {})
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return {
            "status": response.status,
            "body": text,
            "location": response.headers.get("Location", ""),
        }

    def _hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None


class _StoppedError(Exception):
    pass
