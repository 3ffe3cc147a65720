"""A learner's own page of a course: days, mastery, gains and the journal."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from courses.domain import learned_days, learning, lessons
from courses.models import Lesson, Preferences
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    WRONG,
    ModuleFactory,
    ObjectiveFactory,
    add_checks,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
    take_quiz,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
TEXT = "The report stops <b>where</b> our work stops."


class Notebook:
    """A learner, and a lesson with two choices and an essay."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.lesson = make_lesson(
            key="pills", title="Which pill?", module=ModuleFactory(course__key="cx")
        )
        self.essay = make_question(self.lesson.module, kind="essay", data=ESSAY)
        add_checks(self.lesson, self.lesson.checks, [self.essay])
        self.ada = make_learner(self.lesson.module.course)
        self.login(self.ada)

    def login(self, enrolment) -> None:
        self.client.force_login(enrolment.user)

    def respond(self, key, raw, enrolment=None, now=NOW, based_on=0) -> None:
        enrolment = enrolment or self.ada
        lessons.respond(
            reader=reader_of(enrolment),
            lesson_key="pills",
            question_key=key,
            raw=raw,
            based_on=based_on,
            by=enrolment.user,
            now=now,
        )

    def get(self, name="my-learning"):
        response = self.client.get(reverse(f"cx_courses:{name}", args=["cx"]))
        assert response.status_code == 200
        return response


@pytest.fixture
def notebook(client):
    with time_machine.travel(NOW, tick=False):
        yield Notebook(client)


def test_before_anything_the_page_says_what_will_be_there(notebook):
    text = notebook.get().text

    assert "your text is kept here" in text
    assert "this shows what changed in between" in text
    assert "You learned on 0 days." in text


def test_the_journal_has_the_last_text_of_each_question_escaped(notebook):
    notebook.respond(notebook.essay.key, {"text": "First."})
    notebook.respond(notebook.essay.key, {"text": TEXT}, based_on=1)
    text = notebook.get().text

    assert "The report stops &lt;b&gt;where&lt;/b&gt; our work stops." in text
    assert "First." not in text
    assert "You learned on 1 day." in text


def test_the_journal_is_a_file_with_the_text_as_it_was_typed(notebook):
    notebook.respond(notebook.essay.key, {"text": TEXT})
    response = notebook.get("journal")

    assert response.headers["Content-Disposition"] == 'attachment; filename="cx-journal.md"'
    assert response.headers["Content-Type"].startswith("text/markdown")
    assert TEXT in response.text
    assert "## 1.1 Which pill?" in response.text


def test_the_journal_has_pages_beside_those_of_the_attempts(notebook, monkeypatch):
    monkeypatch.setattr(learning, "JOURNAL", 1)
    monkeypatch.setattr(learning, "ATTEMPTS", 1)
    quiz = make_quiz(questions=1, module=notebook.lesson.module)
    for number in range(2):
        take_quiz(notebook.ada, quiz, RIGHT, now=NOW + number * DAY)
    other = make_question(notebook.lesson.module, kind="essay", data=ESSAY)
    lesson = Lesson.objects.get(key="pills")
    add_checks(lesson, lesson.checks, [other])
    notebook.respond(notebook.essay.key, {"text": "The older one."})
    notebook.respond(other.key, {"text": "The newer one."}, now=NOW + DAY)
    url = reverse("cx_courses:my-learning", args=["cx"])
    first = notebook.client.get(url).text
    second = notebook.client.get(f"{url}?journal=2&attempts=2").text

    assert "The newer one." in first
    assert "The older one." not in first
    assert 'href="?journal=2#journal-title"' in first
    assert "The older one." in second
    assert 'href="?journal=1&amp;attempts=2#journal-title"' in second
    assert 'href="?attempts=1&amp;journal=2#attempts-title"' in second


def test_nobody_reads_the_texts_of_somebody_else(notebook):
    notebook.respond(notebook.essay.key, {"text": TEXT})
    notebook.login(make_learner(notebook.lesson.module.course))

    assert "The report stops" not in notebook.get().text
    assert "The report stops" not in notebook.get("journal").text


def test_a_response_on_one_day_masters_nothing(notebook):
    question = Lesson.objects.get(key="pills").checks.items.first().question
    question.objective = ObjectiveFactory(module=notebook.lesson.module, text="tell them apart")
    question.save()
    notebook.respond(question.key, RIGHT)
    text = notebook.get().text

    assert "0 of 1 objectives mastered" in text
    assert "100% of the points, 1 response, on 1 day" in text
    assert "On the way" in text
    assert "Mastered</span>" not in text


def test_own_time_is_an_estimate_and_planned_time_says_that_it_is_planned(notebook):
    first, second = list(Lesson.objects.get(key="pills").checks.items.all())[:2]
    assert 'id="hours-title"' not in notebook.get().text
    notebook.respond(first.question.key, RIGHT)
    notebook.respond(second.question.key, RIGHT, now=NOW + dt.timedelta(minutes=22))
    text = notebook.get().text

    assert "You have worked in this course for about 20 min." in text
    assert "An estimate for your eyes only" in text
    notebook.respond(notebook.essay.key, {"text": TEXT}, now=NOW + dt.timedelta(minutes=25))
    text = notebook.get().text

    assert "for about 25 min." in text
    assert "Lessons and tests of 15 min are behind you, as planned." in text


def test_days_are_those_of_the_persons_own_calendar(notebook):
    """Half past one in the night in Berlin is yesterday's evening in UTC."""
    Preferences.objects.create(user=notebook.ada.user, time_zone="Europe/Berlin")
    night = dt.datetime(2026, 3, 3, 23, 30, tzinfo=dt.UTC)
    question = Lesson.objects.get(key="pills").checks.items.first().question
    notebook.respond(question.key, RIGHT, now=night)
    found = learned_days.this_week(user=notebook.ada.user, now=night + DAY)

    assert [one.day for one in found if one.is_learned] == [dt.date(2026, 3, 4)]
    assert [one.day for one in found if one.is_today] == [dt.date(2026, 3, 5)]
    assert found[0].day == dt.date(2026, 3, 2)


def test_queries_do_not_grow_with_what_was_written(notebook, django_assert_num_queries):
    notebook.respond(notebook.essay.key, {"text": TEXT})
    notebook.get()
    with django_assert_num_queries(COUNT):
        notebook.get()
    more = [make_question(notebook.lesson.module, kind="essay", data=ESSAY) for _ in range(3)]
    lesson = Lesson.objects.get(key="pills")
    add_checks(lesson, lesson.checks, more)
    for question in more:
        notebook.respond(question.key, {"text": TEXT})
    notebook.get()
    with django_assert_num_queries(COUNT):
        notebook.get()


COUNT = 15


def test_quiz_that_cannot_be_started_is_named_and_not_offered(client):
    quiz = make_quiz(questions=1, attempts_allowed=1)
    ada = make_learner(quiz.course)
    take_quiz(ada, quiz, WRONG)
    client.force_login(ada.user)
    for name in ("my-learning", "course"):
        page = client.get(reverse(f"cx_courses:{name}", args=[quiz.course.key])).text
        assert "you have used all your attempts." in page
        assert f"Next: {quiz.title}" not in page
