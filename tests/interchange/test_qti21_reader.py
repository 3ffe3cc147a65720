"""Another system's reader of QTI 2.1 finds in our export what we meant by it."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from courses.interchange import formats
from courses.interchange.found import value_of
from courses.interchange.qti21 import write_qti21
from tests.interchange.test_qti21 import members, outgoing
from tests.questions.cases import EXAMPLES

READS = (
    "single_choice", "multiple_response", "true_false", "short_text", "matching", "categorise",
    "essay",
)  # fmt: skip
"""Types that the other reader has a counterpart for."""


def nested(content: bytes) -> bytes:
    """The package as the reader expects it: each item in a zip of its own."""
    files = members(content)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as outer:
        for name in sorted(files):
            if name.startswith("items/") and name.endswith(".xml"):
                inner = io.BytesIO()
                with zipfile.ZipFile(inner, "w") as item:
                    item.writestr("imsmanifest.xml", files["imsmanifest.xml"])
                    item.writestr(Path(name).name, files[name])
                outer.writestr(f"bank/{Path(name).stem}.zip", inner.getvalue())
    return out.getvalue()


@pytest.mark.slow
def test_onyx2moodle_reads_our_items_with_their_keys(tmp_path: Path) -> None:
    questions = {
        f"{kind.replace('_', '-')}-{place}": (kind, value)
        for kind in READS
        for place, value in enumerate(EXAMPLES[kind])
    }
    written = write_qti21([outgoing(kind, value, key) for key, (kind, value) in questions.items()])
    assert written.refused == {}
    (tmp_path / "bank.zip").write_bytes(nested(written.content))
    command = [sys.executable, "-m", "onyx2moodle", "convert", "bank.zip", "-o", "bank.xml"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    assert not (tmp_path / "bank.skipped.log").exists()
    text = (tmp_path / "bank.xml").read_text(encoding="utf-8")
    found = formats.read("moodlexml", text.encode(), name="bank.xml")
    read = {one.title: one for one in found}
    assert set(read) == set(questions)
    for key, (kind, value) in questions.items():
        assert read[key].item is not None, read[key].reason
        assert meant(value_of(read[key].item)) == meant(value), (key, kind)


def meant(value: Any) -> Any:
    """What is right, in texts."""
    if "answer" in value:
        return {str(value["answer"]).casefold()}
    names = {one["key"]: one["text"] for one in value.get("categories", ())}
    found = {one["text"].casefold() for one in value.get("options", ()) if one.get("correct")}
    found |= {one["text"] for one in value.get("accept", ())}
    found |= {(one["text"], one["match"]) for one in value.get("pairs", ())}
    return found | {(one["text"], names[one["category"]]) for one in value.get("cards", ())}
