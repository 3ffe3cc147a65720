"""After more time was given, a page names what time had closed, and reopens what is ticked."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain import attempts, grants, sections
from courses.models import Attempt, AttemptDecision
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.factories import join, make_learner, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TITLE = "Time had closed these attempts"


@pytest.fixture
def quiz():
    now = timezone.now()
    return make_quiz(questions=1, title="<i>Test", closes_at=now - timedelta(hours=1))


@pytest.fixture
def people(quiz):
    """Two learners of one class whose attempts the deadline closed."""
    found = [make_learner(quiz.course, first_name=name, last_name="<b>") for name in ("Ada", "Bea")]
    for one in found:
        then = timezone.now() - timedelta(hours=2)
        attempts.start(reader=reader_of(one), quiz_key=quiz.key, by=one.user, now=then)
    attempts.close_expired(now=timezone.now())
    return found


def pages(learner):
    return (
        reverse("admin:cx_courses_enrolment_person", args=[learner.pk]),
        reverse("admin:cx_courses_section_dates", args=[learner.section_id]),
    )


def send(client, url, *chosen, reason="Ill"):
    uuids = [str(one.uuid) for one in chosen]
    data = {"do": "reopen", "reopen-attempts": uuids, "reopen-reason": reason}
    return client.post(url, data, follow=True)


def test_an_extension_and_a_date_of_the_class_offer_to_reopen(quiz, people):
    ada, _bea = people
    client = signed_in(teacher_of(quiz.course))
    mine, hers = Attempt.objects.order_by("enrolment_id")
    person, dates = pages(ada)
    assert all(TITLE not in client.get(url).text for url in (person, dates))
    later = timezone.now() + timedelta(days=1)
    grants.set_extension(enrolment=ada, quiz=quiz, closes_at=later)
    text = client.get(person).text
    assert TITLE in text
    assert str(mine.uuid) in text
    assert "&lt;i&gt;Test" in text
    assert "<b>" not in text
    assert "<i>Test" not in text
    for wrong in (
        send(client, person, mine, reason=" "),
        send(client, person),
        send(client, person, hers),
    ):
        assert 'class="error"' in wrong.text
    assert not AttemptDecision.objects.exists()

    sections.set_dates(section=ada.section, quiz=quiz, opens_at=None, closes_at=later)
    text = client.get(dates).text
    assert text.count("checked") >= 2
    answer = send(client, dates, mine, hers)
    assert "2 attempts are open again." in answer.text
    assert TITLE not in answer.text
    assert set(Attempt.objects.open().values_list("deadline_at", flat=True)) == {later}
    assert TITLE not in send(client, person, mine).text
    assert AttemptDecision.objects.count() == 2


def test_only_those_who_may_grant_are_offered_it(quiz, people):
    ada, _bea = people
    later = timezone.now() + timedelta(days=1)
    sections.set_dates(section=ada.section, quiz=quiz, opens_at=None, closes_at=later)
    mine = Attempt.objects.first()
    for role in ("marker", "observer"):
        user = staff()
        join(ada.section, user, role=role)
        client = signed_in(user)
        for url in pages(ada):
            assert TITLE not in client.get(url).text
            send(client, url, mine)
    other = sections.add(course=quiz.course, title="Other", now=timezone.now())
    user = staff()
    join(other, user, role="instructor")
    for url in pages(ada):
        assert send(signed_in(user), url, mine).status_code == 404
    assert not AttemptDecision.objects.exists()


def test_queries_do_not_grow(quiz, people, django_assert_max_num_queries):
    client = signed_in(teacher_of(quiz.course))
    later = timezone.now() + timedelta(days=1)
    dates = {"section": people[0].section, "quiz": quiz, "opens_at": None}
    page = pages(people[0])[1]
    client.get(page)
    with django_assert_max_num_queries(40) as before:
        client.get(page)
    sections.set_dates(**dates, closes_at=later)
    with django_assert_max_num_queries(len(before.captured_queries)):
        client.get(page)
