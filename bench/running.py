"""Start and stop programs that listen on a port of this machine."""

import signal
import socket
import subprocess
import time
from pathlib import Path

START_SECONDS = 30


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=START_SECONDS)


def await_port(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"The server did not start:\n{log.read_text()[-2000:]}")
