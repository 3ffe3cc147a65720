"""Summaries can always be rebuilt from the log, and a wrong one is found."""

from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import ProtectedError

from courses.domain import verifying
from courses.models import Attempt, AttemptItem, Grading, QuestionVersion, Response, Result
from tests.domain.test_attempts import save, submit
from tests.factories import NOW, RIGHT, WRONG, make_learner, make_quiz, reader_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt():
    from courses.domain import attempts

    quiz = make_quiz(questions=2)
    ada = make_learner(quiz.course)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    save(sitting, 1, WRONG)
    save(sitting, 1, RIGHT, based_on=1)
    save(sitting, 2, WRONG)
    return submit(sitting)


def test_honest_summaries_pass(attempt, capsys):
    call_command("verify_records")

    assert "0 differences" in capsys.readouterr().out


def raw(sql, *values):
    """Run SQL as somebody in a shell of the database would, past every guard of Django."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute(sql, values)


def lost():
    return {(one.row.split()[0], one.field) for one in verifying.verify_links()}


def test_rows_whose_target_is_gone_are_named(attempt):
    """PostgreSQL has no foreign key for these, see decision 43."""
    assert lost() == set()
    with transaction.atomic():
        raw("DELETE FROM cx_courses_response WHERE revision = 2")
        assert lost() == {("grading", "response_id")}
        transaction.set_rollback(True)
    with transaction.atomic():
        raw("UPDATE cx_courses_attemptitem SET version_id = 0 WHERE position = 1")
        assert lost() == {("item", "version_id")}
        transaction.set_rollback(True)
    with transaction.atomic():
        first, second = AttemptItem.objects.order_by("position")
        raw("UPDATE cx_courses_grading SET item_id = 0 WHERE item_id = %s", first.pk)
        assert lost() == {("grading", "item_id")}
        move = (
            "UPDATE cx_courses_grading SET item_id = %s, sequence = sequence + 9 WHERE item_id = 0"
        )
        raw(move, second.pk)
        assert {one.stored for one in verifying.verify_links()} == {second.pk}
        transaction.set_rollback(True)
    assert lost() == set()


@pytest.mark.parametrize("model", [QuestionVersion, AttemptItem, Response])
def test_what_a_record_names_is_protected_without_a_foreign_key_too(attempt, model):
    named = {
        QuestionVersion: QuestionVersion.objects.filter(attempt_items__attempt=attempt),
        AttemptItem: attempt.items.all(),
        Response: Response.objects.exclude(gradings=None),
    }[model]
    counts = Grading.objects.count(), AttemptItem.objects.count()
    for row in named:
        with pytest.raises(ProtectedError):
            row.delete()
    assert (Grading.objects.count(), AttemptItem.objects.count()) == counts
    assert lost() == set()


def test_every_wrong_summary_is_named_and_rebuilt(attempt):
    AttemptItem.objects.filter(position=1).update(score="0/1", revision=1)
    Attempt.objects.update(score="2/1", has_passed=True)
    Result.objects.update(percent=100)

    with pytest.raises(CommandError, match="differ"):
        call_command("verify_records")
    found = list(verifying.verify(now=NOW, is_fixing=True))

    assert {(one.row.split()[0], one.field) for one in found} == {
        ("item", "score"),
        ("item", "revision"),
        ("attempt", "score"),
        ("attempt", "has_passed"),
        ("result", "percent"),
    }
    assert list(verifying.verify(now=NOW)) == []
    assert Attempt.objects.get().score == Fraction(1)
