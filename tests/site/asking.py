"""What the settings are in a process with another environment."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
QUESTION = """
import json
from cxcourse import settings
names = {names!r}
print(json.dumps({{name: getattr(settings, name) for name in names}}, default=str))
"""
FORKING = """
import json, os, sys, traceback
# What the settings import themselves, without the project: most of the time that they take.
import django.contrib.admin, environ
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if child == 0:
        os.environ.clear()
        os.environ.update(asked["env"])
        for number, path in enumerate(asked["outputs"], start=1):
            os.dup2(os.open(path, os.O_WRONLY), number)
        code = 0
        try:
            exec(asked["program"], {"__name__": "__main__"})
        except BaseException:
            traceback.print_exc()
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
_forking: list[Any] = []


def kept() -> dict[str, str]:
    """The variables that any process needs."""
    return {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}


@contextmanager
def asked_in_forks() -> Iterator[None]:
    """Let `ask` fork its processes from one that has imported Django: a third of the time."""
    if not hasattr(os, "fork"):
        yield
        return
    with subprocess.Popen(
        [sys.executable, "-c", FORKING],
        cwd=ROOT,
        env=kept(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        _forking.append(process)
        try:
            yield
        finally:
            _forking.clear()


def ask(*names: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """These settings as JSON, or the refusal, of a process that has this environment alone."""
    program, env = QUESTION.format(names=names), {**kept(), **environment}
    if not _forking:
        return subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
    (process,) = _forking
    with NamedTemporaryFile("r") as output, NamedTemporaryFile("r") as errors:
        outputs = [output.name, errors.name]
        line = json.dumps({"program": program, "env": env, "outputs": outputs})
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
        code = int(process.stdout.readline())
        return subprocess.CompletedProcess(program, code, output.read(), errors.read())
