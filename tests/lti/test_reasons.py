"""Every code with which a launch is refused has its line in the documentation, and no other."""

import re
from pathlib import Path

from courses import lti
from courses.lti.models import LtiDeployment
from courses.lti.reasons import TEXTS
from courses.lti.validation import CHECKS, NOTICE_CHECKS

CODE = Path(lti.__file__).parent
PAGE = Path(__file__).resolve().parents[2] / "docs/lti/README.md"
RAISED = re.compile(r"LaunchDenied\(\s*(?:\(\s*)?\"([a-z_]+)\"")
TOKEN = re.compile(r"\"(token_[a-z_]+)\"")


def known() -> set[str]:
    """The codes of the table of conditions, of the words for people, and of the code itself."""
    found = set(TEXTS) | {reason for reason, _holds, _detail in (*CHECKS, *NOTICE_CHECKS)}
    for path in CODE.glob("*.py"):
        found |= set(RAISED.findall(path.read_text()))
    found |= set(TOKEN.findall((CODE / "validation.py").read_text()))
    states = set(LtiDeployment.State.values) - {LtiDeployment.State.ACTIVE}
    return found | {f"deployment_{state}" for state in states}


def documented() -> list[str]:
    page = PAGE.read_text()
    table = page.partition("## When a launch is refused")[2].partition("\n\nPages may")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return re.findall(r"`([a-z_]+)`", "".join(rows))


def test_every_code_is_explained_once():
    assert sorted(documented()) == sorted(known())
