"""An attempt shows what its questions named when it was made, whatever is edited afterwards."""

import datetime as dt
import re

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from django.urls import reverse

from courses import file_store
from courses.domain import attempts, lessons, pinning, verifying
from courses.domain.attempts.reading import attempt_page
from courses.file_store import hash_of
from courses.models import Asset, AttemptItem, PinnedContent, Stimulus, Term
from courses.models.pinned import JSON
from tests.domain.test_attempts import submit
from tests.factories import NOW, make_asset, make_learner, make_lesson, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
OTHER = SVG.replace(b"1", b"2")
HOUR = dt.timedelta(hours=1)


def furnish(question):
    """Give a question a stimulus, a picture, a data file and a term to name."""
    course, module = question.course, question.module
    question.stimulus = Stimulus.objects.create(
        course=course, key="case", title="The case", body="Read [the figures](asset:data.csv)."
    )
    question.save()
    for name, content in (("a.svg", SVG), ("data.csv", b"1")):
        make_asset(module=module, name=name, content=content)
    Term.objects.create(course=course, key="nps", term="NPS", definition="A score.")
    version = question.ready_version
    stem = {"stem": "See ![levels](asset:a.svg) and [[term:nps]]."}
    version.data = {**version.data, **stem}
    version.save()
    return question


def edit_everything(question):
    """Other words and bytes by every way there is: save, update, delete, another stimulus."""
    stimulus = question.stimulus
    stimulus.body, stimulus.title = "OTHER CASE", "Other"
    stimulus.save()
    make_asset(module=question.module, name="a.svg", content=OTHER)
    Asset.objects.filter(name="data.csv").delete()
    Term.objects.filter(key="nps").update(definition="Another score.")
    other = Stimulus.objects.create(course=question.course, key="new", body="NEW CASE")
    question.stimulus = other
    question.save()


@pytest.fixture
def sitting():
    quiz = make_quiz(questions=1)
    question = furnish(quiz.items.get().question)
    ada = make_learner(quiz.course)
    attempt = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    return attempt, question, ada.user


def seen(client, attempt, page):
    return client.get(reverse(f"cx_courses:{page}", args=[attempt.uuid])).content.decode()


def addresses(html):
    return re.findall(r'(?:src|href)="([^"]*[?&]v=[^"]*)"', html)


@pytest.mark.parametrize("page", ["attempt", "review"])
def test_later_edits_do_not_change_an_attempt(client, sitting, page):
    attempt, question, user = sitting
    client.force_login(user)
    if page == "review":
        attempt = submit(attempt)
    before = seen(client, attempt, page)
    files = {url: client.get(url).content for url in addresses(before) if "/assets/" in url}
    assert sorted(files.values()) == [b"1", SVG]
    assert "Read " in before

    edit_everything(question)

    after = seen(client, attempt, page)
    assert "OTHER" not in after
    assert "NEW CASE" not in after
    assert addresses(after) == addresses(before)
    assert {url: client.get(url).content for url in files} == files
    term = next(url for url in addresses(after) if "/glossary" in url)
    assert "A score." in client.get(term).content.decode()
    assert "Another score." not in client.get(term).content.decode()
    assert list(verifying.verify(now=NOW)) == []


def test_the_next_attempt_shows_what_was_edited(sitting):
    attempt, question, user = sitting
    submit(attempt)
    edit_everything(question)

    again = attempts.start(
        reader=reader_of(attempt.enrolment), quiz_key=attempt.quiz.key, by=user, now=NOW + HOUR
    )

    view = attempt_page(attempt=again, by=user, now=NOW + HOUR).items[0]
    assert view.stimulus == {"key": "new", "title": "", "body": "NEW CASE"}
    assert [one["hash"] for one in view.files] == [hash_of(OTHER)]


def test_a_check_of_a_lesson_is_pinned_with_its_first_response():
    lesson = make_lesson(checks=1)
    question = furnish(lesson.checks.items.get().question)
    ada = make_learner(lesson.module.course)
    lessons.respond(
        reader=reader_of(ada),
        lesson_key=lesson.key,
        question_key=question.key,
        raw={"choice": ["b"]},
        based_on=0,
        by=ada.user,
        now=NOW,
    )
    edit_everything(question)

    shown = lessons.open_lesson(reader=reader_of(ada), lesson_key=lesson.key).checks[0]

    assert shown.stimulus["title"] == "The case"
    assert shown.files[0]["hash"] == hash_of(SVG)


def test_attempts_share_one_row_of_the_same_content(sitting):
    attempt, _question, _user = sitting
    count = PinnedContent.objects.count()
    for _ in range(3):
        ada = make_learner(attempt.quiz.course)
        attempts.start(reader=reader_of(ada), quiz_key=attempt.quiz.key, by=ada.user, now=NOW)

    assert (count, PinnedContent.objects.count()) == (4, 4)


def test_verifying_sees_what_was_changed_or_lost_below_the_rules(sitting):
    assert sitting
    rows = QuerySet(PinnedContent)
    assert list(verifying.verify(now=NOW)) == []

    (term,) = [row.pk for row in rows.filter(content_type=JSON) if b"NPS" in bytes(row.content)]
    rows.filter(pk=term).update(content=b"{}")
    rows.filter(content_hash=hash_of(b"1"))._raw_delete("default")
    file_store.delete(hash_of(SVG))

    found = {(one.row.split()[0], one.field) for one in verifying.verify(now=NOW)}
    assert found == {
        ("pinned", "content_hash"),
        ("item", "asset data.csv"),
        ("file", "content"),
    }
    with pytest.raises(CommandError, match="differ"):
        call_command("verify_records")


def test_pinned_rows_are_written_once(sitting):
    with pytest.raises(TypeError):
        PinnedContent.objects.update(content=b"")
    with pytest.raises(TypeError):
        PinnedContent.objects.all().delete()


def test_a_hash_opens_files_alone_and_only_known_ones(client, sitting):
    attempt, question, user = sitting
    client.force_login(user)
    place = reverse("cx_courses:asset", args=[question.course.key, question.module.key, "a.svg"])
    stimulus = AttemptItem.objects.get(attempt=attempt).stimulus

    for pin in (stimulus.content_hash, "0" * 64, "é"):
        assert client.get(place, {"v": pin}).status_code == 404
    assert client.get(place, {"v": "\0"}).status_code in (400, 404)
    client.logout()
    assert client.get(place, {"v": hash_of(SVG)}).status_code in (302, 404)


def test_starting_costs_the_same_for_any_number_of_questions(django_assert_max_num_queries):
    quiz = make_quiz(questions=12)
    for place in quiz.items.select_related("question")[1:]:
        place.question.ready_version.data["stem"] = "![levels](asset:a.svg) [[term:nps]]"
        place.question.ready_version.save()
    furnish(quiz.items.first().question)
    items = [
        AttemptItem(version=place.question.ready_version, points=1, position=place.position)
        for place in quiz.items.select_related("question__ready_version")
    ]

    with django_assert_max_num_queries(7):
        pinning.pin(items)
    with django_assert_max_num_queries(4):
        pinning.pin(items)

    assert {len(item.pinned) for item in items} == {2, 3}
