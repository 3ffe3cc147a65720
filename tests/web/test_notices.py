"""A learner reads what became of a result on the course's page and their own, and marks it read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.domain import attempts, notices
from courses.models import Enrolment, LineItem, Notice
from tests.embed.frame import opened
from tests.factories import NOW, make_learner, make_quiz, reader_of

pytestmark = pytest.mark.django_db


def told(one, quiz, **facts):
    """Let the learner finish the quiz, and tell them that a question of it was corrected."""
    attempt = attempts.start(reader=reader_of(one), quiz_key=quiz.key, by=one.user, now=NOW)
    attempts.submit(attempt=attempt, by=one.user, now=NOW)
    column = LineItem.objects.get(quiz=quiz)
    data = {
        "line_item": str(column.uuid),
        "quiz_title": quiz.title,
        "questions": ["Late <i>mails</i>"],
        "attempt": str(attempt.uuid),
        "percent_before": "60.000",
        "percent_after": "70.000",
        "passed_before": False,
        "passed_after": True,
        **facts,
    }
    (notice,) = notices.write(messages=[notices.NewNotice(one, "regraded", data)], now=NOW)
    return notice


def addresses(course):
    return [reverse("cx_courses:course", args=[course.key]), reverse("cx_courses:progress")]


def test_a_notice_is_shown_in_words_until_it_is_marked_as_read(client):
    quiz = make_quiz()
    one = make_learner(quiz.course)
    notice = told(one, quiz)
    client.force_login(one.user)

    for address in addresses(quiz.course):
        page = client.get(address).text
        assert "The question “Late &lt;i&gt;mails&lt;/i&gt;” was corrected on" in page
        assert f"Your result for “{quiz.title}” went from 60% to 70%." in page
        assert "With it you have passed." in page
        assert reverse("cx_courses:review", args=[notice.data["attempt"]]) in page

    read = reverse("cx_courses:notice-read", args=[quiz.course.key, notice.uuid])
    answer = client.post(read, {"from": "progress"})
    assert answer.headers["Location"] == reverse("cx_courses:progress")
    assert client.post(read).status_code == 302
    for address in addresses(quiz.course):
        assert "was corrected on" not in client.get(address).text


def test_a_notice_that_takes_a_pass_away_and_one_that_is_taken_back_say_so(client):
    quiz = make_quiz()
    one = make_learner(quiz.course)
    facts = {"percent_before": "80", "percent_after": "50", "passed_before": True}
    told(one, quiz, **facts, passed_after=False, questions=[], is_undo=True)
    client.force_login(one.user)
    page = client.get(addresses(quiz.course)[0]).text

    assert "was taken back on" in page
    assert "With it you no longer pass." in page


def test_nobody_reads_or_marks_the_notice_of_another(client):
    quiz = make_quiz()
    one, other = make_learner(quiz.course), make_learner(quiz.course)
    notice = told(one, quiz)
    client.force_login(other.user)

    assert "was corrected on" not in client.get(addresses(quiz.course)[0]).text
    read = reverse("cx_courses:notice-read", args=[quiz.course.key, notice.uuid])
    assert client.post(read).status_code == 404
    assert Notice.objects.get().read_at is None


def test_a_frame_shows_the_notice_and_marks_it_as_read():
    quiz = make_quiz()
    frame = opened(quiz.course)
    one = Enrolment.objects.get(course=quiz.course)
    notice = told(one, quiz)
    home = reverse("cx_courses:course", args=[quiz.course.key]).lstrip("/")

    assert "went from 60% to 70%" in frame.get(home).text
    read = reverse("cx_courses:notice-read", args=[quiz.course.key, notice.uuid]).lstrip("/")
    frame.post(read, {"from": "progress"})
    assert "went from 60%" not in frame.get(home).text
    notice.refresh_from_db()
    assert timezone.now() >= notice.read_at


def test_many_notices_cost_no_more_queries_than_one(client, django_assert_max_num_queries):
    quiz = make_quiz()
    one = make_learner(quiz.course)
    told(one, quiz)
    client.force_login(one.user)
    home = addresses(quiz.course)[0]
    client.get(home)
    with CaptureQueriesContext(connection) as few:
        client.get(home)
    count = len(few)
    for _number in range(3):
        told(one, make_quiz(module=quiz.module))
    client.get(home)
    with django_assert_max_num_queries(count):
        client.get(home)
