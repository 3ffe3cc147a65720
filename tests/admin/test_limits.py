"""Durations and dates that nobody means are refused in words, wherever they are written."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.coursefiles import CourseFilesError, read_files
from courses.domain import attempts, grants
from courses.models import Accommodation, Extension, Quiz
from tests.admin.conftest import signed_in, teacher_of
from tests.admin.pages import fields_of
from tests.admin.test_every_admin import page
from tests.api.platform import Platform
from tests.coursefiles.sample import edited
from tests.factories import NOW, make_learner, make_quiz, reader_of

pytestmark = pytest.mark.django_db

HUGE = [32_061_601, 316_224_001, 2**31, 999_999_999_999, 10**30]


@pytest.fixture
def quiz():
    return make_quiz(questions=1, time_limit_s=1800)


@pytest.fixture
def client(quiz):
    return signed_in(teacher_of(quiz.course))


def test_a_quiz_takes_no_such_duration(client, quiz):
    address = page("quiz", "change", quiz.pk)
    fields = fields_of(client.get(address))
    for value in HUGE:
        huge = dict.fromkeys(["time_limit_s", "grace_s", "attempt_delay_s"], value)

        errors = client.post(address, {**fields, **huge}).context["adminform"].form.errors

        found = {name: "371 days" in str(errors[name]) for name in errors}
        assert found == dict.fromkeys(huge, True), value
        quiz.refresh_from_db()
        assert quiz.time_limit_s == 1800, value


def test_no_such_duration_is_granted(client, quiz):
    learner = make_learner(quiz.course)
    general = {
        "user": learner.user_id, "course": quiz.course_id, "time_factor": "1", "extra_attempts": 0,
    }  # fmt: skip
    special = {"enrolment": learner.pk, "quiz": quiz.pk, "extra_attempts": 0}

    for value in HUGE[1:]:
        one = client.post(page("accommodation", "add"), {**general, "closes_later_s": value})
        two = client.post(page("extension", "add"), {**special, "extra_time_s": value})

        for answer in (one, two):
            assert "ten years" in str(answer.context["errors"]), value
    assert not Accommodation.objects.exists()
    assert not Extension.objects.exists()


def test_a_date_lies_in_our_times(client, quiz):
    learner = make_learner(quiz.course)
    address = page("quiz", "change", quiz.pk)
    fields = fields_of(client.get(address))
    special = {"enrolment": learner.pk, "quiz": quiz.pk, "extra_time_s": 0, "extra_attempts": 0}
    for year in (1, 1899, 3000, 9999):
        date = {"closes_at_0": f"{year:04}-12-31", "closes_at_1": "23:59:59"}

        one = client.post(address, {**fields, **date})
        two = client.post(page("extension", "add"), {**special, **date})

        for answer in (one, two):
            assert "1900 and 2999" in str(answer.context["errors"]), year


def test_the_api_refuses_the_same():
    platform = Platform("gradebook:write", "learners:write")
    quiz = make_quiz()
    platform.learner("a-1", course=quiz.course)
    grant = f"/learners/a-1/courses/{quiz.course.key}/accommodation"
    extension = f"/learners/a-1/courses/{quiz.course.key}/quizzes/{quiz.key}/extension"

    for value in HUGE[1:]:
        assert platform.put(grant, {"closes_later_s": value}).status_code == 400, value
        assert platform.put(extension, {"extra_time_s": value}).status_code == 400, value
    for when in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+05:00"):
        assert platform.put(extension, {"closes_at": when}).status_code == 400


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("time_limit_minutes: 30", "time_limit_minutes: 999999999999"),
        ("grace_seconds: 60", "grace_seconds: 999999999999"),
        ("attempt_delay_minutes: 1440", "attempt_delay_minutes: 999999999999"),
        ("2027-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_files_are_refused_too(old, new):
    with pytest.raises(CourseFilesError) as caught:
        read_files(edited("quizzes.yaml", old, new))
    assert caught.value.file_problems


@pytest.mark.parametrize("values", [{"time_limit_s": 32_061_601}, {"grace_s": 32_061_601}])
def test_the_database_holds_no_more(values, quiz):
    with pytest.raises(IntegrityError), transaction.atomic():
        Quiz.objects.filter(pk=quiz.pk).update(**values)


def test_the_longest_of_everything_can_be_started():
    """The latest date, the longest limit and every grant at once: an attempt begins and ends."""
    late = dt.datetime(2999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
    quiz = make_quiz(questions=1, time_limit_s=32_061_600, closes_at=late)
    learner = make_learner(quiz.course)
    by = learner.user
    grants.set_accommodation(
        user=by, course=None, time_factor=Decimal(10), closes_later_s=316_224_000
    )
    grants.set_extension(enrolment=learner, quiz=quiz, extra_time_s=316_224_000, closes_at=late)

    attempt = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)

    assert attempt.deadline_at > NOW + dt.timedelta(days=3710)
    client = signed_in(by)
    for name, args in (("quiz", [quiz.course.key, quiz.key]), ("attempt", [attempt.uuid])):
        assert client.get(reverse(f"cx_courses:{name}", args=args)).status_code == 200
