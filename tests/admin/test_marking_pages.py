"""The pages of marking: the queue, one response on a screen, two marks compared, release."""

import re
from functools import partial

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from courses.domain import sections
from courses.domain.marking import claims, giving
from courses.models import (
    Attempt,
    AttemptItem,
    Enrolment,
    Grading,
    MarkingClaim,
    MarkingComment,
    Result,
)
from tests.admin.conftest import made_instructor, signed_in
from tests.marking.world import HALF, levels, make_world
from tests.proofs.test_query_budgets import queries

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> [a](javascript:alert(1))"
CHOSEN = {"level.clear": "1", "level.own": "1", "feedback": "**Good.**", "based_on": "1"}


def page(name, world, *args):
    return reverse(f"admin:cx_courses_course_{name}", args=[world.quiz.course_id, *args])


def teacher(world):
    """A client of somebody who teaches the course and may use the admin."""
    return signed_in(made_instructor(world.quiz.course))


def started(client, world, **more):
    """The address of the response that the button of the queue leads to."""
    return client.post(page("marking", world), {"do": "start", **more}).url


def test_the_queue_leads_from_one_response_to_the_next_and_back():
    world = make_world(texts=3)
    client = teacher(world)
    queue = client.get(page("marking", world))
    assert "3 responses to mark" in queue.text
    assert "Say it in one sentence." in queue.text

    seen = [started(client, world)]
    for number in range(3):
        shown = client.get(seen[-1])
        assert f"The text of {number + 1}." in shown.text
        assert "An experience is lived." in shown.text
        assert "Yours until" in shown.text
        answer = client.post(seen[-1], {**CHOSEN, "do": "next"})
        seen.append(answer.url)

    assert seen[-1] == page("marking", world)
    assert "Nothing waits for a mark here." in client.get(seen[-1]).text
    marks = Grading.objects.filter(kind="person")
    assert [str(row.scaled) for row in marks] == ["3/4"] * 3
    assert {row.feedback for row in marks} == {"**Good.**"}
    assert not MarkingClaim.objects.exists()


def test_what_is_skipped_comes_last_and_is_free_for_others():
    world = make_world(texts=2)
    client = teacher(world)
    first = started(client, world)
    second = client.post(first, {"do": "skip"}).url
    assert second != first
    assert MarkingClaim.objects.get().item == world.items[1]

    assert client.post(second, {**CHOSEN, "do": "next"}).url == first


def test_by_learner_names_are_shown_unless_the_quiz_is_marked_without():
    world = make_world(texts=2)
    client = teacher(world)
    address = page("marking", world)
    listed = client.get(address, {"by": "learner"}).text
    assert "learner-1" in listed
    query = re.search(r'action="\?(enrolment=\d+)"', listed)[1]
    first = client.post(f"{address}?{query}", {"do": "start"}).url
    assert query in first
    assert client.post(first, {**CHOSEN, "do": "next"}).url == address

    world.quiz.anonymous_marking = True
    world.quiz.save()
    listed = client.get(address, {"by": "learner"}).text
    shown = client.get(started(client, world))
    for text in (listed, shown.text, shown.request["PATH_INFO"], str(shown.headers)):
        assert "learner-2" not in text
    assert "without a name" in shown.text
    named = world.texts[1].enrolment_id
    assert "0 responses to mark" in client.get(address, {"enrolment": named}).text
    assert str(world.texts[1].enrolment.user.pk) not in shown.request["QUERY_STRING"]


def test_mistakes_are_named_beside_their_fields_and_nothing_typed_is_lost():
    world = make_world(texts=1)
    client = teacher(world)
    address = started(client, world)
    sent = {"do": "next", "level.clear": "2", "feedback": "Kept.", "based_on": "1"}
    answer = client.post(address, sent)
    assert answer.status_code == 400
    assert "Choose a level." in answer.text
    assert "Kept." in answer.text
    assert re.search(r'name="level.clear" value="2"[^>]*checked', answer.text)

    other = client.post(address, {**CHOSEN, "do": "next", "points": "1"})
    assert (other.status_code, "Say why" in other.text) == (400, True)
    assert client.post(address, {**CHOSEN, "do": "next", "points": "7"}).status_code == 400
    client.post(address, {**CHOSEN, "do": "next", "points": "1.5", "reason": "Late."})
    assert str(Grading.objects.get(kind="person").scaled) == "1/4"


