"""Notices reach the learner they are for, once the score that they tell may be shown."""

from datetime import timedelta

import pytest

from courses.domain import attempts, notices, personal_data
from courses.errors import NotFound
from courses.models import LineItem, Notice
from tests.factories import NOW, make_learner, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LATER = NOW + timedelta(days=2)


def sat(quiz):
    """A learner with a finished attempt at the quiz."""
    one = make_learner(quiz.course)
    reader = reader_of(one)
    attempt = attempts.start(reader=reader, quiz_key=quiz.key, by=one.user, now=NOW)
    attempts.submit(attempt=attempt, by=one.user, now=NOW)
    return one


def tell(*learners, quiz):
    column = str(LineItem.objects.get(quiz=quiz).uuid)
    messages = [notices.NewNotice(one, "regraded", {"line_item": column}) for one in learners]
    return notices.write(messages=messages, now=NOW)


def test_a_notice_is_listed_for_its_learner_until_it_is_read():
    quiz = make_quiz()
    ada, carl = sat(quiz), sat(quiz)
    (first, _other) = tell(ada, carl, quiz=quiz)

    assert notices.unread(enrolments=[ada], now=LATER) == [first]
    with pytest.raises(NotFound):
        notices.mark_read(uuid=first.uuid, enrolments=[carl], now=LATER)
    read = notices.mark_read(uuid=first.uuid, enrolments=[ada], now=LATER)
    again = notices.mark_read(uuid=first.uuid, enrolments=[ada], now=LATER + timedelta(days=1))

    assert read.read_at == again.read_at == LATER
    assert notices.unread(enrolments=[ada], now=LATER) == []
    assert notices.of_learner(enrolments=[ada], now=LATER) == [first]


def test_a_notice_of_a_hidden_score_is_neither_listed_nor_exported_nor_read():
    hidden = {"just_after": ["response"], "later": ["response"], "after_close": ["points"]}
    quiz = make_quiz(attempts_allowed=1, closes_at=LATER, review=hidden)
    ada = sat(quiz)
    (notice,) = tell(ada, quiz=quiz)
    before, after = LATER - timedelta(hours=1), LATER + timedelta(hours=1)

    assert notices.of_learner(enrolments=[ada], now=before) == []
    with pytest.raises(NotFound):
        notices.mark_read(uuid=notice.uuid, enrolments=[ada], now=before)
    exported = personal_data.export(user=ada.user, now=before)
    assert exported["enrolments"][0]["notices"] == []
    assert notices.of_learner(enrolments=[ada], now=after) == [notice]
    assert personal_data.export(user=ada.user, now=after)["enrolments"][0]["notices"]


def test_a_notice_without_a_score_is_shown_at_once_and_goes_with_its_person():
    ada = make_learner(make_quiz().course)
    notices.write(messages=[notices.NewNotice(ada, "report_answered", {"answer": "Yes."})], now=NOW)

    assert len(notices.of_learner(enrolments=[ada], now=NOW)) == 1
    personal_data.erase(user=ada.user, now=LATER)
    assert not Notice.objects.exists()
