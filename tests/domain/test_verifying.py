"""Summaries can always be rebuilt from the log, and a wrong one is found."""

from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command

from courses.domain import verifying
from courses.models import Attempt, AttemptItem, Result
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