def test_a_mark_that_somebody_gave_meanwhile_is_shown_before_it_is_replaced():
    world = make_world(texts=1)
    client = teacher(world)
    address = started(client, world)
    (item,) = world.items
    giving.give(
        item=item, by=world.marker, now=world.texts[0].submitted_at, based_on=1, scaled=HALF
    )

    answer = client.post(address, {**CHOSEN, "do": "next"})
    assert answer.status_code == 409
    assert "maria" in answer.text
    assert 'name="based_on" value="2"' in answer.text
    client.post(address, {**CHOSEN, "do": "next", "based_on": "2"})
    assert item.gradings.count() == 3


def test_what_is_noted_is_kept_and_holds_the_response():
    world = make_world(texts=1)
    client = teacher(world)
    (item,) = world.items
    address = page("mark", world, item.uuid)
    assert not MarkingClaim.objects.exists()
    kept = client.post(address, {**CHOSEN, "do": "keep"}, headers={"accept": "application/json"})
    assert "Yours until" in kept.json()["text"]
    shown = client.get(address).text
    assert re.search(r'name="level.own" value="1"[^>]*checked', shown)
    assert "**Good.**" in shown

    MarkingClaim.objects.all().delete()
    claims.take(item=item, by=world.marker, now=timezone.now())
    refused = client.post(address, {"do": "keep"}, headers={"accept": "application/json"})
    assert refused.status_code == 409
    assert "maria is marking this response" in client.get(address).text


def test_comments_are_kept_and_inserted_and_run_nothing():
    world = make_world(texts=1)
    world.hand_in("hostile", text=HOSTILE)
    client = teacher(world)
    address = page("mark", world, world.items[1].uuid)
    client.post(address, {"do": "remember", "feedback": HOSTILE})
    comment = MarkingComment.objects.get()
    shown = client.post(address, {"do": f"insert:{comment.pk}", "feedback": "First."})
    assert "First.\n\n" in shown.context["feedback"]
    for text in (shown.text, client.get(page("marking", world)).text):
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert 'href="javascript' not in text
    client.post(page("marking", world), {"do": "delete_comment", "comment": comment.pk})
    assert not MarkingComment.objects.exists()


@pytest.mark.parametrize("based_on", [None, "", "x"])
def test_a_form_that_names_no_state_gives_no_mark(based_on):
    world = make_world(texts=1)
    client = teacher(world)
    sent = {**CHOSEN, "do": "next", "based_on": based_on}
    sent = {name: value for name, value in sent.items() if value is not None}
    answer = client.post(page("mark", world, world.items[0].uuid), sent)
    assert answer.status_code == 409
    assert "It is not known which state of the response" in answer.text
    assert not Grading.objects.filter(kind="person").exists()


def test_two_marks_that_differ_stand_beside_each_other():
    world = make_world(texts=1, second_marker=True)
    (item,) = world.items
    given = {"item": item, "now": world.texts[0].submitted_at, "based_on": None}
    giving.give(by=world.grace, parts=levels(0, 0), feedback="Weak.", **given)
    client = teacher(world)
    address = started(client, world)
    first = client.get(address).text
    assert "The second mark" in first
    assert "Weak." not in first
    assert "Compare marks" not in client.get(page("marking", world)).text

    client.post(address, {"do": "next", "level.clear": "2", "level.own": "1", "based_on": "2"})
    address = client.post(page("marking", world), {"do": "compare"}).url
    both = client.get(address).text
    assert "The agreed mark" in both
    assert "Weak." in both
    client.post(address, {**CHOSEN, "do": "next", "based_on": "3"})
    assert str(Grading.objects.get(kind="person").scaled) == "3/4"


