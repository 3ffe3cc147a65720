"""The history of every kind: who changed what, two states side by side, and back again."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.coursefiles import read_files
from courses.domain import enrolments, grant_log
from courses.domain.authoring import sync_course
from courses.domain.authoring.editions import Origin, name_of, recording
from courses.domain.authoring.row_entries import KINDS_OF_ROWS
from courses.models import Accommodation, Asset, Course, Edition, Extension, Lesson, Quiz, Section
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.coursefiles.sample import files
from tests.factories import NOW, ModuleFactory, UserFactory, make_asset, make_learner
from tests.payloads import PAYLOADS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TEXTS = {"question": None, "asset": None, "term": "definition", "reference": "citation",
         "stimulus": "body", "objective": "text"}  # fmt: skip


@pytest.fixture
def course():
    sync_course(course_file=read_files(files()).course, now=NOW)
    course = Course.objects.get()
    make_asset(module=course.modules.first(), name="a.csv")
    return course


@pytest.fixture
def client(course):
    return signed_in(teacher_of(course))


def url(row):
    return reverse(f"admin:cx_courses_{row._meta.model_name}_editions", args=[row.pk])


def a_row(model):
    return (Quiz.objects.standalone() if model is Quiz else model.objects.all()).first()


def change(row, text, by=None, minute=0, **more):
    """Change a row, with an edition."""
    kind = KINDS_OF_ROWS[type(row)]
    origin = Origin("studio", by or UserFactory(), NOW + dt.timedelta(minutes=minute), **more)
    with recording(row, origin=origin):
        if isinstance(row, Asset):
            make_asset(module=row.module, name=row.name, content=text.encode())
        else:
            setattr(row, TEXTS.get(kind, "title"), text)
            row.save()


def test_every_kind_has_a_page_that_shows_and_restores(client, course):
    grace, eve = UserFactory(username="grace"), UserFactory(username="eve")
    for model, kind in KINDS_OF_ROWS.items():
        if kind == "question":  # See test_question_history.
            continue
        row = a_row(model)
        change(row, "Second text", grace, note="Why so", tool="a tool", reviewed_by=eve)
        page = client.get(url(row))
        text = page.content.decode()
        assert page.status_code == 200, kind
        for word in ("grace", "Why so", "made with a tool", "reviewed by eve", "task pages"):
            assert word in text, (kind, word)
        entries = page.context["entries"]
        assert [one.edition.number for one in entries] == [2, 1], kind
        assert entries[0].changes, kind

        sent = {"based_on": page.context["based_on"], "restore": "1"}
        assert client.post(url(row), sent).status_code == 302, kind
        kind_, key = name_of(row)
        last = Edition.objects.filter(kind=kind_, key=key).latest("number")
        first = Edition.objects.get(kind=kind_, key=key, number=1)
        assert (last.action, last.hash, last.number) == ("restored", first.hash, 3), kind
        again = client.post(url(row), sent)
        assert again.status_code == 200, kind
        assert again.context["refusal"], kind


def test_any_two_states_are_compared_in_the_words_of_the_editor(client, course):
    row = a_row(Lesson)
    for number, text in enumerate(("Two", "Three", "Four")):
        change(row, text, minute=number)
    page = client.get(url(row), {"from": "4", "to": "2"})
    compared = page.context["history"].compared
    assert (compared.before.number, compared.after.number) == (2, 4)
    (only,) = compared.changes
    assert (str(only.label), only.before, only.after) == ("Title", "Two", "Four")
    same = client.get(url(row), {"from": "2", "to": "2"})
    assert same.context["history"].compared is None
    for wrong in ({"from": "77", "to": "1"}, {"from": "x"}, {"from": "9" * 40, "to": "²"}):
        answer = client.get(url(row), wrong)
        assert (answer.status_code, answer.context["history"].compared) == (200, None)


def test_what_a_restored_state_names_and_is_gone_is_said(client, course):
    row = Lesson.objects.exclude(objectives=None).first()
    objective = row.objectives.first()
    origin = Origin("studio", UserFactory(), NOW)
    with recording(row, origin=origin):
        row.objectives.clear()
        row.save()
    type(objective).objects.filter(pk=objective.pk).update(key="other")
    page = client.get(url(row))
    refused = client.post(url(row), {"based_on": page.context["based_on"], "restore": "1"})
    assert refused.status_code == 200
    assert objective.key in refused.context["refusal"]


def test_many_states_come_in_pages_and_take_as_many_queries(client, course):
    row = a_row(Lesson)
    change(row, "One")
    client.get(url(row))
    with CaptureQueriesContext(connection) as few:
        client.get(url(row))
    for number in range(60):
        change(row, f"Text {number}", minute=number)
    with CaptureQueriesContext(connection) as many:
        page = client.get(url(row))
    assert len(many) == len(few)
    assert len(page.context["entries"]) == 50
    older = client.get(url(row), {"before": page.context["history"].older})
    assert [one.edition.number for one in older.context["entries"]] == list(range(12, 0, -1))
    assert not any(one.is_newest for one in older.context["entries"])


def test_a_course_shows_roles_and_grants_to_who_may_know_the_people(client, course):
    learner = make_learner(course)
    other = Section.objects.create(course=course, key="b", title="B", created_at=NOW)
    foreign = enrolments.enrol(
        course=course, user=UserFactory(username="foreign-learner"), section=other, now=NOW
    )
    quiz = a_row(Quiz)
    by = UserFactory(username="granting")
    for enrolment in (learner, foreign):
        extension = Extension(enrolment=enrolment, quiz=quiz, extra_attempts=2)
        grant_log.record_grant(grant=extension, by=by, now=NOW)
    accommodation = Accommodation(user=learner.user, course=course, time_factor=Decimal("1.5"))
    grant_log.record_grant(grant=accommodation, by=by, now=NOW)
    enrolments.enrol(
        course=course, user=UserFactory(username="new-marker"), role="marker", now=NOW, by=by
    )
    page = client.get(url(course)).content.decode()
    for word in ("new-marker", "granting", str(learner.user), "foreign-learner", "role: Marker",
                 "extra attempts 2", "1.5"):  # fmt: skip
        assert word in page, word

    seen = {}
    for role, section in (("author", None), ("marker", Section.objects.get(is_default=True))):
        person = staff()
        enrolments.enrol(course=course, user=person, role=role, section=section, now=NOW)
        seen[role] = signed_in(person).get(url(course)).content.decode()
    assert "granting" not in seen["author"]
    assert str(learner.user) not in seen["author"]
    assert "extra attempts 2" in seen["marker"]
    assert "foreign-learner" not in seen["marker"]
    assert "accommodation" not in seen["marker"]


def test_nothing_of_another_course_is_shown_or_restored(course):
    row = a_row(Lesson)
    change(row, "Second text")
    foreign = signed_in(teacher_of(ModuleFactory().course))
    for model, kind in KINDS_OF_ROWS.items():
        answer = foreign.get(url(a_row(model)))
        assert answer.status_code in (302, 404), kind
    assert foreign.post(url(row), {"restore": "1"}).status_code in (302, 404)
    assert Edition.objects.filter(action="restored").count() == 0


def test_no_text_of_an_edition_runs(client, course):
    row = a_row(Lesson)
    for number, text in enumerate(PAYLOADS[:12]):
        change(
            row,
            text[:190].replace("\0", "") or "x",
            minute=number,
            note=text[:290].replace("\0", ""),
        )
    page = client.get(url(row)).content.decode()
    for text in PAYLOADS[:12]:
        if "<" in text:
            assert text not in page


def test_every_record_leads_to_its_history(client, course):
    for model in KINDS_OF_ROWS:
        row = a_row(model)
        record = reverse(f"admin:cx_courses_{model._meta.model_name}_change", args=[row.pk])
        assert f'href="{url(row)}"' in client.get(record).content.decode(), model


def test_publishing_and_archiving_a_course_stand_in_its_history(client, course):
    Course.objects.update(state=Course.State.DRAFT)
    page = client.get(url(course))
    outline = reverse("admin:cx_courses_course_outline", args=[course.pk])
    assert client.post(outline, {"do": "course::publish"}).status_code == 302
    page = client.get(url(course))
    newest = page.context["entries"][0]
    assert (newest.edition.action, newest.edition.channel) == ("changed", "studio")
    (only,) = newest.changes
    assert (str(only.label), only.before, only.after) == ("Status", "Draft", "Published")

    sent = {"based_on": page.context["based_on"], "restore": "1"}
    assert client.post(url(course), sent).status_code == 302
    course.refresh_from_db()
    assert course.state == Course.State.PUBLISHED


def test_a_tag_has_a_history_from_the_bank_and_outlives_its_row(client, course):
    bank = reverse("admin:cx_courses_course_bank", args=[course.pk])
    question = course.questions.first()
    for button in ("tag", "untag"):
        data = {"do": button, "to_tag": "late", "question": [question.pk]}
        client.post(bank, data | {"confirmed": "on"})
    tag = course.tags.get(key="late")
    address = reverse("admin:cx_courses_tag_editions", args=[tag.pk])
    assert address in client.get(bank, {"tag": "late"}).text
    page = client.get(address)
    assert "<dt>Questions</dt>" in page.text
    based_on = page.context["based_on"]
    client.post(address, {"restore": "1", "based_on": based_on})
    assert question.tags.filter(key="late").exists()

    client.post(reverse("admin:cx_courses_tag_delete", args=[tag.pk]), {"post": "yes"})
    assert not course.tags.filter(key="late").exists()
    again = course.tags.create(key="late")
    rows = client.get(reverse("admin:cx_courses_tag_editions", args=[again.pk])).text
    assert "deleted" in rows
