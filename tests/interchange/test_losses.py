"""The list of losses is closed: each code is used, and each has a sentence."""

import re
from pathlib import Path

from courses.interchange.losses import SENTENCES, Loss


def test_every_code_is_used_and_every_used_code_has_a_sentence() -> None:
    sources = Path("courses/interchange").rglob("*.py")
    texts = "".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(re.findall(r'(?:Loss|lose)\(\s*"(\w+)"', texts))
    assert used == set(SENTENCES)
    assert all("%(" not in Loss(code, "x").text for code in used)
