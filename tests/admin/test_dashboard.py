"""How a class is doing: who is where, who needs somebody, what is hard, and the files of each."""

import csv
import datetime as dt
import io

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.domain import enrolments, sections, trials
from courses.models import Enrolment, Grading, LessonProgress, Response
from courses.questions import registry
from tests.admin.conftest import finish, signed_in, staff, teacher_of
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    ObjectiveFactory,
    UserFactory,
    add_item,
    join,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
)
from tests.proofs.test_query_budgets import queries

pytestmark = pytest.mark.django_db


class World:
    """A course with a lesson and a quiz, and learners in two of its classes."""

    def __init__(self):
        self.quiz = make_quiz(questions=0, title="Letters", closes_at=timezone.now())
        module = self.quiz.module
        self.course = module.course
        objective = ObjectiveFactory(module=module, key="LET-1", text="Answer a letter")
        for position in (1, 2):
            question = make_question(module, objective=objective)
            add_item(self.quiz, question, position=position)
        self.lesson = make_lesson(module=module, checks=0)
        self.day = sections.default_of(course=self.course, now=NOW)
        self.evening = sections.create(course=self.course, key="evening", title="Evening", now=NOW)
        self.learners = {
            name: join(section, UserFactory(username=name.lower(), first_name=name))
            for name, section in (
                ("Ada", self.day), ("Bea", self.day), ("Cleo", self.evening),
                ("Dora", self.evening), ("Eva", self.evening), ("Fay", self.evening),
            )
        }  # fmt: skip
        self.teacher = teacher_of(self.course)
        for name, one in self.learners.items():
            if name != "Fay":
                finish(one, self.quiz, RIGHT if name == "Ada" else WRONG)
        silent = timezone.now() - dt.timedelta(days=20)
        Enrolment.objects.filter(pk=self.learners["Fay"].pk).update(enrolled_at=silent)
        LessonProgress.objects.create(
            enrolment=self.learners["Ada"], lesson=self.lesson,
            started_at=NOW, visited_at=timezone.now(), completed_at=NOW,
        )  # fmt: skip
        self.of_class = staff()
        enrolments.enrol(
            course=self.course, user=self.of_class, role="instructor", section=self.day, now=NOW
        )
        # Neither what staff try nor a trial is in any figure.
        mine = Enrolment.objects.get(user=self.teacher)
        finish(mine, self.quiz, WRONG)
        trials.begin(course=self.course, by=self.teacher, now=NOW, place="", back="")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def address(world, **more):
    if "section" in more:
        return reverse("admin:cx_courses_section_progress", args=[more["section"].pk])
    return reverse("admin:cx_courses_course_progress", args=[world.course.pk])


def sheet(client, url, name):
    answer = client.get(f"{url}?csv={name}")
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_heat_map_is_sorted_by_progress_and_has_a_table_and_a_file(world):
    client = signed_in(world.teacher)
    page = client.get(address(world))
    names = [line.name for line in page.context["chart"].lines]
    assert (names[0], sorted(names)) == ("Ada", ["Ada", "Bea", "Cleo", "Dora", "Eva", "Fay"])
    assert page.text.count('<svg class="studio-heat"') == 1
    first, *rest = sheet(client, address(world), "progress")[1:]
    assert first[0] == "Ada"
    assert first[2:4] == ["50%", "50%"]
    # Whoever failed the quiz has begun its module; Fay has done nothing.
    assert {row[0] for row in rest if row[2:4] == ["0%", "–"]} == {"Fay"}
    assert {tuple(row[2:4]) for row in rest if row[0] != "Fay"} == {("0%", "0%")}


def test_who_needs_somebody_is_named_with_the_reasons(world):
    client = signed_in(world.teacher)
    rows = {row[0]: row[1:] for row in sheet(client, address(world), "needs")[1:]}
    assert rows["Fay"][0] == "Evening"
    assert "“Letters” has closed, nothing was handed in." in rows["Fay"][1]
    assert "Nothing done for 20 days." in rows["Fay"][1]
    assert "Ada" not in rows
    assert "“Letters” has closed, nothing was handed in." in client.get(address(world)).text


