"""The page with the history of a question: what changed, who changed it, and back again."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.domain import enrolments
from courses.domain.authoring import edits
from courses.domain.authoring.editions import Origin
from courses.models import Edition, Question
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.factories import NOW, SINGLE_CHOICE, ModuleFactory, UserFactory, make_question

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CHANGED = {**SINGLE_CHOICE, "stem": "Another stem?"}


@pytest.fixture
def question() -> Question:
    """A question that somebody changed once, over the API."""
    row: Question = make_question(ModuleFactory(), key="asked")
    origin = Origin("api", UserFactory(username="grace"), NOW, note="Clearer")
    edits.write_version(
        question=row, type="single_choice", data=CHANGED, is_ready=True, by=None, origin=origin
    )
    row.refresh_from_db()
    return row


@pytest.fixture
def client(question: Question) -> Any:
    return signed_in(teacher_of(question.course))


def address(question: Question) -> str:
    return reverse("admin:cx_courses_question_editions", args=[question.pk])


def fields(page: Any) -> dict[str, str]:
    return {"based_on": page.context["based_on"], "restore": "1"}


def test_page_shows_who_changed_what(client: Any, question: Question) -> None:
    page = client.get(address(question))
    text = page.content.decode()

    assert [one.edition.action for one in page.context["entries"]] == ["changed", "baseline"]
    assert "grace" in text
    assert "Clearer" in text
    (change,) = page.context["entries"][0].changes
    assert change.path == "data.stem"
    assert (change.before, change.after) == (SINGLE_CHOICE["stem"], CHANGED["stem"])
    assert "<ins>" in text


def test_restored_state_is_a_new_version(client: Any, question: Question) -> None:
    page = client.get(address(question))

    assert client.post(address(question), fields(page)).status_code == 302

    question.refresh_from_db()
    assert question.ready_version is not None
    assert question.ready_version.number == 3
    assert question.ready_version.data["stem"] == SINGLE_CHOICE["stem"]
    first, last = Edition.objects.get(number=1), Edition.objects.latest("number")
    assert (last.action, last.hash, last.channel) == ("restored", first.hash, "studio")


def test_same_restore_again_is_refused_with_an_unseen_change(
    client: Any, question: Question
) -> None:
    sent = fields(client.get(address(question)))
    client.post(address(question), sent)

    again = client.post(address(question), sent)

    assert again.status_code == 200
    assert again.context["refusal"]
    assert Edition.objects.count() == 3


def test_number_that_does_not_exist_is_not_found(client: Any, question: Question) -> None:
    for number in ("77", "x", "9" * 40, "²"):
        sent = {"restore": number, "based_on": ""}
        assert client.post(address(question), sent).status_code == 404, number
    assert Edition.objects.count() == 2


def test_reader_without_the_right_to_edit_sees_no_button_and_restores_nothing(
    question: Question,
) -> None:
    user = staff()
    enrolments.enrol(course=question.course, user=user, role="marker", now=NOW)
    marker = signed_in(user)
    page = marker.get(address(question))

    assert page.status_code == 200
    assert page.context["may_edit"] is False
    assert 'name="restore"' not in page.content.decode()
    assert marker.post(address(question), fields(page)).status_code == 403
    assert Edition.objects.count() == 2


def test_page_takes_the_same_queries_for_many_editions(client: Any, question: Question) -> None:
    client.get(address(question))
    with CaptureQueriesContext(connection) as few:
        client.get(address(question))
    origin = Origin("api", UserFactory(), NOW)
    for number in range(6):
        data = {**SINGLE_CHOICE, "stem": f"Stem {number}?"}
        edits.write_version(
            question=question, type="single_choice", data=data, is_ready=True, by=None,
            origin=origin,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        client.get(address(question))

    assert len(many) == len(few)
