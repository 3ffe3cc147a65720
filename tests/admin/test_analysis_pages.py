"""The pages of item analysis: what is said, to whom, and what it costs."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.domain import jobs, sections
from courses.domain.analysis import storing
from courses.models import Enrolment, Quiz, QuizAnalysis
from tests.admin.analysed import OPTIONS, hand_in, planted_quiz, question_data, take_quiz
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.factories import (
    NOW,
    ModuleFactory,
    QuizFactory,
    add_item,
    add_version,
    join,
    make_learner,
    make_question,
    make_quiz,
)
from tests.proofs.test_query_budgets import queries

pytestmark = pytest.mark.django_db

HOSTILE = '</td><script>alert(1)</script><b onclick="x">'


class World:
    """A quiz with a planted wrong key, taken by two classes, and who may look at it."""

    def __init__(self):
        self.quiz = planted_quiz(learners=30)
        self.course = self.quiz.course
        self.evening = sections.create(course=self.course, key="evening", title="Evening", now=NOW)
        take_quiz(self.quiz, learners=6, items=5, section=self.evening, seed=9)
        self.teacher = teacher_of(self.course)
        self.client = signed_in(self.teacher)
        self.wrong = self.quiz.items.get(position=3).question.ready_version


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def address(quiz, query=""):
    return reverse("admin:cx_courses_quiz_analysis", args=[quiz.pk]) + query


def question_address(quiz, version, query=""):
    name = "admin:cx_courses_quiz_question"
    return reverse(name, args=[quiz.pk, version.pk]) + query


def home(client):
    return client.get(reverse("admin:cx_courses_course_home"))


def test_the_sentence_that_matters_stands_first_and_leads_on(world):
    page = world.client.get(address(world.quiz)).content.decode()
    url = question_address(world.quiz, world.wrong)
    assert "The key of 1 question is suspected. Check it first." in page
    assert "Stronger learners choose A more often than the key: check the key." in page
    assert page.index(url) < page.index("All questions of this quiz")
    detail = world.client.get(url).content.decode()
    assert "Option A of 3" in detail
    edit = reverse("admin:cx_courses_question_edit", args=[world.wrong.question_id])
    assert f'href="{edit}"' in detail
    assert "Would be, with A" in detail
    correct = reverse("admin:cx_courses_question_correct", args=[world.wrong.question_id])
    assert f'href="{correct}?version={world.wrong.pk}"' in detail


def test_questions_are_sorted_by_suspicion_or_as_is_asked(world):
    def order(query):
        rows = world.client.get(address(world.quiz, query)).context["rows"]
        return [row.figures.version for row in rows]

    assert order("")[0] == world.wrong.pk
    assert order("?sort=nonsense") == order("")
    for sort in ("question", "right", "rest", "alpha", "time", "answers", "drawn"):
        assert sorted(order(f"?sort={sort}")) == sorted(order(""))
    positions = world.quiz.items.order_by("position")
    assert order("?sort=question") == [one.question.ready_version_id for one in positions]


def test_chart_and_table_say_the_same(world):
    page = world.client.get(question_address(world.quiz, world.wrong))
    options, chart = page.context["options"], page.context["chart"]
    assert [one.letter for one in options if one.is_key] == ["B"]
    assert [one.letter for one in options if one.is_suspected] == ["A"]
    assert sum(one.chosen for one in options) == 36
    assert {line.label for line in chart.lines} == {
        f"{one.letter}{', key' if one.is_key else ''} {one.cells[2].share}" for one in options
    }
    whole = world.client.get(address(world.quiz)).context
    assert sum(bar.count for bar in whole["chart"].bars) == whole["figures"].attempts == 36


def test_few_answers_are_grey_and_say_so(world):
    page = world.client.get(address(world.quiz, f"?class={world.evening.pk}"))
    assert page.context["figures"].attempts == 6
    text = page.content.decode()
    assert "So few attempts are finished that no key can be suspected yet." in text
    assert 'class="number is-few"' in text
    assert "few attempts" in text
    assert "is-few" not in world.client.get(address(world.quiz)).content.decode().replace(
        "is-few dd", ""
    )


def test_first_and_all_attempts_and_classes_are_chosen(world):
    again = Enrolment.objects.filter(section=world.evening).first()
    hand_in(again, world.quiz, dict.fromkeys(range(1, 6), "a"))

    def attempts_in(query):
        return world.client.get(address(world.quiz, query)).context["figures"].attempts

    assert attempts_in("") == 36
    assert attempts_in("?attempts=all") == 37
    assert attempts_in(f"?class={world.evening.pk}") == 6
    assert attempts_in(f"?class={world.evening.pk}&attempts=all") == 7
    for unknown in ("?class=0", "?class=999999999", "?class=x"):
        assert world.client.get(address(world.quiz, unknown)).status_code == 404


def test_file_has_a_line_for_each_question_and_no_formula(world):
    versions = [one.question.ready_version for one in world.quiz.items.order_by("position")]
    type(versions[0]).objects.filter(pk=versions[0].pk).update(text="=1+1\nA")
    answer = world.client.get(address(world.quiz, "?csv=1"))
    assert answer["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 6
    first = dict(zip(rows[0], rows[1], strict=True))
    assert first["Compared option"] == "A"
    assert float(first["p"]) < 0.2
    assert float(first["Right, low"]) < float(first["Right"]) < float(first["Right, high"])
    assert {row[2][:2] for row in rows} >= {"'="}
    german = world.client.get(address(world.quiz, "?csv=1"), headers={"accept-language": "de"})
    lines = list(csv.reader(io.StringIO(german.content.decode("utf-8-sig")), delimiter=";"))
    assert len(lines[0]) == len(rows[0])
    assert lines[1][5].startswith("0,")


def test_who_may_see_figures(world):
    section = sections.default_of(course=world.course, now=NOW)
    wanted = {"instructor": 200, "marker": 200, "observer": 403, "author": 403}
    for role, status in wanted.items():
        person = staff()
        if role == "author":
            Enrolment.objects.create(course=world.course, user=person, role=role, enrolled_at=NOW)
        else:
            join(section, person, role=role)
        client = signed_in(person)
        for url in (
            address(world.quiz),
            question_address(world.quiz, world.wrong),
            reverse("admin:cx_courses_course_analyses", args=[world.course.pk]),
        ):
            # An observer does not even find the quiz.
            assert client.get(url).status_code in {200: (200,), 403: (403, 404)}[status], role


def test_staff_of_a_class_see_its_figures_and_no_others(world):
    person = staff()
    join(world.evening, person, role="instructor")
    client = signed_in(person)
    page = client.get(address(world.quiz))
    assert page.context["figures"].attempts == 6
    assert "All classes" not in page.content.decode()
    default = sections.default_of(course=world.course, now=NOW)
    assert client.get(address(world.quiz, f"?class={default.pk}")).status_code == 404
    asked = client.post(address(world.quiz, f"?class={default.pk}"), {"do": "compute"})
    assert asked.status_code == 404
    client.post(address(world.quiz), {"do": "compute"})
    assert [row.section for row in QuizAnalysis.objects.all()] == [world.evening]
    detail = client.get(question_address(world.quiz, world.wrong)).content.decode()
    assert "tell those who write the course" not in detail
    assert reverse("admin:cx_courses_question_edit", args=[world.wrong.question_id]) not in detail
    listed = client.get(reverse("admin:cx_courses_course_analyses", args=[world.course.pk]))
    assert listed.context["section"] == world.evening


def test_home_names_a_suspected_key_to_those_who_may_see_it(world):
    assert "is suspected" not in home(world.client).content.decode()
    storing.compute(analysis=storing.find(quiz=world.quiz), now=NOW)
    page = home(world.client).content.decode()
    assert "The key of 1 question is suspected" in page
    assert f'href="{address(world.quiz)}"' in page
    person = staff()
    join(world.evening, person, role="instructor")
    other = signed_in(person)
    assert "is suspected" not in home(other).content.decode()
    row = storing.compute(analysis=storing.find(quiz=world.quiz, section=world.evening), now=NOW)
    QuizAnalysis.objects.filter(pk=row.pk).update(suspected=2)
    assert "The keys of 2 questions are suspected" in home(other).content.decode()
    assert "The keys of 2" not in home(world.client).content.decode()
    assert "suspected" not in home(signed_in(teacher_of(make_quiz().course))).content.decode()


def test_list_of_quizzes_shows_what_is_stored(world):
    url = reverse("admin:cx_courses_course_analyses", args=[world.course.pk])
    assert "No figures yet" in world.client.get(url).content.decode()
    storing.compute(analysis=storing.find(quiz=world.quiz), now=NOW)
    page = world.client.get(url).content.decode()
    assert world.quiz.title in page
    assert "The key of 1 question is suspected." in page


def test_quiz_without_attempts_and_a_large_one_that_waits(world, monkeypatch):
    empty = QuizFactory(module=world.quiz.module)
    page = world.client.get(address(empty)).content.decode()
    assert "Fewer than five attempts are finished" in page
    monkeypatch.setattr(storing, "AT_ONCE", 3)
    page = world.client.get(address(world.quiz)).content.decode()
    assert "are worked out in the background." in page
    answer = world.client.post(address(world.quiz), {"do": "compute"}, follow=True)
    assert "The figures will be there in a moment" in answer.content.decode()
    now = timezone.now()
    jobs.work(clock=lambda: now, until=now + timedelta(seconds=2))
    page = world.client.get(address(world.quiz))
    assert page.context["figures"].attempts == 36
    assert "Work them out now" not in page.content.decode()
    hand_in(make_learner(world.course), world.quiz, {1: "a"})
    assert (
        "The newest attempts are not counted yet"
        in world.client.get(address(world.quiz)).content.decode()
    )


def test_pages_of_what_is_not_there(world):
    other = make_quiz(module=world.quiz.module)
    version = other.items.first().question.ready_version
    assert world.client.get(question_address(world.quiz, version)).status_code == 404
    foreign = make_quiz()
    answer = world.client.get(address(foreign))
    assert answer.status_code == 404


def test_texts_of_authors_are_text(world):
    module = ModuleFactory(title=HOSTILE, course__title=HOSTILE)
    quiz = QuizFactory(module=module, title=HOSTILE)
    data = question_data(1, key="b", word=HOSTILE)
    add_item(quiz, make_question(module, data=data), position=1)
    number = {
        "stem": HOSTILE,
        "blanks": [
            {
                "key": "x", "answer": "5", "feedback": HOSTILE,
                "errors": [{"answer": "7", "feedback": HOSTILE}],
            }
        ],
    }  # fmt: skip
    add_item(quiz, make_question(module, kind="numeric", data=number), position=2)
    for _number in range(6):
        hand_in(make_learner(module.course), quiz, {1: "a"})
    client = signed_in(teacher_of(module.course))
    pages = [address(quiz), reverse("admin:cx_courses_course_analyses", args=[module.course.pk])]
    pages += [question_address(quiz, one.question.ready_version) for one in quiz.items.all()]
    for url in pages:
        answer = client.get(url)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "<script>alert(1)" not in text
        assert "<b onclick" not in text


def _second(client, url):
    """The queries of a page whose figures are stored."""
    for quiz in Quiz.objects.all():
        storing.compute(analysis=storing.find(quiz=quiz), now=NOW)
    client.get(url)
    return queries(lambda: client.get(url))[0]


def test_queries_do_not_depend_on_questions_or_attempts():
    counts = []
    for items, learners in ((2, 5), (9, 12)):
        quiz = planted_quiz(learners=learners, items=items, planted=1)
        client = signed_in(teacher_of(quiz.course))
        version = quiz.items.first().question.ready_version
        urls = (address(quiz), question_address(quiz, version), address(quiz, "?csv=1"))
        counts.append([_second(client, url) for url in urls])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 14


def test_new_version_has_figures_of_its_own(world):
    question = world.quiz.items.get(position=2).question
    new = add_version(question, data=question_data(2, key="a", word=" again"))
    take_quiz(world.quiz, learners=5, items=5, seed=3)
    rows = world.client.get(address(world.quiz)).context["rows"]
    found = {
        row.version.pk: row.figures.n for row in rows if row.version.question_id == question.pk
    }
    assert found[new.pk] == 5
    assert sum(found.values()) == 41
    assert set(OPTIONS) == {one.key for one in rows[0].figures.options}
