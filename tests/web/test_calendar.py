"""The private calendar: what it says, who may read it, and how its address is kept."""

import datetime as dt
import json
import logging
import subprocess
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from courses.domain import calendars, grants
from courses.logs import SecretFilter
from courses.models import CalendarFeed, Preferences, Quiz, ReviewCard, SectionQuiz
from courses.web import calendars as web
from tests.domain.test_daily_review import learn
from tests.factories import make_learner, make_lesson, make_quiz
from tests.programs import judges

pytestmark = pytest.mark.django_db

REMINDERS = reverse("cx_courses:reminders")
CLOSES = dt.datetime(2031, 11, 28, 22, 45, tzinfo=dt.UTC)
OPENS = dt.datetime(2031, 11, 20, 7, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def quiz():
    return make_quiz(
        opens_at=OPENS, closes_at=CLOSES, title="Exam, part 1; “ümläute” and a long name"
    )


@pytest.fixture
def ada(quiz):
    return make_learner(quiz.course)


def address(person):
    return reverse("cx_courses:calendar", args=[calendars.renew(user=person, now=timezone.now())])


def events(answer):
    assert answer.status_code == 200
    return {str(one["summary"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}


def at(events, says):
    (found,) = (one for title, one in events.items() if says in title)
    return found.decoded("dtstart")


def test_dates_are_those_of_the_learner_in_utc(client, quiz, ada):
    path = address(ada.user)
    found = events(client.get(path))
    assert (at(found, " opens"), at(found, " closes")) == (OPENS, CLOSES)
    SectionQuiz.objects.create(section=ada.section, quiz=quiz, closes_at=CLOSES + HOUR)
    assert at(events(client.get(path)), " closes") == CLOSES + HOUR
    grants.set_extension(enrolment=ada, quiz=quiz, closes_at=CLOSES + 5 * HOUR)
    assert at(events(client.get(path)), " closes") == CLOSES + 5 * HOUR
    Quiz.objects.update(is_draft=True)
    assert not [title for title in events(client.get(path)) if "closes" in title]


def test_lines_are_those_of_the_standard_and_uids_stay(client, ada):
    path = address(ada.user)
    body = client.get(path).content
    lines = body.split(b"\r\n")
    assert (lines[0], lines[-2:]) == (b"BEGIN:VCALENDAR", [b"END:VCALENDAR", b""])
    assert max(map(len, lines)) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert b"DTSTART:20311128T224500Z" in body
    assert ada.user.get_username().encode() not in body
    before = {one["uid"] for one in events(client.get(path)).values()}
    Quiz.objects.update(closes_at=CLOSES + HOUR)
    assert {one["uid"] for one in events(client.get(address(ada.user))).values()} == before


@pytest.mark.slow
def test_a_second_reader_of_calendars_reads_the_same(client, quiz):
    """One that shares no code with the library that writes the calendar."""
    lesson = make_lesson(checks=2, review=2, module=quiz.module)
    ada = make_learner(quiz.course)
    learn(ada, lesson)
    Preferences.objects.update_or_create(user=ada.user, defaults={"language": "de"})
    answer = client.get(address(ada.user))
    program = Path(__file__).parent / "judges/read_calendar.py"
    done = subprocess.run(
        [judges.python("calendar"), program], input=answer.content, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr.decode()
    found = {one["title"]: one for one in json.loads(done.stdout)}
    ours = events(answer)
    assert set(found) == set(ours)
    assert len(found) == 3
    for title, one in ours.items():
        theirs = found[title]
        assert (theirs["uid"], theirs["url"]) == (one["uid"], one["url"])
        assert theirs["at"] == one.decoded("dtstart").isoformat()
        assert theirs["is_transparent"]


def test_cards_have_one_entry_which_is_worked_out_at_each_fetch(client):
    lesson = make_lesson(checks=2, review=2)
    ada = make_learner(lesson.module.course)
    learn(ada, lesson)
    path = address(ada.user)
    found = events(client.get(path))
    assert at(found, "Daily review: 2 cards") == timezone.now().date()
    uid = found["Daily review: 2 cards"]["uid"]
    later = timezone.now().date() + dt.timedelta(days=5)
    ReviewCard.objects.update(due_on=later)
    card = ReviewCard.objects.first()
    ReviewCard.objects.filter(pk=card.pk).update(due_on=later + dt.timedelta(days=1))
    found = events(client.get(path))
    assert at(found, "Daily review: 1 card") == later
    assert found["Daily review: 1 card"]["uid"] == uid


def test_an_unchanged_calendar_is_not_sent_again(client, ada):
    path = address(ada.user)
    first = client.get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert not first.cookies
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Quiz.objects.update(closes_at=CLOSES + HOUR)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_address_is_shown_once_renewed_and_ended_on_the_account_page(client, ada):
    client.force_login(ada.user)
    page = client.post(REMINDERS, {"form": "calendar"})
    assert "no-store" in page.headers["Cache-Control"]
    (first,) = {
        word for word in page.text.replace("<", " ").replace(">", " ").split() if ".ics" in word
    }
    assert client.get(first).status_code == 200
    assert ".ics" not in client.get(REMINDERS).text
    assert first.split("_")[2].removesuffix(".ics") not in str(CalendarFeed.objects.values())
    client.post(REMINDERS, {"form": "calendar"})
    assert client.get(first).status_code == 404
    second = address(ada.user)
    client.post(REMINDERS, {"form": "no-calendar"})
    assert client.get(second).status_code == 404
    assert not CalendarFeed.objects.exists()


def test_a_closed_account_a_wrong_secret_and_too_many_fetches_get_nothing(client, ada, monkeypatch):
    path = address(ada.user)
    assert client.get(path.replace(".ics", "x.ics")).status_code == 404
    monkeypatch.setattr(web, "PER_CALENDAR", "2/hour")
    assert [client.get(path).status_code for _number in range(3)] == [200, 200, 429]
    ada.user.is_active = False
    ada.user.save()
    assert client.get(path).status_code == 404
    monkeypatch.setattr(web, "FAILED", "3/hour")
    assert [client.get(path).status_code for _number in range(2)][-1] == 429


def test_log_lines_hold_no_secret_of_an_address():
    token = calendars.bearer.draw(calendars.MARK).text
    secret = token.split("_", 2)[2]
    for message, args in (
        ("Not Found: /calendar/%s.ics", (token,)),
        (f"GET /calendar/{token}.ics 100%", ()),
    ):
        record = logging.LogRecord("x", logging.INFO, "", 1, message, args, None)
        assert SecretFilter().filter(record)
        assert secret not in record.getMessage()
        assert "/calendar/cxf_" in record.getMessage()


@pytest.mark.parametrize(
    ("goal", "says"), [("3", "0 of 3 days this week."), ("", "You learned on 0 days.")]
)
def test_goal_and_count_of_days_are_shown_as_chosen(client, ada, goal, says):
    page = reverse("cx_courses:my-learning", args=[ada.course.key])
    client.force_login(ada.user)
    client.post(REMINDERS, {"form": "goal", "weekly_goal": goal, "counts_days": "on"})
    assert says in client.get(page).text
    client.post(REMINDERS, {"form": "goal", "weekly_goal": goal})
    assert "This week" not in client.get(page).text
    row = Preferences.objects.get(user=ada.user)
    assert (row.weekly_goal, row.counts_days) == (int(goal) if goal else None, False)
    for wrong in ("0", "8", "x"):
        assert client.post(REMINDERS, {"form": "goal", "weekly_goal": wrong}).status_code == 200
