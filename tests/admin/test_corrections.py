"""Results are corrected in the admin: previewed, applied, read, undone, and begun from banners."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.domain import enrolments, jobs
from courses.domain.regrading import previews, staleness
from courses.models import Job, RegradeBatch, RegradePreview, Result
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.domain.test_regrading import OTHER_KEY, World
from tests.factories import NOW, RIGHT, WRONG, CourseFactory, add_version

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Studio(World):
    """A quiz whose first key was wrong, its learners, and an instructor at the pages."""

    def __init__(self):
        super().__init__()
        for raws in ((WRONG, RIGHT, RIGHT), (RIGHT, RIGHT, WRONG), (WRONG, WRONG, WRONG)):
            self.learner(*raws)
        self.now = timezone.now()  # The pages go by the real clock.
        self.client = signed_in(teacher_of(self.quiz.course))

    def url(self, name, *args):
        return reverse(f"admin:cx_courses_{name}", args=args or [self.quiz.course_id])

    def get(self, url, **query):
        return self.client.get(url, query)

    def post(self, url, **data):
        return self.client.post(url, data)

    def corrected_key(self):
        return add_version(self.question, data=OTHER_KEY)

    def previewed(self):
        """The address of a preview that was begun at the question."""
        self.corrected_key()
        begun = self.post(self.url("question_correct", self.question.pk), all="1")
        assert begun.status_code == 302, begun.text
        return begun.headers["Location"]

    def applied(self):
        done = self.post(self.previewed(), policy="keep", reason="Exchanged.", notifies="1")
        self.work()
        return done.headers["Location"]


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_question_leads_to_its_editor_until_it_has_another_key():
    studio = Studio()
    address = studio.url("question_correct", studio.question.pk)
    page = studio.get(address).text
    assert "Change the key" in page
    assert studio.url("question_edit", studio.question.pk) in page
    assert address in studio.get(studio.url("question_edit", studio.question.pk)).text

    first = studio.question.ready_version
    studio.corrected_key()
    page = studio.get(address, version=first.pk).text
    assert f'name="old" value="{first.pk}" checked' in page
    assert f'name="quiz" value="{studio.quiz.pk}" checked' in page
    assert studio.post(address).status_code == 422
    begun = studio.post(address, old=first.pk, quiz=studio.quiz.pk)
    preview = RegradePreview.objects.get()
    assert str(preview.uuid) in begun.headers["Location"]
    assert preview.changes[0]["old"] == [first.pk]


def test_the_preview_shows_every_way_beside_the_others_the_harmless_one_first():
    studio = Studio()
    address = studio.previewed()
    page = studio.get(address).text
    ways = re.findall(r'name="policy" value="(\w+)"( checked)?', page)

    assert ways == [
        ("keep", " checked"), ("rule", ""), ("full", ""), ("drop", ""), ("drop_all", ""),
    ]  # fmt: skip
    text = words(page)
    assert "2 rise, 0 fall 0 more pass, 0 no longer" in text
    assert "2 rise, 1 fall 0 more pass, 1 no longer" in text
    assert "Passed 2 → 2 of 3" in text
    assert "no longer passes" not in text.split("Who changes")[-1]
    crossing = words(studio.get(address, policy="rule", show="cross").text)
    assert crossing.count("no longer passes") == 1
    assert Result.objects.filter(percent=100).count() == 0


def test_a_reason_is_asked_for_and_a_second_click_applies_nothing_more():
    studio = Studio()
    address = studio.previewed()
    refused = studio.post(address, policy="rule", reason=" ")
    assert refused.status_code == 422
    assert "needs a reason" in refused.text
    assert 'value="rule" checked' in refused.text
    assert not RegradeBatch.objects.exists()

    first = studio.post(address, policy="keep", reason="<b>Exchanged</b>", notifies="1")
    again = studio.post(address, policy="rule", reason="Once more")
    assert first.headers["Location"] == again.headers["Location"]
    assert studio.get(address).headers["Location"] == first.headers["Location"]
    batch = RegradeBatch.objects.get()
    assert (batch.spares, batch.notifies, batch.by.pk) == (True, True, batch.preview.by_id)
    assert "&lt;b&gt;Exchanged" in studio.get(first.headers["Location"]).text


def test_a_correction_shows_its_progress_and_outcome_and_is_undone():
    studio = Studio()
    before = studio.state()
    done = studio.post(studio.previewed(), policy="rule", reason="Exchanged.").headers["Location"]
    assert "<progress" in studio.get(done).text
    studio.work()
    text = words(studio.get(done).text)
    assert "3 learners, 3 results changed, 0 passed by it, 1 passed no longer." in text
    assert words(studio.get(done, show="cross").text).count("no longer passes") == 1
    sheet = studio.get(done, format="csv", show="change")
    assert sheet.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert len(sheet.getvalue().decode().strip().splitlines()) == 4
    assert "Exchanged." in studio.get(studio.url("course_corrections")).text

    for _twice in range(2):
        assert studio.post(done, do="undo").status_code == 302
    assert "under way or undone" in studio.get(done).text
    studio.work()
    assert studio.state() == before
    assert "Undone:" in studio.get(done).text
    assert studio.post(done, do="nonsense").status_code == 404


def test_a_correction_that_stopped_offers_to_go_on():
    studio = Studio()
    done = studio.post(studio.previewed(), policy="keep", reason="Exchanged.").headers["Location"]
    jobs.cancel(job=Job.objects.get(kind="regrade"), now=studio.now)
    page = studio.get(done).text
    assert 'value="go_on"' in page
    assert 'value="undo"' in page
    studio.post(done, do="go_on")
    studio.work()
    assert 'value="go_on"' not in studio.get(done).text


def test_what_a_change_left_behind_is_shown_wherever_it_matters_and_previewed_in_one_click():
    studio = Studio()
    studio.corrected_key()
    staleness.queue_changed(
        course=studio.quiz.course, names=[("quiz", studio.quiz.key)], now=studio.now
    )
    studio.work()
    for address in (
        studio.url("course_corrections"),
        studio.url("question_edit", studio.question.pk),
        studio.url("quiz_build", studio.quiz.pk),
        reverse("admin:cx_courses_course_home"),
    ):
        assert "3 results rest on an older rule" in words(studio.get(address).text), address
    begun = studio.post(studio.url("quiz_correct", studio.quiz.pk), all="1")
    assert "2 rise, 0 fall" in words(studio.get(begun.headers["Location"]).text)


def test_a_quiz_offers_what_differs_its_rule_its_points_and_what_left_it():
    studio = Studio()
    address = studio.url("quiz_correct", studio.quiz.pk)
    assert "Nothing differs" in studio.get(address).text
    first, second, third = studio.quiz.items.order_by("position")
    studio.quiz.pass_mark = 90
    studio.quiz.save()
    first.points = 5
    first.save()
    third.delete()
    page = studio.get(address).text

    assert 'name="rule" value="1" checked' in page
    assert f'name="question" value="{first.question_id}" checked' in page
    assert f'name="drop" value="{third.question_id}"' in page
    assert f'name="question" value="{second.question_id}"' not in page
    studio.post(address, rule="1", question=first.question_id, drop=third.question_id)
    preview = RegradePreview.objects.get()
    assert preview.has_rule
    assert {row["question"]: row["points"] for row in preview.changes} == {
        first.question_id: "5.000", third.question_id: None,
    }  # fmt: skip


def test_a_large_preview_says_how_far_it_is(monkeypatch):
    monkeypatch.setattr(previews, "AT_ONCE", 1)
    studio = Studio()
    address = studio.previewed()
    assert "is being worked out" in studio.get(address).text
    assert studio.post(address, policy="keep", reason="Soon.").status_code == 422
    studio.work()
    assert "Apply to 3 learners" in studio.get(address).text


def test_only_who_may_correct_the_whole_course_opens_the_pages():
    studio = Studio()
    address, course = studio.applied(), studio.quiz.course
    pages = [
        address,
        studio.url("course_corrections"),
        studio.url("question_correct", studio.question.pk),
        studio.url("quiz_correct", studio.quiz.pk),
    ]
    author = staff()
    enrolments.enrol(course=course, user=author, role="author", now=NOW)
    marker = staff()
    section = course.sections.get()
    enrolments.enrol(course=course, user=marker, role="instructor", section=section, now=NOW)
    stranger = teacher_of(CourseFactory())
    for person, refused in ((author, {403}), (marker, {403, 404}), (stranger, {404})):
        for page in pages:
            assert signed_in(person).get(page).status_code in refused, (person, page)
            assert signed_in(person).post(page, {"do": "undo"}).status_code in refused
    assert studio.get(address.replace(address.split("/")[-2], str(uuid4()))).status_code == 404
    assert RegradeBatch.objects.get().state == "applied"


def test_the_pages_of_a_correction_cost_the_same_for_any_number_of_learners():
    studio = Studio()
    counts = []
    for _size in range(2):
        for _number in range(3):
            studio.learner(WRONG, RIGHT, RIGHT)
        preview = studio.previewed()
        with CaptureQueriesContext(connection) as shown:
            studio.get(preview)
        done = studio.post(preview, policy="keep", reason="Exchanged.").headers["Location"]
        studio.work()
        with CaptureQueriesContext(connection) as read:
            studio.get(done)
        counts.append((len(shown), len(read)))
        studio.post(done, do="undo")
        studio.work()
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 22
