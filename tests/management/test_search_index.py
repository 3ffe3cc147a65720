"""The command that writes the index of the search anew, and compares it with the content."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from courses import full_text
from courses.domain import search
from courses.models import Lesson, SearchText
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def lesson():
    return f.LessonFactory(
        title="Gifts", rendered={"segments": [{"html": "<p>Complaints are gifts.</p>"}]}
    )


def found(lesson) -> int:
    by = f.make_learner(lesson.module.course).user
    return search.search(by=by, query="complaints", now=f.NOW).count


def test_index_that_is_missing_is_written(lesson, capsys):
    assert found(lesson) == 0
    with pytest.raises(CommandError, match="differences"):
        call_command("search_index", "--verify")
    call_command("search_index")
    call_command("search_index", "--verify")
    assert "is what the courses say" in capsys.readouterr().out
    assert found(lesson) == 1


def test_rows_that_differ_are_named_and_mended(lesson, capsys):
    course = lesson.module.course
    call_command("search_index", course.key)
    SearchText.objects.filter(lesson=lesson, kind="passage").update(words="something else")
    with pytest.raises(CommandError):
        call_command("search_index", "--verify", course.key)
    assert f"{course.key}: passage: Complaints are gifts." in capsys.readouterr().out
    call_command("search_index", course.key)
    call_command("search_index", "--verify", course.key)
    assert found(lesson) == 1


def test_course_that_does_not_exist_is_named():
    with pytest.raises(CommandError, match="no-such"):
        call_command("search_index", "no-such")


@pytest.mark.django_db(transaction=True)
def test_index_of_the_database_can_be_taken_away_and_made_again(lesson):
    if connection.vendor not in ("sqlite", "postgresql"):
        pytest.skip("needs SQLite")
    call_command("search_index")
    full_text.remove(connection)
    assert not full_text.is_installed(connection)
    full_text.install(connection)
    full_text.install(connection)
    assert full_text.is_installed(connection)
    call_command("search_index", "--verify")
    assert found(lesson) == 1


def test_relay_indexes_what_changed_without_the_pages(lesson):
    assert search.refresh_due() > 0
    assert found(lesson) == 1
    assert search.refresh_due() == 0
    Lesson.objects.filter(pk=lesson.pk).update(title="Complaints first")
    lesson.module.course.save()
    assert search.refresh_due() > 0
    assert list(search.verify(course=lesson.module.course)) == []
