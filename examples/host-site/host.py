"""A platform of your own in one file: it shows the course in its page and keeps the grades.

    python3 start.py                       # the course, in one terminal
    python3 examples/host-site/host.py     # the platform, in another

Needs nothing but Python. In this checkout it makes itself a key; elsewhere set KEY and SITE.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SITE = os.environ.get("SITE", "http://127.0.0.1:8000").rstrip("/")
COURSE = os.environ.get("COURSE", "customer-experience")
PORT = int(os.environ.get("HOST_PORT", "8100"))
# Another site than 127.0.0.1 in a browser's eyes, so that everything is as foreign as in earnest.
HOME = f"http://localhost:{PORT}"
SCOPES = ("catalogue:read", "learners:write", "learning:write", "gradebook:read", "webhooks:write")
LEARNER = "ada"
"""A platform knows who is signed in; this one has a single learner."""
OLDEST_S = 300


class Platform:
    """Holds the key, the secret of the webhook, and the events received so far."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.secret = b""
        self.events: dict[str, dict[str, Any]] = {}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API and return its answer as JSON. Raises HTTPError."""
        request = urllib.request.Request(
            f"{SITE}/api/v1{path}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"null")

    def set_up(self) -> None:
        """Name the learner, enrol her, and ask for webhooks. Safe to repeat."""
        self.call("PUT", f"/learners/{LEARNER}", {"first_name": "Ada"})
        self.call("PUT", f"/learners/{LEARNER}/enrolments/{COURSE}", {})
        hook = {"url": f"http://127.0.0.1:{PORT}/webhooks", "description": "Host site"}
        try:
            for old in self.call("GET", "/webhooks")["results"]:
                if old["url"] == hook["url"]:
                    self.call("DELETE", f"/webhooks/{old['id']}")
            self.secret = base64.b64decode(
                self.call("POST", "/webhooks", hook)["secret"].removeprefix("whsec_")
            )
        except urllib.error.HTTPError as error:
            print(f"No webhooks here ({error.code}); grades are asked for instead.")

    def launch(self) -> Any:
        """Create an address that opens the course for the learner once, within a minute."""
        wanted = {
            "external_id": LEARNER,
            "target": {"course": COURSE, **quiz()},
            "origin": HOME,
            "return_url": f"{HOME}/",
        }
        return self.call("POST", "/launches", wanted)

    def grades(self) -> list[Any]:
        """Return the result of every quiz, with its name."""
        columns = self.call("GET", f"/courses/{COURSE}/line-items?limit=100")["results"]
        labels = {column["id"]: column["label"] for column in columns}
        cells = self.call("GET", f"/learners/{LEARNER}/courses/{COURSE}/results?limit=100")
        return [{**cell, "label": labels.get(cell["line_item"], "")} for cell in cells["results"]]

    def receive(self, headers: Any, body: bytes) -> bool:
        """Take a webhook if it was signed with our secret just now (Standard Webhooks)."""
        event_id, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "0")
        signed = f"{event_id}.{sent_at}.".encode() + body
        right = "v1," + base64.b64encode(hmac.digest(self.secret, signed, hashlib.sha256)).decode()
        given = headers.get("webhook-signature", "").split()
        is_signed = bool(self.secret) and any(hmac.compare_digest(right, one) for one in given)
        is_fresh = sent_at.isdecimal() and abs(time.time() - int(sent_at)) < OLDEST_S
        if not (is_signed and is_fresh):
            return False
        # The same event may come twice; its id is the same.
        self.events[event_id] = json.loads(body)
        return True


def quiz() -> dict[str, str]:
    return {"quiz": os.environ["QUIZ"]} if os.environ.get("QUIZ") else {}


class Pages(BaseHTTPRequestHandler):
    """The page, and what it asks of its own back end."""

    platform: Platform

    def do_GET(self) -> None:
        answers = {
            "/launch": self.platform.launch,
            "/grades": self.platform.grades,
            "/events": lambda: list(self.platform.events.values()),
        }
        if self.path == "/":
            page = (HERE / "page.html").read_text(encoding="utf-8").replace("{{ SITE }}", SITE)
            self.answer(200, "text/html; charset=utf-8", page.encode())
        elif self.path in answers:
            try:
                self.answer(200, "application/json", json.dumps(answers[self.path]()).encode())
            except OSError as error:  # the site refused, or was not reached
                print(f"{self.path}: {error}", file=sys.stderr)
                self.answer(502, "application/json", b"{}")
        else:
            self.answer(404, "text/plain", b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        is_accepted = self.path == "/webhooks" and self.platform.receive(self.headers, body)
        self.answer(204 if is_accepted else 401, "text/plain", b"")

    def answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


def own_key() -> str:
    """Create a key at the site of this checkout, as an administrator would."""
    root = HERE.parents[1]
    sys.path.insert(0, str(root))
    from launcher.packages import PYTHON
    from launcher.serve import site_environment

    command = [str(PYTHON), "manage.py", "api_key", "create", "Acme Academy"]
    command += [word for scope in SCOPES for word in ("--scope", scope)]
    made = subprocess.run(
        command, cwd=root, env=site_environment(), stdout=subprocess.PIPE, text=True, check=True
    )
    return made.stdout.split()[-1]


def main() -> None:
    Pages.platform = Platform(os.environ.get("KEY") or own_key())
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Pages)
    Pages.platform.set_up()
    print(f"Acme Academy is at {HOME}/ (Ctrl-C stops it)", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
