"""The attempt: what scripts send, what forms send, and that nothing sent is lost."""

from datetime import timedelta

import pytest
from django.test import Client

from courses.models import Attempt
from tests.factories import ModuleFactory, UserFactory, add_item, make_question
from tests.questions.cases import EXAMPLES
from tests.web.seat import Seat, checked

pytestmark = pytest.mark.django_db

NUMBER = {
    "stem": "Two and a half?",
    "blanks": [{"key": "n", "label": "Number", "answer": "2.5", "feedback": "Half of five."}],
}


@pytest.fixture
def seat(client: Client) -> Seat:
    seat = Seat(client)
    seat.begin()
    return seat


@pytest.fixture
def tries(client: Client) -> Seat:
    """A quiz that answers after each response, with a second try for half the points."""
    seat = Seat(client, kind="practice", feedback_mode="interactive", credit=["1", "1/2"])
    seat.begin()
    return seat


@pytest.fixture
def numbers(client: Client) -> Seat:
    """One question to choose, one to type a number."""
    seat = Seat(client, questions=1)
    question = make_question(seat.quiz.module, kind="numeric", data=NUMBER)
    add_item(seat.quiz, question, position=2)
    seat.begin()
    return seat


# --- The page


def test_the_page_reveals_no_feedback(seat: Seat) -> None:
    html = seat.html()
    assert "Our tickets" in html
    assert "That counts work." not in html
    assert "is-right" not in html


@pytest.mark.parametrize("questions", [1, 5])
def test_the_page_has_a_fixed_number_of_queries(
    client: Client, questions: int, django_assert_num_queries
) -> None:
    seat = Seat(client, questions=questions)
    seat.begin()
    seat.html()  # The process reads the versions of its questions once.
    with django_assert_num_queries(5):
        seat.html()


def test_every_question_type_has_a_form(client: Client) -> None:
    seat = Seat(client, questions=0, module=ModuleFactory(key="m1"))
    examples = [(kind, data) for kind, all_data in EXAMPLES.items() for data in all_data]
    for position, (kind, data) in enumerate(examples, start=1):
        add_item(
            seat.quiz, make_question(seat.quiz.module, kind=kind, data=data), position=position
        )
    seat.begin()
    html = seat.html()
    assert html.count("<fieldset") >= len(examples)
    assert 'style="' not in html
    assert "{%" not in html


def test_one_item_per_page_shows_one(client: Client) -> None:
    seat = Seat(client, questions=3, one_item_per_page=True)
    seat.begin()
    html = seat.html(seat.url() + "?item=2")
    assert 'id="item-2"' in html
    assert 'id="item-1"' not in html
    assert 'name="goto" value="3"' in html


@pytest.mark.parametrize("item", ["0", "99", "x", "-1", "1" * 30])
def test_an_odd_item_number_does_no_harm(client: Client, item: str) -> None:
    seat = Seat(client, questions=3, one_item_per_page=True)
    seat.begin()
    assert 'data-item="' in seat.html(seat.url() + f"?item={item}")


def test_the_deadline_stands_there_as_text(client: Client) -> None:
    seat = Seat(client, time_limit_s=1800)
    seat.begin()
    html = seat.html()
    assert "Ends on" in html
    assert 'data-seconds-total="1800"' in html


def test_attempt_is_closed_to_other_people(seat: Seat) -> None:
    other = Client()
    other.force_login(UserFactory())
    assert other.get(seat.url()).status_code == 404
    assert other.post(seat.url("attempt-save", 1), {"i1-choice": "b"}).status_code == 404
    assert other.post(seat.url("attempt-submit")).status_code == 404
    assert seat.responses() == 0


# --- Saving one question by script


def test_a_save_answers_with_its_revision(seat: Seat) -> None:
    body = seat.save(1, "b").json()
    assert (body["revision"], body["is_new"]) == (1, True)
    assert "html" not in body
    assert seat.value(1) == {"choice": "b"}


def test_the_same_save_again_has_one_effect(seat: Seat) -> None:
    first = seat.save(1, "b", key="once")
    seat.save(1, "c", based_on=1, key="another")
    # Without its key the repeat would be refused as stale: a newer response is stored.
    again = seat.save(1, "b", key="once")
    assert (
        (again.status_code, again.json()["revision"]) == (200, first.json()["revision"]) == (200, 1)
    )
    assert seat.value(1) == {"choice": "c"}
    assert seat.responses() == 2


