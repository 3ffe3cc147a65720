"""nginx in front of the site, as docs/operations.md has it but without TLS."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.running import await_port, stop
from tests.programs.ports import free_port

CONFIGURATION = """
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx.error.log;
events {{ worker_connections 512; }}
http {{
  access_log {folder}/nginx.access.log;
  client_body_temp_path {folder}/nginx-body;
  proxy_temp_path {folder}/nginx-proxy;
  fastcgi_temp_path {folder}/nginx-fastcgi;
  uwsgi_temp_path {folder}/nginx-uwsgi;
  scgi_temp_path {folder}/nginx-scgi;
  keepalive_timeout 75s;
  upstream site {{
    server 127.0.0.1:{site};
    keepalive 32;
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://site;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto https;
    }}
  }}
}}
"""


@contextmanager
def serving(program: str, folder: Path, site: int) -> Iterator[tuple[int, int]]:
    """Run nginx in front of the port `site`; yield its process and its port."""
    port = free_port()
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=folder, site=site, port=port))
    process = subprocess.Popen([program, "-c", str(file), "-p", str(folder)])
    try:
        await_port(port, process, folder / "nginx.error.log")
        yield process.pid, port
    finally:
        stop(process)
