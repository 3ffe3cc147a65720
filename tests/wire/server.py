"""The shipped server, a proxy in front of it, and requests that are written byte by byte."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.programs.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_S = 60
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
_NGINX = """
{user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 128; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  client_max_body_size 20m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{site};
      proxy_http_version 1.1;
      proxy_request_buffering {buffering};
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    """Names in lower case."""
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)


def made_records(env: dict[str, str]) -> dict[str, str]:
    """Fill the site of this environment with what the tests need; return its names."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.wire.records"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


def docker_command(port: int) -> list[str]:
    """What the image runs, on a port of ours."""
    found = re.search(
        r"^CMD (\[.*?\])", (ROOT / "Dockerfile").read_text(), re.MULTILINE | re.DOTALL
    )
    assert found is not None
    command = json.loads(found[1].replace("\\\n", ""))
    assert command[0] == "gunicorn"
    bound = [f"--bind=127.0.0.1:{port}" if "--bind" in part else part for part in command[1:]]
    return [sys.executable, "-m", "gunicorn", *bound]


@contextmanager
def serving(command: Sequence[str], port: int, env: dict[str, str], log: Path) -> Iterator[int]:
    """The port on which this command answers."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=output, stderr=output, start_new_session=True
        )
    try:
        await_port(port, process, log)
        yield port
    finally:
        with_all_children(process)


def with_all_children(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def await_port(
    port: int, process: subprocess.Popen[bytes], log: Path, host: str = "127.0.0.1"
) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(errors="replace")[-3000:]
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing answers: {log.read_text(errors='replace')[-3000:]}")


@contextmanager
def proxied(site: int, folder: Path, *, is_buffering: bool) -> Iterator[int]:
    """The port of a proxy in front of the site: nginx, or a small one where there is none."""
    if NGINX is None:
        with _Relay(site) as relay:
            yield relay.port
        return
    port = free_port()
    folder.mkdir()
    buffering = "on" if is_buffering else "off"
    # Only root may name the user of the workers, who must be able to write into the folder.
    user = "user root root;" if os.geteuid() == 0 else ""
    config = _NGINX.format(user=user, folder=folder, port=port, site=site, buffering=buffering)
    (folder / "nginx.conf").write_text(config)
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "error.log"]
    with serving(command, port, dict(os.environ), folder / "out.log"):
        yield port


class _Relay:
    """A proxy that buffers nothing: it adds the address and passes on what comes."""

    def __init__(self, site: int) -> None:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += self.request.recv(65536) or b"\r\n\r\n"
                first, _, rest = head.partition(b"\r\n")
                sent = re.findall(rb"(?im)^x-forwarded-for: (.*)\r$", rest)
                rest = re.sub(rb"(?im)^(x-forwarded-for|connection):.*\r\n", b"", rest)
                addresses = b", ".join([*sent, self.client_address[0].encode()])
                added = b"X-Forwarded-For: " + addresses + b"\r\nConnection: close\r\n"
                with socket.create_connection(("127.0.0.1", site)) as onward:
                    onward.sendall(first + b"\r\n" + added + rest)
                    there = threading.Thread(target=_pump, args=(self.request, onward))
                    there.start()
                    _pump(onward, self.request)
                    there.join()

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> "_Relay":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


def ask(
    port: int,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    is_chunked: bool = False,
    source: str = "127.0.0.1",
    **headers: str,
) -> Answer:
    """One request on a connection of its own, with or without the length of its body."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=30, source_address=(source, 0)
    )
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        if is_chunked:
            given["Transfer-Encoding"] = "chunked"
            pieces = [body[:7], body[7:]] if body else []
            connection.request(method, path, iter(pieces), given, encode_chunked=True)
        else:
            connection.request(method, path, body or None, given)
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())
    finally:
        connection.close()
