"""`sync_courses` and `export_course` at the command line."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from courses.coursefiles import course_files, read_files
from courses.models import Course, Lesson
from tests.coursefiles.sample import FILES, edited, files
from tests.coursefiles.test_reader import write

pytestmark = pytest.mark.django_db


class Run:
    """A command that ran: its output, and how it ended."""

    def __init__(self, *arguments: Any) -> None:
        out, err = StringIO(), StringIO()
        self.failure = ""
        try:
            call_command(*map(str, arguments), stdout=out, stderr=err)
        except CommandError as error:
            self.failure = str(error)
        self.out, self.err = out.getvalue(), err.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "sample", files())


class TestSync:
    def test_a_folder_is_loaded(self, folder: Path) -> None:
        run = Run("sync_courses", folder)

        assert (run.failure, run.err) == ("", "")
        assert run.out == "sample: 23 were created, 0 updated, 0 retired; 0 unchanged.\n"
        assert Course.objects.get().key == "sample"

    def test_a_folder_of_courses_is_loaded(self, folder: Path) -> None:
        other = {**files(), "course.yaml": FILES["course.yaml"].replace("sample", "x", 1).encode()}
        write(folder.parent / "x", other)

        Run("sync_courses", folder.parent)

        assert sorted(Course.objects.values_list("key", flat=True)) == ["sample", "x"]

    def test_only_one_of_them(self, folder: Path) -> None:
        write(folder.parent / "broken", {"course.yaml": b""})

        assert Run("sync_courses", folder.parent, "--only", "sample").failure == ""
        assert Course.objects.count() == 1
        assert "No course folder is called “y”" in (
            Run("sync_courses", folder.parent, "--only", "y").failure
        )

    def test_check_writes_nothing(self, folder: Path) -> None:
        run = Run("sync_courses", folder, "--check")

        assert run.out == "sample: 23 would be created, 0 updated, 0 retired; 0 unchanged.\n"
        assert Course.objects.count() == 0

    def test_mistakes_are_reported_by_file_and_line_and_nothing_is_written(
        self, folder: Path
    ) -> None:
        write(folder.parent / "other", edited("course.yaml", "licence: MIT", "license: MIT"))

        run = Run("sync_courses", folder.parent)

        assert run.err.startswith(f"{folder.parent}/other/course.yaml:10: license: Unknown field")
        assert run.failure == "Nothing was written; mistakes found: 1."
        assert Course.objects.count() == 0

    def test_two_folders_with_one_key_are_refused(self, folder: Path) -> None:
        write(folder.parent / "twin", files())

        assert "mistakes found: 1" in Run("sync_courses", folder.parent).failure

    def test_warnings_are_printed(self, folder: Path) -> None:
        write(folder, edited("m1-first/questions/bank.yaml", "[bank]", "[bank, check]"))

        run = Run("sync_courses", folder)

        assert run.err.endswith("No lesson of the module shows this check. (warning)\n")
        assert run.failure == ""

    def test_conflict_is_reported_with_both_sides(self, folder: Path) -> None:
        Run("sync_courses", folder)
        Lesson.objects.filter(key="two-views").update(title="Mine")
        write(folder, edited("m1-first/01-two-views.md", "title: Two views", "title: Theirs"))

        run = Run("sync_courses", folder)

        assert run.failure == "Decide the conflicts with --ours or --theirs; those rows stayed."
        assert run.err == (
            "sample: conflict: lesson two-views was changed here and in its file\n"
            "  title\n"
            '    before: "Two views"\n'
            '    ours:   "Mine"\n'
            '    theirs: "Theirs"\n'
        )
        assert Run("sync_courses", folder, "--theirs").failure == ""
        assert Lesson.objects.get(key="two-views").title == "Theirs"

    def test_changed_row_without_file_is_reported(self, folder: Path) -> None:
        Run("sync_courses", folder)
        Lesson.objects.filter(key="the-next").update(title="Mine")
        (folder / "m1-first" / "02-the-next.md").unlink()
        lesson = FILES["m1-first/01-two-views.md"].replace("(lesson:the-next#h-more)", "(#)")
        write(folder, {"m1-first/01-two-views.md": lesson.encode()})

        run = Run("sync_courses", folder)

        assert run.err == "sample: kept although its file is gone: lesson the-next\n"
        assert run.failure == ""

    def test_a_path_that_is_not_there(self, tmp_path: Path) -> None:
        assert "is not a folder" in Run("sync_courses", tmp_path / "none").failure

    @pytest.mark.slow
    def test_without_paths_it_loads_the_shipped_course_and_the_hosts(
        self, folder: Path, settings: Any
    ) -> None:
        settings.COURSES_CONTENT_DIRS = [str(folder.parent)]

        run = Run("sync_courses")

        assert run.failure == ""
        assert sorted(Course.objects.values_list("key", flat=True)) == [
            "customer-experience",
            "sample",
        ]

    def test_the_shipped_course_can_be_left_out(self, settings: Any) -> None:
        settings.COURSES_SHIPPED_COURSES = False

        assert Run("sync_courses").failure == ""
        assert Course.objects.count() == 0


class TestExport:
    def test_a_course_is_written(self, folder: Path, tmp_path: Path) -> None:
        Run("sync_courses", folder)

        run = Run("export_course", "sample", tmp_path / "out")

        assert (run.failure, run.err) == ("", "")
        written = {
            path.relative_to(tmp_path / "out").as_posix(): path.read_bytes()
            for path in (tmp_path / "out").rglob("*")
            if path.is_file()
        }
        assert course_files(read_files(written).course) == written

    def test_an_unknown_course(self, tmp_path: Path) -> None:
        run = Run("export_course", "none", tmp_path / "out")

        assert run.failure == "There is no course “none”; known: none."

    def test_a_full_folder_needs_force(self, folder: Path) -> None:
        Run("sync_courses", folder)

        assert "is not empty" in Run("export_course", "sample", folder).failure
        assert Run("export_course", "sample", folder, "--force").failure == ""
        assert (folder / "m1-first" / "questions" / "def-1.yaml").is_file()

    def test_export_reports_content_that_is_no_valid_file(
        self, folder: Path, tmp_path: Path
    ) -> None:
        Run("sync_courses", folder)
        Lesson.objects.filter(key="the-next").update(body="[[term:nowhere]]")

        run = Run("export_course", "sample", tmp_path / "out")

        assert "02-the-next.md:6: term: there is nothing with the key “nowhere” here." in run.err
        assert "mistakes to mend before import: 1" in run.failure


class TestRules:
    """`--check` holds a course to the `publishing.yaml` beside it."""

    RULES = b"are_terms_linked: true\n"

    def test_findings_fail_the_check_by_file_and_line(self, folder: Path) -> None:
        write(folder, {"publishing.yaml": self.RULES})

        run = Run("sync_courses", folder, "--check")

        assert run.err == (f"{folder}/glossary.yaml:5: No lesson links to the term “process”.\n")
        assert run.failure == "Nothing was written; mistakes found: 1."

    def test_a_course_is_loaded_whatever_its_rules_say(self, folder: Path) -> None:
        write(folder, {"publishing.yaml": self.RULES})

        run = Run("sync_courses", folder)

        assert (run.failure, run.err) == ("", "")

    def test_rules_that_cannot_be_understood_fail_the_check(self, folder: Path) -> None:
        write(folder, {"publishing.yaml": b"lesson: {}\n"})

        run = Run("sync_courses", folder, "--check")

        assert run.err.startswith(f"{folder}/publishing.yaml:1: lesson: Unknown field")
