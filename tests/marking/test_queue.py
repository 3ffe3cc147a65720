"""What waits for a mark, for whom, in which order; and marks that are held until released."""

import datetime as dt

import pytest
from django.db import connection
from django.urls import reverse

from courses.domain import personal_data, sections
from courses.domain.marking import claims, giving, queue, release
from courses.domain.marking.queue import Scope
from courses.domain.reveal import visibility
from courses.errors import Conflict
from courses.models import Attempt, Enrolment, Event, Mark, MarkingClaim, MarkingComment, Result
from courses.models.held import HoldsMarks
from tests.marking.world import HALF, HOUR, NOW, make_world, staff

pytestmark = pytest.mark.django_db


def rows_of(world, by, **part):
    return queue.waiting(by=by, scope=Scope(world.quiz.course, **part))


def test_what_waits_is_counted_by_question_and_taken_the_oldest_first():
    world = make_world(texts=3)
    world.hand_in("blank", text=" ")
    rows = rows_of(world, world.grace)
    assert queue.count(rows=rows) == 3
    first, second, third = world.items[:3]
    claims.take(item=first, by=world.marker, now=NOW)

    (group,) = queue.groups(rows=rows, now=NOW)
    assert (group.waiting, group.first, group.second, group.claimed) == (3, 3, 0, 1)
    assert group.oldest_at == NOW
    assert len(queue.learner_groups(rows=rows)) == 3

    assert queue.take_next(rows=rows, by=world.grace, now=NOW) == second
    assert queue.take_next(rows=rows, by=world.grace, now=NOW, after=second) == third
    assert queue.take_next(rows=rows, by=world.grace, now=NOW, after=third) is None
    giving.give(item=second, by=world.grace, now=NOW, based_on=1, scaled=HALF)
    assert queue.take_next(rows=rows, by=world.grace, now=NOW) == third
    assert [claim.by for claim in queue.held(rows=rows, now=NOW)] == [world.marker, world.grace]


def test_a_class_sees_its_own_texts_and_trials_and_staff_wait_for_nobody():
    world = make_world(texts=1)
    section = sections.create(course=world.quiz.course, key="b", title="B", now=NOW)
    own = world.hand_in("in-b", section=section)
    teacher = staff(world.quiz.course, "teacher-b", Enrolment.Role.INSTRUCTOR, section)
    observer = staff(world.quiz.course, "observer", Enrolment.Role.OBSERVER)

    assert [item.attempt for item in rows_of(world, teacher)] == [own]
    assert rows_of(world, world.grace).count() == 2
    assert [item.attempt for item in rows_of(world, world.grace, section=section.pk)] == [own]
    assert not rows_of(world, observer)
    Enrolment.objects.filter(pk=own.enrolment_id).update(role=Enrolment.Role.MARKER)
    assert not rows_of(world, teacher)


def test_the_second_mark_is_offered_to_others_and_differences_to_nobody():
    world = make_world(texts=1, second_marker=True)
    rows, (item,) = rows_of(world, world.grace), world.items
    giving.give(item=item, by=world.grace, now=NOW, based_on=1, scaled=HALF)
    assert queue.take_next(rows=rows, by=world.grace, now=NOW) is None
    (group,) = queue.groups(rows=rows, now=NOW)
    assert (group.first, group.second, group.differing) == (0, 1, 0)

    assert queue.take_next(rows=rows, by=world.marker, now=NOW) == item
    giving.give(item=item, by=world.marker, now=NOW, based_on=2, scaled=1)

    (group,) = queue.groups(rows=rows, now=NOW)
    assert (group.first, group.second, group.differing) == (0, 0, 1)
    assert queue.take_next(rows=rows, by=world.marker, now=NOW) is None
    assert list(queue.differing(rows=rows)) == [item]


