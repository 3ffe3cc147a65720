"""Every operation answers as it was recorded, to the letter of its headers."""

import difflib
import os
from pathlib import Path

import pytest

from tests.api.judges.recorder import Recorder, lines
from tests.api.judges.story import HOST, run_story
from tests.api.judges.test_examples import always_the_same

RECORDED = Path(__file__).with_name("recorded.jsonl")
WRITE = "COURSES_WRITE_EXAMPLES"


@pytest.mark.slow
@pytest.mark.django_db
def test_every_answer_is_as_it_was_recorded(settings):
    """Changed on purpose: run it with COURSES_WRITE_EXAMPLES=1, and read what changed."""
    settings.ALLOWED_HOSTS = [HOST]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    found = lines(run_story(Recorder).exchanges, always_the_same)
    if os.environ.get(WRITE):
        RECORDED.write_text(found, encoding="utf-8")
    kept = RECORDED.read_text(encoding="utf-8").splitlines()
    changed = difflib.unified_diff(
        kept, found.splitlines(), "recorded", "answered", lineterm="", n=0
    )
    assert "\n".join(one[:600] for one in changed) == ""