def test_stale_save_gets_the_stored_revision(seat: Seat) -> None:
    seat.elsewhere(1, "a")
    response = seat.save(1, "b", based_on=0)
    body = response.json()
    assert (response.status_code, body["code"], body["revision"]) == (409, "stale_revision", 1)
    assert "Our tickets" in body["html"]
    assert seat.value(1) == {"choice": "a"}


def test_clearing_must_be_asked_for(seat: Seat) -> None:
    seat.save(1, "b")
    refused = seat.save(1, based_on=1)
    assert (refused.status_code, refused.json()["code"]) == (409, "blank_refused")
    cleared = seat.save(1, based_on=1, clear="1")
    assert (cleared.status_code, seat.value(1)) == (200, None)


def test_unreadable_response_is_refused_with_the_reason(seat: Seat) -> None:
    response = seat.save(1, "zebra")
    assert response.status_code == 400
    assert response.json()["message"] == "This response does not belong to this question."


def test_after_submission_nothing_is_saved(seat: Seat) -> None:
    seat.client.post(seat.url("attempt-submit"))
    response = seat.save(1, "b")
    body = response.json()
    assert (response.status_code, body["code"], body["is_only_item"]) == (409, "closed", False)


def test_script_without_a_session_gets_401(seat: Seat) -> None:
    seat.client.logout()
    response = seat.save(1, "b")
    assert (response.status_code, response.json()["code"]) == (401, "signed_out")


def test_a_flag_is_set_and_taken_away(seat: Seat) -> None:
    accept = {"accept": "application/json"}
    url = seat.url("attempt-flag", 2)
    assert seat.client.post(url, {"flagged": "1"}, headers=accept).json() == {
        "position": 2,
        "is_flagged": True,
    }
    assert "data-label>Remove flag" in seat.html()
    seat.client.post(url, {"flagged": "0"}, headers=accept)
    assert "data-label>Remove flag" not in seat.html()


def test_a_save_has_at_most_eight_queries(client: Client, django_assert_max_num_queries) -> None:
    seat = Seat(client, questions=5)
    seat.begin()
    with django_assert_max_num_queries(8 + len(("SAVEPOINT", "RELEASE"))):
        seat.save(3, "b", key="k")


# --- The whole page as a form


def test_the_form_saves_every_question(seat: Seat) -> None:
    response = seat.post(i1_based_on=0, i1_choice="b", i2_based_on=0, i2_choice="a")
    assert (response.status_code, response.url) == (302, seat.url())
    assert (seat.value(1), seat.value(2)) == ({"choice": "b"}, {"choice": "a"})
    assert checked(seat.html(), "i1-choice") == ["b"]


def test_a_form_sent_twice_saves_once(seat: Seat) -> None:
    for _ in range(2):
        seat.post(i1_based_on=0, i1_choice="b")
    assert seat.responses() == 1


def test_submit_saves_and_asks_for_confirmation(seat: Seat) -> None:
    response = seat.post("submit", i1_based_on=0, i1_choice="b", i2_based_on=0)
    assert response.url == seat.url("attempt-submit")
    html = seat.html(response.url)
    assert "You have answered 1 of 2 questions." in html
    assert "#item-2" in html
    assert "#item-1" not in html


def test_going_on_saves_first(client: Client) -> None:
    seat = Seat(client, questions=3, one_item_per_page=True)
    seat.begin()
    response = seat.post("goto", "2", item=1, i1_based_on=0, i1_choice="c")
    assert response.url == seat.url() + "?item=2"
    assert seat.value(1) == {"choice": "c"}


def test_flagging_saves_first_and_returns_to_the_question(seat: Seat) -> None:
    response = seat.post("flag-2", "1", i1_based_on=0, i1_choice="b")
    assert response.url == seat.url() + "#item-2"
    assert (seat.item(2).is_flagged, seat.value(1)) == (True, {"choice": "b"})


def test_clear_empties_one_question_and_saves_the_others(seat: Seat) -> None:
    seat.save(1, "b")
    seat.post("clear-1", i1_based_on=1, i1_choice="b", i2_based_on=0, i2_choice="a")
    assert (seat.value(1), seat.value(2)) == (None, {"choice": "a"})


def test_an_unreadable_number_comes_back_in_its_field(numbers: Seat) -> None:
    response = numbers.post(
        **{"i1_based_on": 0, "i1_choice": "b", "i2_based_on": 0, "i2_blank.n": "about three"}
    )
    html = response.content.decode()
    assert response.status_code == 409
    assert 'value="about three"' in html
    assert 'aria-invalid="true"' in html
    assert "1 response is not saved yet." in html
    assert (numbers.value(1), numbers.value(2)) == ({"choice": "b"}, None)


