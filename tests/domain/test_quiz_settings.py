"""One table of a quiz's settings: what is declared in it is read, stored, exported and answered."""

import dataclasses
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import models
from django.test.utils import isolate_apps

from courses.admin.quizzes import GROUPS, QuizAdmin
from courses.api.authoring.fields import answered
from courses.api.authoring.quizzes import AuthoredQuiz, NewQuiz, QuizChanges
from courses.api.authoring.records import fields_of
from courses.api.values import StrictSerializer
from courses.coursefiles.durations import duration, file_kind, file_values, from_file
from courses.coursefiles.quizzes import FROZEN
from courses.coursefiles.records import python_value, record_of
from courses.coursefiles.rules import check, rule, rules_of
from courses.coursefiles.schema import QuizFile
from courses.domain.authoring.columns import column_names
from courses.domain.reveal.policy import Policy
from courses.models import Quiz
from courses.questions.data import DataError, load

SETTINGS = [name for name, one in rules_of(QuizFile).items() if one.group]


@dataclasses.dataclass(frozen=True, kw_only=True)
class WithMore(QuizFile):
    """A quiz with three settings that no module knows of."""

    warn_before_s: int | None = duration(
        "warn_before_minutes", "warn_before_seconds", default=None, help_text="null: no warning."
    )
    is_quiet: bool = rule(default=False)
    room: str = rule(one_of=("any", "hall"), default="any")


VALUES = {"key": "q", "title": "Q", "kind": "exam"}


def from_yaml(values):
    return from_file(WithMore, load(file_kind(WithMore), {**VALUES, **values}))


class TestNewSetting:
    def test_file_says_minutes_and_record_holds_seconds(self):
        record = from_yaml({"warn_before_minutes": 2, "warn_before_seconds": 5, "is_quiet": True})
        assert (record.warn_before_s, record.is_quiet) == (125, True)
        assert file_values(record) == {
            **VALUES,
            "warn_before_minutes": 2,
            "warn_before_seconds": 5,
            "is_quiet": True,
        }

    def test_file_with_the_name_in_seconds_is_refused(self):
        with pytest.raises(DataError) as refusal:
            from_yaml({"warn_before_s": 5})
        (problem,) = refusal.value.problems
        assert problem.path == "warn_before_s"
        assert "warn_before_minutes, warn_before_seconds" in problem.message

    @pytest.mark.parametrize("seconds", [0, -1, 32_767 * 60 + 60])
    def test_seconds_out_of_bounds_are_a_problem(self, seconds):
        record = WithMore(**VALUES, warn_before_s=seconds)
        assert [problem.path for problem in check(record)] == ["warn_before_s"]

    @isolate_apps("courses")
    def test_column_of_the_same_name_is_filled(self):
        class Row(models.Model):  # noqa: DJ008
            warn_before_s = models.IntegerField(null=True)
            room = models.CharField(max_length=4)
            other = models.IntegerField()

            class Meta:
                app_label = "cx_courses"
                managed = False

        names = column_names(model=Row, kind=WithMore)
        assert names == ("warn_before_s", "room")
        assert python_value(from_yaml({"warn_before_seconds": 5}), "warn_before_s") == 5

    def test_api_takes_it_and_answers_it(self):
        @fields_of(WithMore, exclude=("review", "items"))
        class Values(StrictSerializer):
            pass

        fields = Values().fields
        assert (fields["warn_before_s"].min_value, fields["warn_before_s"].allow_null) == (1, True)
        assert list(fields["room"].choices) == ["any", "hall"]
        record = record_of(WithMore, Values.validated({**VALUES, "warn_before_s": 60}))
        assert (record.warn_before_s, record.is_quiet, record.room) == (60, False, "any")
        assert answered(Values, "Answer")().fields["is_quiet"].required


@pytest.mark.parametrize("name", SETTINGS)
def test_setting_is_a_column_and_stands_in_the_api_and_the_admin(name):
    rows = {"requires_modules", "compares_with"}
    assert name in {*column_names(model=Quiz, kind=QuizFile), *rows}
    for serializer in (NewQuiz, QuizChanges, AuthoredQuiz):
        assert name in serializer.field_names()
    groups = [options["fields"] for _title, options in QuizAdmin(Quiz, admin.site).fieldsets]
    assert sum(name in fields for fields in groups) == 1


def test_every_word_of_its_file_is_documented():
    page = (Path(__file__).parents[2] / "docs" / "course-files.md").read_text(encoding="utf-8")
    quizzes = page.partition("### Quizzes")[2]
    words = [field.name for field in dataclasses.fields(file_kind(QuizFile))]
    assert [word for word in words if f"`{word}`" not in quizzes] == []


def test_every_group_has_a_title():
    assert {one.group for one in rules_of(QuizFile).values()} == {"", *GROUPS}


def test_attempt_freezes_what_its_policy_reads():
    fields = {field.name for field in dataclasses.fields(Policy)}
    # The column and the word of the file are older than the name in code.
    read = fields - {"reveal_table"} | {"review"}
    assert read <= set(Quiz().settings) == set(FROZEN) < set(SETTINGS)