def test_marks_are_released_for_a_quiz_or_a_class():
    world = make_world(texts=1, holds_marks=True)
    section = sections.create(
        course=world.quiz.course,
        key="b",
        title="B",
        now=timezone.now(),
    )
    own = world.hand_in("in-b", section=section)
    for item in world.items:
        giving.give(item=item, by=world.grace, now=own.submitted_at, based_on=1, scaled=1)
    client = teacher(world)
    shown = client.get(page("release", world), {"section": section.pk}).text
    assert "1 attempt is marked and held" in shown
    client.post(page("release", world), {"quiz": world.quiz.pk, "section": section.pk})
    assert [row.enrolment for row in Result.objects.exclude(shown_at=None)] == [own.enrolment]
    client.post(page("release", world), {"quiz": world.quiz.pk, "section": ""})
    assert not Result.objects.filter(shown_at=None).exists()
    assert "No marks are held." in client.get(page("release", world)).text


def test_an_instructor_of_a_class_marks_that_class_alone():
    world = make_world(texts=1, holds_marks=True)
    section = sections.create(course=world.quiz.course, key="b", title="B", now=timezone.now())
    own = world.hand_in("in-b", section=section)
    user = made_instructor(world.quiz.course)
    Enrolment.objects.filter(user=user).update(section=section)
    client = signed_in(user)
    assert "1 response to mark" in client.get(page("marking", world)).text
    assert started(client, world) == page("mark", world, own.items.get().uuid)
    foreign = world.items[0]
    for method in (client.get, client.post):
        assert method(page("mark", world, foreign.uuid)).status_code == 404
    default = world.texts[0].enrolment.section_id
    assert client.get(page("release", world), {"section": default}).status_code == 404
    assert (
        client.post(page("release", world), {"quiz": world.quiz.pk, "section": default}).status_code
        == 404
    )
    Enrolment.objects.filter(user=user).update(role=Enrolment.Role.OBSERVER)
    for name in ("marking", "release"):
        assert client.get(page(name, world)).status_code == 404


def copy_texts(world, count):
    """So many learners more, whose texts wait as the first learner's does."""
    sample = AttemptItem.objects.select_related("attempt__enrolment").get(pk=world.items[0].pk)
    user = get_user_model()
    names = ({user.USERNAME_FIELD: f"copy-{number}"} for number in range(count))
    people = user._default_manager.bulk_create(user(**name, password="!") for name in names)
    enrolment, attempt = sample.attempt.enrolment, sample.attempt
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            course=enrolment.course, section=enrolment.section, user=one, role="learner",
            enrolled_at=enrolment.enrolled_at,
        )
        for one in people
    )  # fmt: skip
    attempts = Attempt.objects.bulk_create(
        Attempt(
            enrolment=one, quiz=attempt.quiz, number=1, state=attempt.state, policy=attempt.policy,
            started_at=attempt.started_at, submitted_at=attempt.submitted_at,
        )
        for one in enrolments
    )  # fmt: skip
    AttemptItem.objects.bulk_create(
        AttemptItem(
            attempt=one, position=1, version=sample.version, points=sample.points,
            value=sample.value, revision=1,
        )
        for one in attempts
    )  # fmt: skip


def test_pages_make_as_many_queries_for_2000_responses_as_for_one():
    world = make_world(texts=1, holds_marks=True, second_marker=True)
    client = teacher(world)
    addresses = [
        page("marking", world),
        page("marking", world) + "?by=learner",
        page("mark", world, world.items[0].uuid),
        page("release", world),
    ]
    for address in addresses:
        client.get(address)
    before = [queries(partial(client.get, one))[0] for one in addresses]
    copy_texts(world, 1999)
    assert "2000 responses to mark" in client.get(addresses[0]).text.replace(",", "")
    after = [queries(partial(client.get, one))[0] for one in addresses]
    assert after == before
    assert max(before) <= 25
