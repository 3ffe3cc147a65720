"""Marking over the API: the same rules as on the pages, for the platform's own learners alone."""

import pytest
from django.utils import timezone

from courses.domain import attempts
from courses.domain.marking import claims, giving
from courses.models import AttemptItem, Event, Grading
from tests.api.platform import Platform, problem
from tests.factories import NOW, add_item, make_question, make_quiz, reader_of
from tests.marking.world import ESSAY, staff

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Desk:
    """A platform with learners whose texts wait in one quiz."""

    def __init__(self, *names, **quiz):
        self.quiz = make_quiz(questions=0, **quiz)
        question = make_question(self.quiz.module, kind="essay", data=ESSAY)
        add_item(self.quiz, question, position=1, points="6")
        self.platform = Platform("admin")
        self.path = f"/courses/{self.quiz.course.key}/marking"
        for name in names:
            self.hand_in(self.platform, name)

    def hand_in(self, platform, name):
        platform.learner(name, course=self.quiz.course)
        reader = reader_of(platform.enrolment(name))
        by = {"by": reader.enrolled().user, "now": NOW}
        attempt = attempts.start(reader=reader, quiz_key=self.quiz.key, **by)
        raw = {"text": f"Of {name}."}
        attempts.save(attempt=attempt, position=1, raw=raw, based_on=0, **by)
        attempts.submit(attempt=attempt, **by)
        return attempt.items.get()

    def waiting(self):
        return self.platform.get(self.path).json()["results"]


def test_a_response_is_listed_claimed_and_marked_by_levels():
    desk = Desk("ada", "ben")
    first, _second = desk.waiting()
    assert (first["external_id"], first["response"]) == ("ada", {"text": "Of ada."})
    assert (first["points"], first["based_on"], first["marks"]) == (6, 1, 0)
    place = f"{desk.path}/{first['id']}"
    for _ in range(2):
        assert desk.platform.put(f"{place}/claim").status_code == 200
    mark = {"levels": {"clear": 1, "own": 1}, "comments": {"clear": "Who?"}, "based_on": 1}

    made = desk.platform.post(f"{place}/marks", mark)

    assert (made.status_code, made.json()["state"]) == (201, "graded")
    assert made.json()["grading"]["scaled"] == 0.75
    row = Grading.objects.get(kind="person")
    assert row.parts[0] == {"key": "clear", "level": 1, "scaled": "1/2", "feedback": "Who?"}
    assert [one["external_id"] for one in desk.waiting()] == ["ben"]
    found = problem(desk.platform.post(f"{place}/marks", mark), 409, "conflict")
    assert "meantime" in found["detail"]


def test_a_claim_of_a_person_keeps_a_program_away_and_marking_does_not_need_one():
    desk = Desk("ada")
    (first,) = desk.waiting()
    place = f"{desk.path}/{first['id']}"
    person = staff(desk.quiz.course, "grace", "marker")
    item = AttemptItem.objects.get(uuid=first["id"])
    claims.take(item=item, by=person, now=timezone.now())
    problem(desk.platform.put(f"{place}/claim"), 409, "conflict")
    assert desk.platform.delete(f"{place}/claim").status_code == 204
    assert claims.of(item=item, now=timezone.now()).by == person
    body = {"scaled": 1, "based_on": 1}
    assert desk.platform.post(f"{place}/marks", body).status_code == 201


def test_mistakes_name_their_field():
    desk = Desk("ada")
    (first,) = desk.waiting()
    place = f"{desk.path}/{first['id']}/marks"
    for body, pointer in (
        ({"levels": {"clear": 9, "own": 1}, "based_on": 1}, "/levels/clear"),
        ({"levels": {"clear": 1}, "based_on": 1}, "/levels/own"),
        ({"based_on": 1}, "/scaled"),
        ({"scaled": 0.5}, "/based_on"),
        ({"levels": {"clear": 1, "own": 1}, "scaled": 0.5, "based_on": 1}, "/reason"),
    ):
        found = problem(desk.platform.post(place, body), 400, "invalid")
        assert [one["pointer"] for one in found["errors"]] == [pointer]
    assert not Grading.objects.filter(kind="person").exists()


def test_two_marks_and_no_names():
    desk = Desk("ada", second_marker=True, anonymous_marking=True)
    (first,) = desk.waiting()
    assert (first["external_id"], first["attempt"]) == (None, None)
    place = f"{desk.path}/{first['id']}/marks"
    states = [
        desk.platform.post(place, {"scaled": share, "based_on": seen}).json()["state"]
        for share, seen in ((0, 1), (1, 2), (0.5, 3))
    ]
    assert states == ["second", "differs", "graded"]


def test_held_marks_are_released_for_the_own_learners_alone():
    desk = Desk("ada", holds_marks=True)
    other = Platform("admin", name="Other")
    foreign = desk.hand_in(other, "zoe")
    (first,) = desk.waiting()
    for method in ("post", "put"):
        ending = "marks" if method == "post" else "claim"
        place = f"{desk.path}/{foreign.uuid}/{ending}"
        problem(
            getattr(desk.platform, method)(place, {"scaled": 1, "based_on": 1}), 404, "not_found"
        )
    for item in (AttemptItem.objects.get(uuid=first["id"]), foreign):
        giving.give(item=item, by=None, now=NOW, based_on=1, scaled=1)
    Event.objects.all().delete()

    answer = desk.platform.post(f"{desk.path}/release", {"quiz": desk.quiz.key})

    assert answer.json() == {"released": 1}
    shown = Event.objects.filter(type="result.shown")
    assert [event.by_client for event in shown] == [desk.platform.client]
    assert desk.platform.post(f"{desk.path}/release", {"quiz": desk.quiz.key}).json() == {
        "released": 0
    }
    problem(desk.platform.post(f"{desk.path}/release", {"quiz": "none"}), 404, "not_found")
