"""A mail server on the loopback interface that keeps mails, and refuses some."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass
class Mailbox:
    """What has arrived; mails to the addresses in `refusing` are turned down for now."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refusing: set[str] = field(default_factory=set)
    rejecting: set[str] = field(default_factory=set)
    """These are turned down for good."""
    has_read: Callable[[], bool] = lambda: True
    """Called when a mail was read and kept; False: the connection ends without an answer."""

    def answer(self, line: str) -> str:
        """Answer the line that names a receiver."""
        if any(f"<{one}>" in line for one in self.rejecting):
            return "550 nobody here"
        return "450 not now" if any(f"<{one}>" in line for one in self.refusing) else "250 ok"

    @property
    def receivers(self) -> list[str]:
        return sorted(str(one["To"]) for one in self.mails)


def _handler(mailbox: Mailbox) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 localhost")
            while line := self.rfile.readline():
                verb = line.split(None, 1)[0].upper() if line.strip() else b""
                if verb == b"QUIT":
                    self.say("221 bye")
                    return
                self.answer(verb, line.decode().strip())

        def answer(self, verb: bytes, line: str) -> None:
            if verb == b"DATA":
                self.say("354 go on")
                mailbox.mails.append(self.read())
                if not mailbox.has_read():
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.say("250 kept")
            else:
                self.say(mailbox.answer(line) if verb == b"RCPT" else "250 ok")

        def read(self) -> EmailMessage:
            lines = iter(self.rfile.readline, b".\r\n")
            found: Any = message_from_bytes(b"".join(lines), policy=policy.default)
            return found

        def say(self, text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

    return Handler


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Run a mail server while the block runs."""
    kept = Mailbox()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(kept)) as server:
        server.daemon_threads = True
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()
