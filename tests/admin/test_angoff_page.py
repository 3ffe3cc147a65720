"""The page of judges' estimates: who may judge, what is refused, and the mark that is used."""

import pytest
from django.db import transaction
from django.urls import reverse

from courses.domain import sections
from courses.models import AngoffEstimate, Enrolment
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.factories import NOW, QuizFactory, add_item, join, make_question, make_quiz
from tests.proofs.test_query_budgets import queries

pytestmark = pytest.mark.django_db

HOSTILE = '"><script>alert(1)</script>'


class World:
    """A quiz with two questions, its teacher, and a judge who may only read."""

    def __init__(self):
        self.quiz = make_quiz(questions=2, pass_mark=80)
        self.course = self.quiz.course
        self.versions = [
            one.question.ready_version_id for one in self.quiz.items.order_by("position")
        ]
        self.teacher = signed_in(teacher_of(self.course))
        person = staff()
        join(sections.default_of(course=self.course, now=NOW), person, role="marker")
        self.marker = signed_in(person)
        self.author_user = staff()
        Enrolment.objects.create(
            course=self.course, user=self.author_user, role="author", enrolled_at=NOW
        )
        self.author = signed_in(self.author_user)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def address(quiz):
    return reverse("admin:cx_courses_quiz_angoff", args=[quiz.pk])


def post(world, client, do, **more):
    return client.post(address(world.quiz), {"do": do, **more}, follow=True)


def estimates(world, *percents):
    return {f"percent.{pk}": one for pk, one in zip(world.versions, percents, strict=True)}


def test_judges_estimate_and_an_author_uses_the_mark(world):
    for client, percents in (
        (world.teacher, ("60", "70")),
        (world.marker, ("50", "60")),
        (world.author, ("70", "80")),
    ):
        page = client.get(address(world.quiz)).content.decode()
        assert "Use " not in page
        post(world, client, "save", **estimates(world, *percents))
    page = world.teacher.get(address(world.quiz)).content.decode()
    assert "Use 65.00 per cent as the pass mark" in page
    assert 'value="60"' in page
    assert "Use " not in world.marker.get(address(world.quiz)).content.decode()
    assert post(world, world.marker, "use", mark="65.00").status_code == 403
    stale = post(world, world.author, "use", mark="64.00").content.decode()
    assert "The suggested mark is another one now." in stale
    done = post(world, world.author, "use", mark="65.00").content.decode()
    assert "The pass mark is 65.00 per cent now." in done
    world.quiz.refresh_from_db()
    assert world.quiz.pass_mark == 65
    shown = world.teacher.get(reverse("admin:cx_courses_quiz_analysis", args=[world.quiz.pk]))
    assert not shown.context["figures"].attempts
    assert "is the one that the judges" in shown.content.decode()
    post(world, world.teacher, "begin")
    assert "Nobody has estimated" in world.teacher.get(address(world.quiz)).content.decode()


@pytest.mark.parametrize("text", ["101", "-1", "5.5", "many", "٥", HOSTILE])
def test_what_is_no_percentage_is_shown_again_and_nothing_is_saved(world, text):
    answer = post(world, world.teacher, "save", **estimates(world, "50", text))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "1 estimate cannot be read. Nothing was saved." in page
    assert 'value="50"' in page
    assert "<script>alert(1)" not in page
    assert not AngoffEstimate.objects.exists()


def test_estimates_may_be_incomplete_and_saved_twice(world):
    for _time in range(2):
        page = post(world, world.teacher, "save", **estimates(world, "40", "")).content.decode()
    assert "Your estimates are saved." in page
    assert "per cent, incomplete" in page or "incomplete" in page
    assert AngoffEstimate.objects.count() == 1
    assert "1 estimate is missing." in page


def test_who_may_not_judge(world):
    observer = staff()
    join(sections.default_of(course=world.course, now=NOW), observer, role="observer")
    for person in (observer, staff(), teacher_of(make_quiz().course)):
        client = signed_in(person)
        assert client.get(address(world.quiz)).status_code in (403, 404)
        assert post(world, client, "save", **estimates(world, "1", "1")).status_code in (403, 404)
    assert post(world, world.teacher, "nonsense").status_code == 404
    assert not AngoffEstimate.objects.exists()


def test_texts_of_authors_are_text_and_queries_are_constant(world):
    quiz = QuizFactory(module=world.quiz.module, title=HOSTILE)
    counts = []
    for position in range(1, 6):
        data = {
            "stem": f"{HOSTILE} {position}",
            "options": [
                {"key": key, "text": key, "feedback": "x", "correct": key == "a"} for key in "abc"
            ],
        }
        add_item(quiz, make_question(quiz.module, data=data), position=position)
        found, _text = queries(lambda: world.teacher.get(address(quiz)))
        counts.append(found)
    assert len(set(counts[1:])) == 1
    assert "<script>alert(1)" not in world.teacher.get(address(quiz)).content.decode()
