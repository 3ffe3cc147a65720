"""Ports of this machine: a free one, and the moment at which a program listens on it."""

import socket
import subprocess
import time

START_S = 60
POLL_S = 0.05


def free_port() -> int:
    """Return a port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_listening(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until the program accepts connections. Raises OSError if it ends or takes too long."""
    until = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(POLL_S)
        else:
            return
