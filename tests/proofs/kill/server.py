"""A web server that may be killed: gunicorn with several workers on a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[3]
START_S = 40
POLL_S = 0.02


class Server:
    def __init__(self, env: dict[str, str], *, workers: int, log: Path) -> None:
        self.env, self.workers, self.log = env, workers, log
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    def start(self) -> None:
        command = [
            sys.executable, "-m", "gunicorn", "tests.proofs.kill.wsgi:application",
            f"--bind=127.0.0.1:{self.port}", f"--workers={self.workers}", "--threads=4",
            "--preload", "--log-level=critical", "--no-control-socket", "--reuse-port",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        self._await_answer()

    def workers_now(self) -> list[int]:
        """The process ids of the workers that live at this moment."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        if children.exists():
            return [int(pid) for pid in children.read_text().split()]
        result = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
        )
        pairs = [line.split() for line in result.stdout.splitlines()]
        return [int(pid) for pid, parent in pairs if int(parent) == self.process.pid]

    def kill_everything(self) -> None:
        """The master and all workers at once, without a word of warning."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill_everything()

    def _await_answer(self) -> None:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text(errors="replace")[-3000:]
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    return
            except (URLError, OSError):
                time.sleep(POLL_S)
        raise AssertionError("the server did not answer in time")
