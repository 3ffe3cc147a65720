"""What each type declares of its responses: enough to answer by, and its page's text."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from courses.conf import DEFAULTS
from courses.questions import registry
from courses.questions.base import Json, ResponseError, flatten
from courses.questions.describing import response_schema
from courses.questions.responses import ANYTHING, lines
from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive
from tests.questions.test_registry import HOST_LIST, Even

PAGES = Path(__file__).resolve().parents[2] / "docs/question-types"
START, END = "<!-- response: generated -->", "<!-- /response -->"
HOST = {"stem": "Give an even number.", "feedback": "Pairs."}
KEYS = [*EXAMPLES, Even.key]


@pytest.fixture(autouse=True)
def host_type(settings: Any) -> None:
    settings.COURSES_QUESTION_TYPES = [*DEFAULTS["QUESTION_TYPES"], HOST_LIST[1]]


def drives(key: str) -> list[Drive]:
    return [Drive(key, value) for value in EXAMPLES.get(key, [HOST])]


def value_for(field: Json, content: Json) -> Any:
    """A value that the schema and the question's `content` allow, with no other knowledge."""
    rows = [row["key"] for row in content.get(field.get("x-values", ""), ())]
    if field["type"] == "array":
        return rows
    if rows or "enum" in field:
        return (rows or field["enum"])[0]
    if field["type"] == "object":
        keys = [row["key"] for row in content.get(field["x-keys"], ())]
        return {key: value_for(field["additionalProperties"], content) for key in keys}
    return "12" if field["type"] == "string" else field.get("minimum", 0)


def answers(schema: Json, content: Json) -> Iterator[Json]:
    """Responses by the schema alone: the required fields, or each field where any will do."""
    fields = schema["properties"]
    for names in [schema["required"]] if "required" in schema else [[name] for name in fields]:
        yield {name: value_for(fields[name], content) for name in names}


@pytest.mark.parametrize("key", KEYS)
def test_the_schema_alone_is_enough_to_answer(key: str) -> None:
    for drive in drives(key):
        schema = response_schema(drive.type)
        Draft202012Validator.check_schema(schema)
        sent = first_options(drive, next(answers(schema, drive.present())))
        Draft202012Validator(schema).validate(sent)
        assert drive.parse(sent) is not None


def first_options(drive: Drive, sent: Json) -> Json:
    """A blank with `options` takes the text of one; a picture with one right region takes one."""
    for row in drive.present().get("blanks", ()):
        if row.get("options"):
            sent["blank"][row["key"]] = row["options"][0]["text"]
    if drive.present().get("is_multiple") is False:
        sent["region"] = sent["region"][:1]
    return sent


@pytest.mark.parametrize("key", KEYS)
def test_a_stored_response_and_every_solution_are_as_the_schema_says(key: str) -> None:
    for drive in drives(key):
        validator = Draft202012Validator(drive.type.response_schema)
        for sample in drive.type.samples(drive.data, drive.params):
            if not sample.is_unreadable and (stored := drive.parse(sample.raw)) is not None:
                validator.validate(stored)
        if (solution := drive.type.solution(drive.data, drive.params)) is not None:
            validator.validate(solution)


@pytest.mark.parametrize("key", KEYS)
def test_a_field_that_the_schema_does_not_name_or_that_is_missing_is_refused_by_name(
    key: str,
) -> None:
    drive = drives(key)[0]
    schema = drive.type.response_schema
    sent = first_options(drive, next(answers(schema, drive.present())))
    for extra in ("nonsense", "choices"):
        for value in ("x", {}, [], {"a": "b"}):
            assert refused({**sent, extra: value}, drive)[0].split(".")[0] == extra
    fields = schema["properties"]
    for name in schema.get("required", ()):
        rest = {
            other: value_for(fields[other], drive.present()) for other in fields if other != name
        }
        if any(rest.values()):
            assert refused(rest, drive) == [name]
    for name, field in schema["properties"].items():
        if field["type"] == "object":
            assert refused({name: {"no-such-key": "1"}}, drive) == [f"{name}.no-such-key"]
            assert refused({name: "text"}, drive) == [name]


def refused(sent: Json, drive: Drive) -> list[str]:
    with pytest.raises(ResponseError) as error:
        drive.type.read(drive.data, drive.params, flatten(sent))
    return [problem.path for problem in error.value.problems]


def test_every_shipped_type_declares_its_response() -> None:
    types = registry.all_types().values()
    assert [kind.key for kind in types if kind.response_schema is ANYTHING] == []


@pytest.mark.parametrize("key", EXAMPLES)
def test_the_page_says_what_the_schema_says(key: str) -> None:
    """`COURSES_WRITE_RESPONSES=1 pytest tests/questions/test_response_schemas.py` writes it."""
    page = PAGES / f"{key}.md"
    text = page.read_text(encoding="utf-8")
    wanted = "\n".join([START, *section(key), END])
    if os.environ.get("COURSES_WRITE_RESPONSES"):
        page.write_text(with_section(text, wanted), encoding="utf-8")
    assert wanted in page.read_text(encoding="utf-8")


def section(key: str) -> list[str]:
    schema = registry.get(key).response_schema
    need = "" if "required" in schema else " One of these fields, not both."
    return [
        f"**Response.** A JSON object with these fields and no others.{need}",
        "",
        *lines(schema),
    ]


def with_section(text: str, wanted: str) -> str:
    if START in text:
        before, _, rest = text.partition(START)
        return before + wanted + rest.partition(END)[2]
    before, mark, rest = text.partition("**Keyboard")
    return f"{before}{wanted}\n\n{mark}{rest}" if mark else f"{text.rstrip()}\n\n{wanted}\n"