def test_mastery_and_hardest_questions_count_first_attempts_of_learners(world):
    client = signed_in(world.teacher)
    objectives = sheet(client, address(world), "objectives")
    assert objectives[0] == ["Objective", "Points earned", str(world.day), "Evening", "Answers"]
    # One of ten is right; in the day class one of four.
    assert objectives[1] == ["LET-1 Answer a letter", "10%", "25%", "0%", "10"]
    hardest = sheet(client, address(world), "hardest")
    assert [row[1:] for row in hardest[1:]] == [["0%", "5"], ["20%", "5"]]
    assert len(client.get(address(world)).context["panels"][1]["bars"]) == 2


def test_sure_and_wrong_counts_types_that_ask_it(world, monkeypatch):
    client = signed_in(world.teacher)
    assert sheet(client, address(world), "sure")[1:] == []
    monkeypatch.setattr(type(registry.get("single_choice")), "asks_certainty", True)
    with transaction.atomic():
        for grading in Grading.objects.filter(kind="auto", response__isnull=False):
            item = grading.item
            sure = Response.objects.create(
                item=item, revision=9, value=item.value, received_at=NOW, channel="web",
                by=item.attempt.enrolment.user, certainty=80,
            )  # fmt: skip
            Grading.objects.create(
                item=item, sequence=9, response=sure, scaled=item.scaled, graded_at=NOW
            )
        # Four of five were sure and wrong; the teacher's own try is not among them.
        assert [row[1:] for row in sheet(client, address(world), "sure")[1:]] == [["4", "5"]]
        transaction.set_rollback(True)


def test_instructor_of_a_class_sees_no_other_class(world):
    client = signed_in(world.of_class)
    for url in (address(world), address(world, section=world.day)):
        page = client.get(url).text
        assert "Ada" in page
        assert "Evening" not in page
        assert "Cleo" not in page
        for name in ("progress", "needs", "objectives", "hardest", "sure"):
            text = client.get(f"{url}?csv={name}").text
            assert "Cleo" not in text
            assert "Evening" not in text
    assert client.get(address(world) + f"?class={world.evening.pk}").status_code == 404
    assert client.get(address(world, section=world.evening)).status_code == 404
    assert signed_in(staff()).get(address(world)).status_code in (403, 404)


def test_class_is_chosen_and_unknown_parts_are_not_found(world):
    client = signed_in(world.teacher)
    page = client.get(address(world) + f"?class={world.evening.pk}")
    assert "Cleo" in page.text
    assert "Ada" not in page.text
    for query in ("?csv=nothing", "?class=x", "?class=999999"):
        assert client.get(address(world) + query).status_code == 404
    assert client.get(address(world) + "?page=99").status_code == 200


def test_formula_in_a_name_stays_text_in_the_file(world):
    with transaction.atomic():
        person = world.learners["Fay"].user
        person.first_name = "=1+1"
        person.save()
        rows = sheet(signed_in(world.teacher), address(world), "needs")
        assert "'=1+1" in [row[0] for row in rows]
        transaction.set_rollback(True)


def test_as_many_queries_for_many_learners_as_for_few(world):
    client = signed_in(world.teacher)
    client.get(address(world))
    with transaction.atomic():
        few, _text = queries(lambda: client.get(address(world)))
        for _number in range(6):
            finish(make_learner(world.course), world.quiz, WRONG)
        assert queries(lambda: client.get(address(world)))[0] == few
        assert few < 40
        transaction.set_rollback(True)


def test_active_this_week_counts_visits_and_starts(world):
    page = signed_in(world.teacher).get(address(world))
    assert (page.context["activity"].learners, page.context["activity"].active) == (6, 1)
