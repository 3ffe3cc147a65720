"""A throw-away PgBouncer in transaction mode, where the program is installed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.programs.ports import await_listening, free_port
from tests.programs.postgres import as_account

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
ACCOUNT = "nobody"
"""It refuses to run as root."""
_CONFIG = """
[databases]
site = host={host} port={server} dbname={name} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
"""


@contextmanager
def pooling(url: str, folder: Path) -> Iterator[str]:
    """Run it in front of a database; yield the address that leads through it."""
    assert PROGRAM is not None
    parts = urlsplit(url)
    port = free_port()
    values = {"host": parts.hostname, "server": parts.port, "name": parts.path[1:]}
    values |= {"user": parts.username, "password": parts.password, "port": port}
    config = _CONFIG.format(**values)
    account = ACCOUNT if os.geteuid() == 0 else None
    # The account may read nothing of ours: it gets its settings as an open file.
    with (folder / "pgbouncer.log").open("ab") as log, (folder / "pgbouncer.ini").open("w+") as ini:
        ini.write(config)
        ini.flush()
        command = [PROGRAM, f"/dev/fd/{ini.fileno()}"]
        server = subprocess.Popen(
            command, stdout=log, stderr=log, pass_fds=[ini.fileno()], **as_account(account)
        )
        try:
            await_listening(server, port)
            yield f"postgresql://{parts.username}@127.0.0.1:{port}/site"
        finally:
            server.kill()
            server.wait()
