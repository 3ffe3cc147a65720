"""Classes in the studio: listed, made, dated; people in them found, given more, moved, ended."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain import enrolments, grants, sections
from courses.models import Accommodation, Enrolment, Extension, Section, SectionQuiz
from tests.admin.conftest import finish, signed_in, staff, teacher_of
from tests.factories import NOW, join, make_learner, make_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz():
    return make_quiz(questions=1, title="Letters")


@pytest.fixture
def course(quiz):
    return quiz.course


@pytest.fixture
def client(course):
    return signed_in(teacher_of(course))


@pytest.fixture
def evening(course):
    return sections.create(course=course, key="evening", title="Evening", now=NOW)


@pytest.fixture
def ada(course):
    return make_learner(course, first_name="Ada", last_name="Lovelace")


def url(name, row):
    return reverse(f"admin:cx_courses_{name}", args=[row.pk])


def person(row, client, *, follow=False, **data):
    return client.post(url("enrolment_person", row), data, follow=follow)


def fresh(row):
    row.refresh_from_db()
    return row


def test_a_class_is_made_renamed_archived_and_restored(client, course):
    page = url("course_classes", course)
    assert "There is no class yet" in client.get(page).text
    made = client.post(page, {"do": "add", "title": "Evening class"})
    row = Section.objects.get(key="evening-class")
    assert made.headers["Location"] == url("section_people", row)
    assert "Nobody is in the class yet." in client.get(made.headers["Location"]).text
    client.post(page, {"do": "add", "title": "Evening class"})
    assert Section.objects.filter(course=course, key="evening-class-2").exists()

    client.post(page, {"do": "rename", "section": row.pk, f"title.{row.pk}": "Late class"})
    client.post(page, {"do": "archive", "section": row.pk})
    assert (fresh(row).title, row.is_archived) == ("Late class", True)
    assert "1 archived class" in client.get(page).text
    client.post(page, {"do": "restore", "section": row.pk})
    assert fresh(row).is_archived is False

    default = Section.objects.get(course=course, is_default=True)
    client.post(page, {"do": "archive", "section": default.pk})
    assert fresh(default).is_archived is False
    assert client.post(page, {"do": "add", "title": ""}).status_code == 200
    assert client.post(page, {"do": "nothing", "section": row.pk}).status_code == 404
    assert client.post(page, {"do": "rename", "section": "x"}).status_code == 404


def test_people_are_shown_with_what_they_are_granted_and_searched(client, course, ada, quiz):
    other = make_learner(course, first_name="Bob", last_name="Brown")
    grants.set_accommodation(user=ada.user, course=course, time_factor=Decimal("1.5"))
    grants.set_extension(enrolment=ada, quiz=quiz, extra_time_s=60)
    enrolments.withdraw(enrolment=make_learner(course, last_name="Gone"), by=None, now=NOW)
    page = url("section_people", ada.section)

    text = client.get(page).text
    assert "time × 1.5, 1 extension" in text
    assert text.index("Brown") < text.index("Lovelace")
    assert "Gone" not in text
    found = client.get(page, {"words": "lovel"}).text
    assert "Lovelace" in found
    assert "Brown" not in found
    assert "Nobody is called that." in client.get(page, {"words": "xyz"}).text
    assert "Gone" in client.get(page, {"who": "former"}).text
    assert url("enrolment_person", other) in text


def test_the_dates_of_a_class_are_set_and_what_nobody_touched_stays(client, quiz, evening):
    page, name = url("section_dates", evening), f"quiz-{quiz.pk}"
    seconds = dt.datetime(2030, 5, 1, 8, 0, 30, tzinfo=dt.UTC)
    sections.set_dates(section=evening, quiz=quiz, opens_at=seconds, closes_at=None)
    opens = f"{timezone.localtime(seconds):%Y-%m-%dT%H:%M}"
    assert f'value="{opens}"' in client.get(page).text

    wrong = client.post(page, {f"{name}-opens": opens, f"{name}-closes": "2030-01-01T00:00"})
    assert "A quiz closes after it opens." in wrong.text
    saved = client.post(page, {f"{name}-opens": opens, f"{name}-closes": "2030-06-01T10:00"})
    assert saved.status_code == 302
    row = SectionQuiz.objects.get(section=evening)
    assert (row.opens_at, timezone.localtime(row.closes_at).month) == (seconds, 6)
    client.post(page, {f"{name}-opens": "", f"{name}-closes": ""})
    row.refresh_from_db()
    assert (row.opens_at, row.closes_at) == (None, None)


def test_an_accommodation_names_the_closing_dates_that_it_moves(client, ada, quiz):
    sections.set_dates(
        section=ada.section, quiz=quiz, opens_at=None,
        closes_at=timezone.now() + dt.timedelta(days=2),
    )  # fmt: skip
    sent = {
        "do": "accommodation", "accommodation-time_factor": "1.5",
        "accommodation-extra_attempts": "", "accommodation-closes_later_s": "24",
    }  # fmt: skip
    asked = person(ada, client, **sent)
    assert "Letters: closes on" in asked.text
    assert not Accommodation.objects.exists()

    saved = person(ada, client, **sent, **{"accommodation-is_confirmed": "on"})
    assert saved.status_code == 302
    row = Accommodation.objects.get()
    assert (row.time_factor, row.closes_later_s) == (Decimal("1.5"), 86_400)
    shown = client.get(url("enrolment_person", ada)).text
    assert "time × 1.5, closing dates 1 day later" in shown
    assert "Last set by" in shown


def test_an_extension_opens_what_has_closed_and_is_taken_back(client, ada, quiz):
    sent = {
        "do": "extension", "extension-quiz": quiz.pk, "extension-extra_time_s": "30",
        "extension-extra_attempts": "1", "extension-closes_at": "2099-01-01T10:00",
    }  # fmt: skip
    assert (
        "still to come"
        in person(ada, client, **{**sent, "extension-closes_at": "2020-01-01T10:00"}).text
    )
    assert person(ada, client, **sent).status_code == 302
    row = Extension.objects.get()
    assert (row.extra_time_s, row.extra_attempts, row.closes_at.year) == (1800, 1, 2099)
    page = client.get(url("enrolment_person", ada) + f"?quiz={quiz.pk}").text
    assert "30 minutes more, 1 extra attempt, closes on" in page
    assert 'value="30"' in page

    quiz.attempts_allowed = 1
    quiz.save()
    finish(ada, quiz)
    assert "used up" not in person(ada, client, follow=True, **sent).text
    none_left = {**sent, "extension-extra_attempts": "0"}
    assert "Grant an extra attempt, too." in person(ada, client, follow=True, **none_left).text

    person(ada, client, do="take_back", quiz=quiz.pk)
    row.refresh_from_db()
    assert (row.extra_time_s, row.extra_attempts, row.closes_at) == (0, 0, None)
    assert person(ada, client, do="take_back", quiz="x").status_code == 404
    foreign = make_quiz(questions=1)
    wrong = person(ada, client, **{**sent, "extension-quiz": foreign.pk})
    assert "error" in wrong.text


def test_a_person_is_given_an_end_moved_taken_out_and_brought_back(client, ada, evening):
    assert person(ada, client, do="end", **{"end-ends_at": "2020-01-01T10:00"}).status_code == 200
    person(ada, client, do="end", **{"end-ends_at": "2099-01-01T10:00"})
    assert fresh(ada).ends_at.year == 2099
    person(ada, client, do="end", **{"end-ends_at": ""})
    assert fresh(ada).ends_at is None

    person(ada, client, do="move", **{"move-section": evening.pk})
    assert fresh(ada).section == evening
    # She is there already, so that class is no choice any more.
    assert person(ada, client, do="move", **{"move-section": evening.pk}).status_code == 200
    person(ada, client, do="withdraw")
    assert fresh(ada).state == "withdrawn"
    person(ada, client, do="readmit")
    assert fresh(ada).state == "active"
    assert person(ada, client, do="nothing").status_code == 404


def test_an_earlier_cycle_leads_to_the_latest_and_staff_of_the_course_to_their_record(
    client, course, ada
):
    second = enrolments.start_cycle(enrolment=ada, by=None, now=NOW)
    assert client.get(url("enrolment_person", ada)).headers["Location"] == url(
        "enrolment_person", second
    )
    teacher = Enrolment.objects.get(course=course, section=None)
    found = client.get(url("enrolment_person", teacher))
    assert found.headers["Location"] == url("enrolment_change", teacher)


def test_staff_of_an_empty_class_are_led_to_working_pages_alone(course, evening):
    """Every page that leads on from home and from the class answers, whatever the role."""
    for role, in_class, tabs in (
        ("instructor", True, 5), ("marker", True, 3), ("observer", True, 3),
        ("instructor", False, 5), ("author", False, 0), ("observer", False, 3),
    ):  # fmt: skip
        user = staff()
        enrolments.enrol(
            course=course, user=user, role=role, section=evening if in_class else None, now=NOW
        )
        client = signed_in(user)
        home = client.get(reverse("admin:cx_courses_course_home"))
        links = [step.url for card in home.context["cards"] for step in card.links]
        found = {}
        page = client.get(url("section_people", evening))
        if tabs:
            found = {tab.url: client.get(tab.url).status_code for tab in page.context["tabs"]}
            links += [step.url for step in page.context["navigation"]]
        assert (len(found), page.status_code) == (tabs, 200 if tabs else 404), role
        found |= {link: client.get(link).status_code for link in links}
        assert set(found.values()) == {200}, (role, in_class, found)
        assert (url("course_classes", course) in links) is (role != "author")


def test_the_instructor_of_a_class_lists_that_alone_and_makes_none(course, evening):
    user = staff()
    join(evening, user, role="instructor")
    sections.create(course=course, key="other", title="Other", now=NOW)
    listed = signed_in(user).get(url("course_classes", course))
    assert [card["section"] for card in listed.context["cards"]] == [evening]
    assert listed.context["may_edit"] is False
    assert "Other" not in listed.text
    made = signed_in(user).post(url("course_classes", course), {"do": "add", "title": "x"})
    assert made.status_code == 403


def test_staff_of_another_class_see_the_figures_and_not_who_set_them(course, evening, ada):
    """The learner is in both classes; the accommodation holds in both."""
    there = join(evening, ada.user)
    mine, theirs = staff(), staff()
    join(ada.section, mine, role="instructor")
    join(evening, theirs, role="instructor")
    person(ada, signed_in(mine), **{
        "do": "accommodation", "accommodation-time_factor": "2",
        "accommodation-extra_attempts": "0", "accommodation-closes_later_s": "0",
    })  # fmt: skip

    for row, user, is_named in ((ada, mine, True), (there, theirs, False)):
        text = signed_in(user).get(url("enrolment_person", row)).text
        assert "time × 2" in text
        assert ("Last set by" in text) is is_named
    assert "Last set by" in signed_in(teacher_of(course)).get(url("enrolment_person", there)).text


def test_records_tell_staff_of_a_class_nothing_of_when_or_by_whom(course, ada):
    """Whoever of another class set it, its record is the same for all classes."""
    row = grants.set_accommodation(user=ada.user, course=course, extra_attempts=3)
    teacher, mine = teacher_of(course), staff()
    join(ada.section, mine, role="instructor")
    for user, status in ((teacher, 200), (mine, 403)):
        listed = signed_in(user).get(reverse("admin:cx_courses_accommodation_changelist"))
        assert ("updated" in listed.context["cl"].list_display) is (status == 200)
        assert len(listed.context["cl"].result_list) == 1
        history = reverse("admin:cx_courses_accommodation_history", args=[row.pk])
        assert signed_in(user).get(history).status_code == status


def test_the_default_class_is_not_archived_from_the_records_either(client, course, evening):
    rows = list(Section.objects.filter(course=course))
    address = reverse("admin:cx_courses_section_changelist")
    sent = {"action": "archive_rows", "_selected_action": [row.pk for row in rows]}
    client.post(address, sent)
    assert {row.is_default: fresh(row).is_archived for row in rows} == {True: False, False: True}