class TestRelease:
    @pytest.fixture
    def world(self):
        world = make_world(texts=2, holds_marks=True)
        giving.give(item=world.items[0], by=world.grace, now=NOW, based_on=1, scaled=1)
        return world

    def test_a_mark_is_hidden_until_it_is_released(self, world, client):
        attempt = Attempt.objects.get(pk=world.texts[0].pk)
        assert not visibility.shows_score(attempt, now=NOW + HOUR)
        result = Result.objects.get(attempt=attempt)
        assert (result.shown_at, result.look_again_at) == (None, None)
        client.force_login(attempt.enrolment.user)
        address = reverse("cx_courses:review", args=[attempt.uuid])
        page = client.get(address).text
        assert "when your instructor releases the marks" in page
        assert "Passed" not in page
        assert "lived" not in page

        held = release.attempts_held(by=world.grace, course=world.quiz.course)
        assert release.release(attempts=held, by=world.grace, now=NOW + HOUR) == 1

        attempt.refresh_from_db()
        assert attempt.released_at == NOW + HOUR
        assert Attempt.objects.get(pk=world.texts[1].pk).released_at is None
        shown = Event.objects.filter(type="result.shown")
        assert [event.by for event in shown] == [world.grace]
        assert "Passed" in client.get(address).text

    def test_what_is_not_marked_stays_held(self, world):
        (one,) = release.held(by=world.grace, course=world.quiz.course)
        assert (one.ready, one.waiting) == (1, 1)

        with pytest.raises(Conflict, match="not been marked"):
            release.release_one(attempt=world.texts[1], by=world.grace, now=NOW)

    @pytest.mark.database
    def test_held_marks_are_found_by_an_index(self, world):
        """Among a million attempts few are held, and the index holds these alone."""
        held = release.attempts_held(by=world.grace, course=world.quiz.course).order_by()
        # Nothing else is asked, so that no other index of the small table is as good.
        quizzes = Attempt.objects.filter(HoldsMarks("policy"), released_at=None).order_by()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
        assert "cx_courses_attempt_held" in quizzes.values("quiz").explain()
        assert set(held.all()) == {world.texts[0], world.texts[1]}
        held.filter(pk=world.texts[0].pk).update(released_at=NOW)
        assert list(held.all()) == [world.texts[1]]
        Attempt.objects.update(policy={"holds_marks": False})
        assert list(held.all()) == []

    def test_releasing_twice_tells_once(self, world):
        for _ in range(2):
            release.release_one(attempt=world.texts[0], by=world.grace, now=NOW)
        assert Event.objects.filter(type="result.shown").count() == 1


def test_claims_marks_and_comments_are_exported_and_erased():
    world = make_world(texts=2, second_marker=True)
    first, second = world.items
    claims.take(item=second, by=world.marker, now=NOW, draft={"feedback": "Half a thought"})
    giving.give(item=first, by=world.marker, now=NOW, based_on=1, scaled=HALF, feedback="Seen.")
    MarkingComment.objects.create(
        course=world.quiz.course, owner=world.marker, text="Name the goal.", created_at=NOW
    )

    own = personal_data.export(user=world.marker, now=NOW)
    assert own["marking"]["claims"][0]["draft"] == {"feedback": "Half a thought"}
    assert own["marking"]["comments"][0]["text"] == "Name the goal."
    learner = world.texts[0].enrolment.user
    assert "Seen." not in str(personal_data.export(user=learner, now=NOW))

    personal_data.erase(user=learner, now=NOW)
    assert not Mark.objects.exists()
    personal_data.erase(user=world.marker, now=NOW)
    assert not MarkingClaim.objects.exists()
    assert not MarkingComment.objects.exists()


def test_a_claim_on_an_erased_text_goes_with_it():
    world = make_world(texts=1)
    claims.take(item=world.items[0], by=world.grace, now=NOW)
    personal_data.erase(user=world.texts[0].enrolment.user, now=NOW + dt.timedelta(days=1))
    assert not MarkingClaim.objects.exists()
