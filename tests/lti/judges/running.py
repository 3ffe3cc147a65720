"""Start the programs of this folder, each in the environment that it needs."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils import timezone

from courses.lti import addresses, registrations
from tests.programs import judges
from tests.programs.ports import await_listening, free_port

HERE = Path(__file__).parent


@contextmanager
def server(program: str, *arguments: str, port: int | None = None) -> Iterator[str]:
    """A program that listens on loopback until the end of the block; its base address."""
    port = port or free_port()
    command = [judges.python("platforms"), HERE / f"{program}.py", str(port), *arguments]
    with subprocess.Popen(list(map(str, command)), cwd=HERE) as process:
        try:
            await_listening(process, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def register(*, quiz: Any, base: str, client_id: str = "cx") -> dict[str, str]:
    """Register the tool with a platform of this folder; return what its program asks for."""
    row = registrations.create(
        issuer=base,
        client_id=client_id,
        name="School",
        now=timezone.now(),
        auth_url=f"{base}/auth",
        keyset_url=f"{base}/jwks",
        token_url=f"{base}/token",
        accepts_deployments=True,
    )
    return {
        "login": addresses.login(row.uuid),
        "shared_login": addresses.login(),
        "launch": addresses.launch(),
        "target": addresses.of_target(addresses.Named(course=quiz.course.key, quiz=quiz.key)),
        "keys": addresses.keys(row.uuid),
    }


def answer(environment: str, program: str, *arguments: str) -> Any:
    """What a program prints, as JSON."""
    command = [judges.python(environment), HERE / f"{program}.py", *arguments]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