def test_two_versions_are_both_shown_and_the_own_can_be_kept(seat: Seat) -> None:
    seat.elsewhere(1, "a")
    conflict = seat.post(i1_based_on=0, i1_choice="b", i2_based_on=0, i2_choice="c")
    html = conflict.content.decode()
    assert conflict.status_code == 409
    assert "answered in another window" in html
    assert checked(html, "i1-choice") == ["b"]
    assert 'name="i1-based_on" value="1"' in html
    assert seat.value(2) == {"choice": "c"}
    seat.post("keep", "1", i1_based_on=1, i1_choice="b")
    assert seat.value(1) == {"choice": "b"}


def test_the_stored_version_can_be_taken(seat: Seat) -> None:
    seat.elsewhere(1, "a")
    response = seat.post("take", "1", i1_based_on=1, i1_choice="b")
    assert response.status_code == 302
    assert seat.value(1) == {"choice": "a"}


def test_a_question_left_blank_here_is_no_conflict(seat: Seat) -> None:
    seat.elsewhere(1, "a")
    response = seat.post(i1_based_on=0, i2_based_on=0, i2_choice="b")
    assert response.status_code == 302
    assert seat.value(1) == {"choice": "a"}


def test_emptying_a_field_keeps_what_was_saved_and_says_how_to_clear(numbers: Seat) -> None:
    numbers.post(**{"i2_based_on": 0, "i2_blank.n": "2.5"})
    response = numbers.post(**{"i2_based_on": 1, "i2_blank.n": ""})
    assert "use “Clear” to remove it" in response.content.decode()
    assert numbers.value(2)["blank"] == {"n": "2.5"}


def test_signing_in_again_brings_back_and_saves_what_was_written(seat: Seat) -> None:
    seat.client.logout()
    response = seat.post(i1_based_on=0, i1_choice="b")
    assert response.url == f"/account/sign-in/?next={seat.url()}"
    credentials = {"username": seat.enrolment.user.username, "password": "correct horse battery"}
    assert seat.client.post(response.url, credentials).url == seat.url()
    assert seat.client.get(seat.url()).url == seat.url()
    assert seat.value(1) == {"choice": "b"}
    assert checked(seat.html(), "i1-choice") == ["b"]


def test_a_form_after_the_end_says_that_it_came_too_late(seat: Seat) -> None:
    seat.client.post(seat.url("attempt-submit"))
    response = seat.client.post(seat.url(), {"i1-based_on": 0, "i1-choice": "b"}, follow=True)
    assert "what you sent last was not saved" in response.content.decode()
    assert seat.responses() == 0


def test_an_expired_attempt_leads_to_its_review(client: Client) -> None:
    seat = Seat(client, time_limit_s=60)
    attempt = seat.begin()
    early = attempt.started_at - timedelta(hours=1)
    Attempt.objects.filter(pk=attempt.pk).update(
        started_at=early, deadline_at=early + timedelta(seconds=60)
    )
    assert seat.client.get(seat.url()).url == seat.url("review")


# --- Questions that answer at once


def test_a_try_answers_with_the_question_as_it_is_now(tries: Seat) -> None:
    body = tries.save(1, "a").json()
    assert "That counts work." in body["html"]
    assert "You have 1 more try." in body["html"]
    assert "It follows her goal." not in body["html"]


def test_the_last_try_shows_every_reason(tries: Seat) -> None:
    tries.save(1, "a")
    html = tries.save(1, "c", based_on=1).json()["html"]
    assert "It follows her goal." in html
    assert "Right, but not chosen" in html
    assert 'type="radio"' not in html


def test_check_makes_a_try_of_its_own_question_only(tries: Seat) -> None:
    response = tries.post("check-1", i1_based_on=0, i1_choice="a", i2_based_on=0, i2_choice="c")
    html = response.content.decode()
    assert (tries.item(1).tries, tries.value(2)) == (1, None)
    assert checked(html, "i2-choice") == ["c"]
    assert "autofocus" in html


def test_a_question_that_is_finished_does_not_close_the_attempt(tries: Seat) -> None:
    tries.save(1, "b")
    response = tries.save(1, "a", based_on=1)
    assert response.status_code == 409
    assert response.json()["is_only_item"] is True


def test_submitting_makes_a_try_of_what_was_not_checked(tries: Seat) -> None:
    tries.post("submit", i1_based_on=0, i1_choice="b", i2_based_on=0, i2_choice="b")
    assert [tries.item(position).tries for position in (1, 2)] == [1, 1]
