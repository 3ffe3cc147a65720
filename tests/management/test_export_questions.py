"""`export_questions` writes the bank, names what a format cannot say, and reads back as it was."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from courses.coursefiles.yamltext import parse
from courses.domain.authoring import exporting, importing
from courses.interchange import formats
from tests.factories import CourseFactory, ModuleFactory, make_question
from tests.questions.cases import EXAMPLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Any:
    module = ModuleFactory(course=CourseFactory(key="c"), key="mod")
    make_question(module, key="one", tags=("t-1",))
    make_question(module, key="two", kind="ordering", data=EXAMPLES["ordering"][0])
    make_question(module, key="gone", is_retired=True)
    return module.course


def run(tmp_path: Any, format_key: str) -> tuple[bytes, Any]:
    file, out = tmp_path / "out", StringIO()
    arguments = [str(file), "--format", format_key, "--course", "c", "--report", "json"]
    call_command("export_questions", *arguments, stdout=out)
    return file.read_bytes(), json.loads(out.getvalue())


def test_gift_names_the_type_that_it_does_not_have(course: Any, tmp_path: Any) -> None:
    content, report = run(tmp_path, "gift")
    assert [(row["key"], "ordering" in row["reason"]) for row in report["refused"]] == [
        ("two", True)
    ]
    [found] = formats.read("gift", content, name="out")
    assert (found.ident, found.category, found.tags) == ("one", "mod", ("t-1",))


def test_yaml_is_the_file_of_a_course(course: Any, tmp_path: Any) -> None:
    content, report = run(tmp_path, "yaml")
    assert [row["key"] for row in parse(content.decode()).value] == ["one", "two"]
    assert report == {"refused": [], "losses": []}


def test_queries_do_not_grow_with_the_bank(course: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        exporting.export_questions(course=course, format_key="csv")
    make_question(course.modules.get(), key="three")
    with django_assert_num_queries(3):
        exporting.export_questions(course=course, format_key="csv")


def test_what_goes_out_comes_back_identical(course: Any, tmp_path: Any) -> None:
    found = formats.read("csv", run(tmp_path, "csv")[0], name="out")
    batch = importing.start(
        course=CourseFactory(), found=found, format_key="csv", file_name="", now=timezone.now()
    )
    done = importing.accept(batch=batch, by=None, now=timezone.now())
    assert len(done.created) == len(found)
    assert {row.status for row in importing.rows_of(batch=batch)} == {"identical"}
