"""`sync_courses` on a folder that did not change: quick, and with the same result as comparing."""

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test.utils import override_settings

from courses.coursefiles import digest
from courses.management.commands import sync_courses
from courses.models import Course, Edition, Event, Lesson, Question, SyncedFolder, Term
from tests.coursefiles.sample import FILES, files
from tests.coursefiles.test_reader import write
from tests.management.test_course_commands import Run

pytestmark = pytest.mark.django_db

UNCHANGED = "sample: 0 were created, 0 updated, 0 retired; 23 unchanged.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write(tmp_path / "sample", files())
    assert Run("sync_courses", folder).failure == ""
    return folder


def read_folders(folder: Path, *options: str) -> tuple[int, Run]:
    """Synchronise; return how many folders were read, and the run."""
    with patch.object(sync_courses, "read_course", wraps=sync_courses.read_course) as read:
        run = Run("sync_courses", folder, *options)
    return read.call_count, run


def test_a_folder_that_did_not_change_is_not_read_again(folder: Path) -> None:
    revision = Course.objects.get().revision
    count, run = read_folders(folder)
    assert (count, run.failure, run.err, run.out) == (0, "", "", UNCHANGED)
    assert Course.objects.get().revision == revision
    assert Event.objects.filter(type="course.synced").count() == 1


@pytest.mark.parametrize("option", ["--force", "--check", "--ours", "--theirs"])
def test_an_option_about_comparing_reads_it(folder: Path, option: str) -> None:
    count, run = read_folders(folder, option)
    assert (count, run.failure) == (1, "")
    assert run.out.endswith("0 retired; 23 unchanged.\n")


def test_a_changed_file_is_found(folder: Path) -> None:
    text = FILES["course.yaml"].replace("licence: MIT", "licence: CC0")
    (folder / "course.yaml").write_text(text, encoding="utf-8")
    assert "1 updated" in read_folders(folder)[1].out
    assert Course.objects.get().licence == "CC0"
    # And the former text is not taken for what the rows hold.
    write(folder, files())
    assert "1 updated" in read_folders(folder)[1].out
    assert Course.objects.get().licence == "MIT"
    assert read_folders(folder)[0] == 0


def test_a_new_and_a_missing_file_are_found(folder: Path) -> None:
    (folder / "m1-first/assets").mkdir(exist_ok=True)
    (folder / "m1-first/assets/more.svg").write_bytes(
        next(content for name, content in files().items() if name.endswith(".svg"))
    )
    assert read_folders(folder)[0] == 1
    (folder / "m1-first/assets/more.svg").unlink()
    assert read_folders(folder)[0] == 1


def _edit(model: type, **values: object) -> Callable[[], object]:
    return lambda: model.objects.update(**values)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "edit",
    [
        _edit(Term, term="Another word"),
        _edit(Question, is_retired=True),
        _edit(Lesson, is_archived=True),
        _edit(Lesson, body="Another text."),
        _edit(Term, source_hash=""),
        _edit(Term, source_hash="0" * 64),
        lambda: Term.objects.first().delete(),  # type: ignore[union-attr]
        lambda: Term.objects.create(course=Course.objects.get(), key="own", term="Own"),
        lambda: Lesson.objects.update(rendered={}),
    ],
    ids=[
        *("an edited term", "retired questions", "archived lessons", "edited lessons"),
        *("forgotten origins", "other origins", "a deleted term", "a term of one's own"),
        "stale HTML",
    ],
)
def test_rows_that_somebody_changed_end_as_when_all_is_compared(
    folder: Path, edit: Callable[[], object]
) -> None:
    """What is left to do after it, comparing finds: nothing may be left."""
    edit()
    quick = Run("sync_courses", folder)
    state = _state()
    forced = Run("sync_courses", folder, "--force")
    assert quick.failure == forced.failure
    assert _state() == state


def _state() -> list[object]:
    rows = [
        sorted(model.objects.values_list("key", "source_hash", *more))
        for model, more in (
            (Term, ("term",)),
            (Question, ("is_retired",)),
            (Lesson, ("is_archived", "body", "rendered__stamp")),
        )
    ]
    return [*rows, Edition.objects.count()]


def test_a_deleted_row_comes_back(folder: Path) -> None:
    count = Term.objects.count()
    Term.objects.first().delete()  # type: ignore[union-attr]
    assert "1 were created" in Run("sync_courses", folder).out
    assert Term.objects.count() == count


def test_lessons_whose_html_is_stale_are_rendered(folder: Path) -> None:
    Lesson.objects.update(rendered={})
    assert Run("sync_courses", folder).failure == ""
    assert all(lesson.rendered["stamp"] for lesson in Lesson.objects.all())


def test_a_conflict_is_reported_each_time(folder: Path) -> None:
    Term.objects.update(term="Ours")
    text = FILES["glossary.yaml"].replace("term:", "term: The", 1)
    (folder / "glossary.yaml").write_text(text, encoding="utf-8")
    runs = [Run("sync_courses", folder) for _number in range(2)]
    assert all("Decide the conflicts" in run.failure for run in runs)
    assert runs[0].err == runs[1].err


def test_a_folder_of_the_same_course_beside_it_is_refused(folder: Path) -> None:
    write(folder.parent / "twin", files())
    run = Run("sync_courses", folder.parent)
    assert "Another folder has this course's key." in run.err
    assert run.failure == "Nothing was written; mistakes found: 1."


def test_other_code_and_other_settings_read_again(folder: Path) -> None:
    before = digest.folder_digest(folder)
    with override_settings(COURSES_FIGURES={"map": "host/map.js"}):
        assert digest.folder_digest(folder) != before
    with patch.object(digest, "_code", return_value="another version"):
        assert digest.folder_digest(folder) != before
        assert read_folders(folder)[0] == 1
    assert digest.folder_digest(folder) == before


def test_a_folder_that_cannot_be_read_has_no_digest(folder: Path) -> None:
    (folder / "course.yaml").unlink()
    (folder / "course.yaml").symlink_to(folder / "glossary.yaml")
    assert digest.folder_digest(folder) == ""
    assert "Links are not followed" in Run("sync_courses", folder).err


def test_what_was_rolled_back_is_not_remembered(folder: Path) -> None:
    SyncedFolder.objects.all().delete()
    Run("sync_courses", folder, "--check")
    assert not SyncedFolder.objects.exists()
