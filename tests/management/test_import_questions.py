"""`import_questions` prints one JSON object, writes nothing in a dry run, and exits with 1 for
a file of which nothing could be read."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from courses.models import Question, QuestionImport
from tests.factories import CourseFactory

pytestmark = pytest.mark.django_db
BANK = "::First::One?{=a ~b}\n\nA text.\n\nWrite.{}\n"


def run(tmp_path: Any, content: str, *options: str) -> dict[str, Any]:
    file = tmp_path / "bank.gift"
    file.write_text(content, encoding="utf-8")
    out = StringIO()
    arguments = [str(file), "--format", "gift", "--course", "c", "--report", "json", *options]
    call_command("import_questions", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_a_dry_run_reports_and_writes_nothing(tmp_path: Any) -> None:
    CourseFactory(key="c")
    report = run(tmp_path, BANK, "--dry-run")
    assert (report["found"], report["supported"]) == (3, 3)
    assert report["unsupported"] == []
    assert [(row["type"], row["title"], row["status"]) for row in report["questions"]] == [
        ("single_choice", "First", "new"),
        ("text", "A text.", "new"),
        ("essay", "Write.", "new"),
    ]
    assert (Question.objects.count(), QuestionImport.objects.count()) == (0, 0)


def test_what_is_complete_is_stored(tmp_path: Any) -> None:
    CourseFactory(key="c")
    report = run(tmp_path, BANK, "--reason", "Why.", "--publish")
    assert (report["created"], len(report["waiting"])) == (["first"], 1)
    assert Question.objects.get().status == "ready"


@pytest.mark.parametrize("content", ["", "// nothing\n", "a\x00b"])
def test_nothing_read_is_exit_code_1(tmp_path: Any, content: str) -> None:
    CourseFactory(key="c")
    with pytest.raises(CommandError) as caught:
        run(tmp_path, content)
    assert caught.value.returncode == 1
