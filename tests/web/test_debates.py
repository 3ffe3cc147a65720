"""A debate on the lesson's page: vote, read, vote again, see the move; without a script."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from courses.domain import enrolments
from courses.models import Response, VoteTally
from tests.factories import NOW, UserFactory, make_debate, make_learner

pytestmark = pytest.mark.django_db


def plain(response) -> str:
    """The page with its narrow and its unbreakable spaces as spaces."""
    return re.sub("[\u00a0\u202f]", " ", response.content.decode())


class Debate:
    """A learner in front of a lesson with a debate."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.lesson, self.first, self.second = make_debate()
        self.course = self.lesson.module.course
        client.force_login(make_learner(self.course).user)

    def page(self) -> str:
        url = reverse("cx_courses:lesson", args=[self.course.key, self.lesson.key])
        return plain(self.client.get(url))

    def vote(self, question, side="", certainty="", reason="", **extra):
        name = f"c-{question.key}-"
        sent = {"choice": side, "certainty": certainty, "reason": reason, "based_on": "0"}
        url = reverse(
            "cx_courses:lesson-check", args=[self.course.key, self.lesson.key, question.key]
        )
        data = {name + field: value for field, value in sent.items() if value}
        return self.client.post(url, data, **extra)


@pytest.fixture
def debate(client: Client) -> Debate:
    return Debate(client)


def test_a_vote_is_cast_with_a_certainty_and_stands(debate):
    assert "Cast my vote" in debate.page()
    debate.vote(debate.first, "a", "70", "As seen at the gate.")
    html = debate.page()

    assert "Your vote has been saved." in html
    assert "70%" in html
    assert "As seen at the gate." in html
    assert html.count("Cast my vote") == 1
    assert re.search(r"Smuda.{1,6}s side\.", html)
    for verdict in ("Not right", "Right</span>", "Your choice, and right"):
        assert verdict not in html.split(f"check-{debate.first.key}")[1].split("</section>")[0]


def test_the_second_vote_waits_for_the_first(debate):
    html = debate.page()
    assert html.count("Cast my vote") == 1
    assert f'href="#check-{debate.first.key}"' in html
    response = debate.vote(debate.second, "a", "70")

    assert response.status_code == 409
    assert "Cast your first vote before you vote again" in response.content.decode()
    assert not Response.objects.exists()
    debate.vote(debate.first, "b", "40")
    assert debate.page().count("Cast my vote") == 1
    assert debate.vote(debate.second, "a", "70").status_code == 302
    assert "You changed sides" in debate.page()


def test_half_a_vote_comes_back_as_it_was_sent(debate):
    response = debate.vote(debate.first, "b", reason="Ines & co.")
    html = response.content.decode()

    assert response.status_code == 400
    assert "Say how sure you are" in html
    assert "Ines &amp; co.</textarea>" in html
    assert re.search(r'value="b" checked', html)
    assert "Choose a position first." in debate.vote(debate.first, "", "70").content.decode()


def test_the_second_vote_shows_ones_own_move(debate):
    debate.vote(debate.first, "a", "70")
    debate.vote(debate.second, "b", "50")
    html = debate.page()

    assert "You changed sides." in html
    assert "70% sure" in html
    assert "50% sure" in html
    assert "once 5 people have voted" in html
    assert "<table" not in html


@pytest.mark.parametrize(
    ("certainty", "text"),
    [("70", "as sure as before"), ("90", "surer than before"), ("10", "less sure than before")],
)
def test_a_side_that_was_kept_may_be_held_otherwise(debate, certainty, text):
    debate.vote(debate.first, "a", "70")
    debate.vote(debate.second, "a", certainty)

    assert text in debate.page()


def test_the_fragment_shows_what_the_page_shows(debate):
    debate.vote(debate.first, "a", "70")
    VoteTally.objects.create(question=debate.first, moves={}, shown={"a": {"a": 2, "b": 5}})
    fragment = plain(debate.vote(debate.second, "b", "50", headers={"X-Fragment": "check"}))
    table = re.search(r"<table.*?</table>", fragment, re.DOTALL)

    assert "You changed sides." in fragment
    assert table
    assert table[0] in debate.page()
    assert "How 7 people voted, before and after reading" in table[0]
    assert (
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", table[0]))
        .strip()
        .endswith("Everyone owns it 100% (7) 29% (2) One lead owns it 0% (0) 71% (5)")
    )


def test_preview_stores_no_vote(debate):
    root = UserFactory(is_superuser=True)
    debate.client.force_login(root)

    assert "Cast my vote" not in debate.page()
    assert debate.vote(debate.first, "a", "70").status_code in (302, 403)
    enrolments.enrol(course=debate.course, user=root, now=NOW)
    assert "Cast my vote" in debate.page()
