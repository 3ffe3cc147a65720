"""A line between a browser and a server that a test can cut, or let hang, and mend."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Line:
    """Passes on what comes to `url`. `cut`: nobody answers there; `hang`: nobody says anything."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self.server = (parts.hostname, parts.port)
        self.is_hanging = False
        self.sockets: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._listen()

    def cut(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._drop()

    def mend(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self._listen()

    def hang(self) -> None:
        self.is_hanging = True
        self._drop()

    def _drop(self) -> None:
        while self.sockets:
            one = self.sockets.pop()
            with suppress(OSError):  # The other side was quicker.
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _listen(self) -> None:
        threading.Thread(target=self._accept, args=[self.listener], daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _address = listener.accept()
            except OSError:
                return
            self.sockets.append(near)
            if self.is_hanging:
                continue
            far = socket.create_connection(self.server)
            self.sockets.append(far)
            for ends in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=ends, daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # It was cut.
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def line_to(server: str) -> Iterator[Line]:
    line = Line(server)
    try:
        yield line
    finally:
        line.cut()
