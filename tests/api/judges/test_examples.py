"""The examples in the description are true: they were sent and answered, word for word."""

import base64
import json
import os
import random
import re
import uuid
from typing import Any

import jsonschema
import pytest

from courses.api import illustrations
from courses.api.problems import TITLES
from courses.api.schema import PROBLEM, document
from tests.api.judges.refusals import refused
from tests.api.judges.story import HOST, run_story

WRITE = "COURSES_WRITE_EXAMPLES"
HOW = f"Run it with {WRITE}=1 to write them anew, and read what changed."
METHODS = [
    (path, spec) for path, methods in document()["paths"].items() for spec in methods.values()
]


@pytest.fixture
def examples(settings) -> dict[str, Any]:
    """File → what it should hold, with ids and secrets that are the same every time."""
    settings.ALLOWED_HOSTS = [HOST]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    story = run_story()
    found = {**story.examples, illustrations.PROBLEMS: refused(story)}
    return json.loads(always_the_same(json.dumps(found)))


@pytest.mark.slow
@pytest.mark.django_db
def test_every_example_was_sent_and_answered_just_so(examples):
    folder = illustrations.EXAMPLES
    if os.environ.get(WRITE):
        for path in folder.glob("*.json"):
            path.unlink()
        for name, example in examples.items():
            text = json.dumps(example, indent=2, ensure_ascii=False)
            (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")

    kept = {path.stem: illustrations.read(path.stem) for path in folder.glob("*.json")}
    assert kept == examples, HOW


def test_addresses_in_examples_name_no_port():
    texts = [path.read_text(encoding="utf-8") for path in illustrations.EXAMPLES.glob("*.json")]
    assert any(f"https://{HOST}/" in text for text in texts)
    assert not [text for text in texts if f"{HOST}:" in text]


def test_every_problem_has_an_example():
    """A new one is provoked in `refusals.py`."""
    assert set(illustrations.read(illustrations.PROBLEMS)) == set(TITLES)


@pytest.mark.parametrize(
    ("path", "spec"), METHODS, ids=[spec["operationId"] for _, spec in METHODS]
)
def test_every_operation_has_examples_that_fit_its_schema(path, spec):
    name = spec["operationId"]
    example = illustrations.read(name)
    assert example, f"{name} has no example: add a line to tests/api/judges/story.py. {HOW}"
    if "requestBody" in spec:
        media = spec["requestBody"]["content"]["application/json"]
        _fits(media["example"], media["schema"])
    media = spec["responses"][str(example["status"])].get("content", {})
    for one in media.values():
        _fits(one["example"], one["schema"])
    for one in spec.get("parameters", ()):
        if one["in"] == "path" or one["name"] in example.get("query", {}):
            _fits(one["example"], one["schema"])


@pytest.mark.parametrize("code", TITLES)
def test_examples_of_problems_fit_their_schema(code):
    body = illustrations.read(illustrations.PROBLEMS)[code]
    _fits(body, PROBLEM)
    assert body["status"] == TITLES[code][0]


def _fits(value: Any, schema: dict[str, Any]) -> None:
    whole = {**schema, "components": document()["components"]}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(
        value
    )


def always_the_same(text: str) -> str:
    """Ids and secrets are random in every run; here they come from one seed."""
    drawn = random.Random(1)
    names: dict[str, str] = {}

    def new_id(found: re.Match[str]) -> str:
        made = str(uuid.UUID(int=drawn.getrandbits(128), version=4))
        return names.setdefault(found[0], made)

    def new_secret(found: re.Match[str]) -> str:
        made = base64.b64encode(drawn.randbytes(24)).decode()
        return names.setdefault(found[0], f"whsec_{made}")

    def new_token(found: re.Match[str]) -> str:
        made = base64.urlsafe_b64encode(drawn.randbytes(24)).decode()
        return names.setdefault(found[0], f"{found[1]}_{drawn.randbytes(6).hex()}_{made}")

    def new_code(_found: re.Match[str]) -> str:
        made = base64.urlsafe_b64encode(drawn.randbytes(32)).decode().rstrip("=")
        return f"/launch/{made}/"

    text = re.sub(r'("prefix": ?")[0-9a-f]{12}"', r'\g<1>5ec2e7c0de00"', text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", new_id, text)
    text = re.sub(r"whsec_[\w+/=]+", new_secret, text)
    text = re.sub(r"(cx[il])_[0-9a-f]+_[\w-]+", new_token, text)
    return re.sub(r"/launch/[\w-]+/", new_code, text)
