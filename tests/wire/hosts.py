"""Two hosts of one site on two loopback addresses, with all that they share; nginx in front."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.programs import pgbouncer, redis
from tests.wire import server

ADDRESSES = ("127.0.0.1", "127.0.0.2")
_NGINX = """
{user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 128; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream hosts {{
    {servers}
  }}
  proxy_http_version 1.1;
  proxy_connect_timeout 2s;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  add_header X-Host $upstream_addr always;
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://hosts; }} }}
  {each}
}}
"""
_EACH = "server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://{host}; }} }}"


@dataclass
class Hosts:
    """What runs: the port of nginx for any host, and one for each host."""

    port: int
    env: dict[str, str]
    one: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Address and port of each."""
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    proxy: int = 0
    """The process of nginx."""

    def kill(self, number: int) -> None:
        """End a host's processes at once, without a word of warning."""
        os.killpg(self.processes[number].pid, signal.SIGKILL)
        self.processes[number].wait()


@contextmanager
def sharing(url: str, redis_program: Path, folder: Path) -> Iterator[dict[str, str]]:
    """Run what the hosts share; yield the environment of each of them."""
    with ExitStack() as stack:
        through = url
        if pgbouncer.PROGRAM is not None:
            through = stack.enter_context(pgbouncer.pooling(url, folder))
        cache = stack.enter_context(redis.serving(redis_program, folder))
        yield {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.wire.settings",
            "CXCOURSE_PROFILE": "test",
            "SECRET_KEY": "hosts-" + "x1" * 30,
            "DATABASE_URL": through,
            "DATABASE_PGBOUNCER": "1",
            "CACHE_URL": f"redis://127.0.0.1:{cache}/1",
            "SESSIONS": "cached",
            "COURSE_FILES": str(folder / "files"),
            "TRUSTED_PROXIES": "1",
            "WEB_CONCURRENCY": "1",
            "WEB_THREADS": "4",
            "PYTHONWARNINGS": "ignore",
        }


@contextmanager
def running(env: dict[str, str], folder: Path, *, count: int = 2) -> Iterator[Hosts]:
    """Run so many hosts and nginx; any request may go to any of them."""
    hosts = Hosts(server.free_port(), env)
    with ExitStack() as stack:
        for number, address in enumerate(ADDRESSES[:count]):
            port = server.free_port()
            command = [part.replace("127.0.0.1", address) for part in server.docker_command(port)]
            log = stack.enter_context((folder / f"host{number}.log").open("ab"))
            process = subprocess.Popen(
                command, cwd=server.ROOT, env=env, stdout=log, stderr=log, start_new_session=True
            )
            stack.callback(_end, process)
            hosts.names.append(f"{address}:{port}")
            hosts.one.append(server.free_port())
            hosts.processes.append(process)
        for number, name in enumerate(hosts.names):
            address, _, port_text = name.partition(":")
            log_file = folder / f"host{number}.log"
            server.await_port(int(port_text), hosts.processes[number], log_file, host=address)
        hosts.proxy = stack.enter_context(_nginx(hosts, folder / "nginx"))
        yield hosts


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        server.with_all_children(process)


@contextmanager
def _nginx(hosts: Hosts, folder: Path) -> Iterator[int]:
    assert server.NGINX is not None
    folder.mkdir()
    servers = [f"server {name} max_fails=1 fail_timeout=2s;" for name in hosts.names]
    pairs = zip(hosts.one, hosts.names, strict=True)
    each = [_EACH.format(port=port, host=name) for port, name in pairs]
    # Only root may name the user of the workers, who must be able to write into the folder.
    user = "user root root;" if os.geteuid() == 0 else ""
    values = {"folder": folder, "port": hosts.port, "servers": " ".join(servers)}
    config = _NGINX.format(user=user, each="\n  ".join(each), **values)
    (folder / "nginx.conf").write_text(config)
    command = [server.NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "error.log"]
    with server.serving(command, hosts.port, dict(os.environ), folder / "out.log"):
        yield int((folder / "nginx.pid").read_text())
