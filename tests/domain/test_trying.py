"""A trial: a learner's work by staff, by another clock, of which nothing stays."""

import datetime as dt
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.management import call_command

from courses.domain import (
    access,
    attempts,
    enrolments,
    grants,
    lessons,
    personal_data,
    progress,
    relay,
    retention,
    sections,
    trials,
)
from courses.domain.authoring import refresh_lessons
from courses.errors import Conflict, NotFound
from courses.models import (
    Attempt,
    AttemptItem,
    Course,
    Delivery,
    Enrolment,
    Event,
    Lesson,
    LineItem,
    PinnedContent,
    Question,
    Result,
    Stimulus,
    Trial,
    VoteTally,
)
from tests.factories import (
    NOW,
    RIGHT,
    UserFactory,
    join,
    make_debate,
    make_learner,
    make_lesson,
    make_quiz,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MINUTE = dt.timedelta(minutes=1)


def counts():
    """How many rows every table has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def staff_in(course, role="instructor", section=None):
    by = UserFactory()
    enrolments.enrol(course=course, user=by, role=role, section=section, now=NOW)
    return by


def begin(course, by, **extra):
    made = trials.begin(course=course, place="", back="/", by=by, now=NOW, **extra)
    return trials.find(uuid=made.uuid, by=by, now=NOW)


def reader(trial):
    return trials.reader(trial=trial, course_key=trial.enrolment.course.key)


def start(trial, quiz, now=NOW):
    return attempts.start(reader=reader(trial), quiz_key=quiz.key, by=trial.enrolment.user, now=now)


def take(trial, quiz, now=NOW):
    by, attempt = trial.enrolment.user, start(trial, quiz, now)
    attempts.save(attempt=attempt, position=1, raw=RIGHT, based_on=0, by=by, now=now)
    return attempts.submit(attempt=attempt, by=by, now=now + MINUTE)


def test_a_whole_trial_leaves_every_table_as_it_was():
    quiz = make_quiz(questions=2, attempt_delay_s=60)
    lesson, first, second = make_debate(module=quiz.module)
    stimulus = Stimulus.objects.create(course=quiz.course, key="case", body="A case.")
    Question.objects.filter(quiz_items__quiz=quiz).update(stimulus=stimulus)
    by = staff_in(quiz.course)
    before = counts()
    trial = begin(quiz.course, by, quiz=quiz)

    take(trial, quiz)
    start(trial, quiz, NOW + dt.timedelta(hours=1))
    check = lesson.checks.items.order_by("position").first().question.key
    for question, raw in (
        (check, RIGHT),
        (first.key, {"choice": "a", "certainty": "30"}),
        (second.key, {"choice": "b", "certainty": "30"}),
    ):
        lessons.respond(
            reader=reader(trial), lesson_key=lesson.key, question_key=question, raw=raw,
            based_on=0, by=by, now=NOW,
        )  # fmt: skip
    lessons.practise_again(reader=reader(trial), lesson_key=lesson.key, by=by, now=NOW)
    assert AttemptItem.objects.filter(attempt__enrolment=trial.enrolment).count() >= 5
    assert PinnedContent.objects.exists()
    for model in (Delivery, Event, LineItem, Result, VoteTally):
        assert model.objects.count() == before[model._meta.label], model
    call_command("verify_records", verbosity=0)

    trials.end(trial=trial)

    assert counts() == before


def test_what_a_learner_s_attempt_shows_outlives_a_trial_of_the_same_quiz():
    quiz = make_quiz(questions=1)
    stimulus = Stimulus.objects.create(course=quiz.course, key="case", body="A case.")
    question = quiz.items.get().question
    question.stimulus = stimulus
    question.save()
    trial = begin(quiz.course, staff_in(quiz.course))
    tried = start(trial, quiz)
    learner = make_learner(quiz.course)
    real = attempts.start(
        reader=access.Reader(quiz.course, learner, is_author=False),
        quiz_key=quiz.key, by=learner.user, now=NOW,
    )  # fmt: skip
    assert tried.items.get().stimulus != real.items.get().stimulus

    trials.end(trial=trial)

    assert bytes(real.items.get().stimulus.content).startswith(b'{"body": "A case."')


def test_a_trial_counts_nowhere_while_it_is_open():
    quiz = make_quiz(questions=1, attempts_allowed=2, time_limit_s=60)
    by = staff_in(quiz.course)
    trial = begin(quiz.course, by)
    attempt = start(trial, quiz)
    long_after = NOW + dt.timedelta(days=1)

    assert list(Enrolment.objects.filter(user=by).values_list("role", flat=True)) == ["instructor"]
    assert attempts.latest_of(by=by, now=NOW, limit=9) == []
    assert attempts.close_expired(now=long_after) == 0
    assert relay.backlog(now=long_after).expired_attempts == 0
    assert [one.enrolment.role for one in progress.my_courses(by=by, now=NOW)] == ["instructor"]
    assert enrolments.latest(course=quiz.course, user=by).role == "instructor"
    attempt.refresh_from_db()
    assert attempt.is_open


def test_the_clock_decides_at_opening_closing_and_deadline():
    opens, closes = NOW + dt.timedelta(days=1), NOW + dt.timedelta(days=2)
    quiz = make_quiz(questions=1, opens_at=opens, closes_at=closes, time_limit_s=600)
    trial = begin(quiz.course, staff_in(quiz.course), quiz=quiz, clock=opens - MINUTE)
    assert trial.time_at(NOW + MINUTE) == opens
    second = dt.timedelta(seconds=1)
    for now, is_open in (
        (opens - second, False), (opens, True), (closes - second, True), (closes, False),
    ):  # fmt: skip
        page = attempts.quiz_page(reader=reader(trial), quiz_key=quiz.key, now=now)
        assert page.may_start is is_open, now

    attempt = start(trial, quiz, opens)
    ends = opens + dt.timedelta(seconds=600)
    assert attempt.deadline_at == ends
    labels = {one.label: one.at for one in trials.instants(trial=trial, now=opens)}
    assert labels["A minute before the attempt ends"] == ends - MINUTE
    assert labels["When it closes"] == closes
    assert "When it opens" not in labels
    by = trial.enrolment.user
    attempts.save(attempt=attempt, position=1, raw=RIGHT, based_on=0, by=by, now=ends)
    shown = attempts.attempt_page(attempt=attempt, by=by, now=ends + dt.timedelta(hours=1))
    assert not shown.is_open
    attempt.refresh_from_db()
    assert (attempt.closed_by, attempt.submitted_at) == ("deadline", ends)

    trials.set_clock(trial=trial, to=None, now=NOW)
    assert trial.time_at(NOW) == NOW


def test_a_chosen_learner_brings_extra_time_attempts_and_the_dates_of_the_class():
    quiz = make_quiz(questions=1, time_limit_s=600, attempts_allowed=1, closes_at=NOW + MINUTE)
    course = quiz.course
    evening = sections.create(course=course, key="evening", title="Evening", now=NOW)
    learner = join(evening, UserFactory())
    late = NOW + dt.timedelta(days=3)
    sections.set_dates(section=evening, quiz=quiz, opens_at=None, closes_at=late)
    grants.set_accommodation(user=learner.user, course=course, time_factor=Decimal("1.5"))
    grants.set_extension(enrolment=learner, quiz=quiz, extra_attempts=1)
    by = staff_in(course)
    grants.set_accommodation(user=by, course=course, time_factor=Decimal(2))
    before = counts()

    plain = attempts.quiz_page(reader=reader(begin(course, by)), quiz_key=quiz.key, now=NOW)
    trial = begin(course, by, acts_as=learner, quiz=quiz)
    page = attempts.quiz_page(reader=reader(trial), quiz_key=quiz.key, now=NOW)

    assert (plain.time.total_s, plain.attempts_left) == (600, 1)
    assert (page.time.total_s, page.attempts_left) == (900, 2)
    assert page.closes_at == late + dt.timedelta(seconds=300)
    assert start(trial, quiz).deadline_at == NOW + dt.timedelta(seconds=900)
    assert learner.attempts.count() == 0
    for one in Trial.objects.all():
        trials.end(trial=one)
    assert counts() == before


def test_limits_hold_as_for_a_learner_and_what_comes_first_does_not():
    quiz = make_quiz(questions=1, attempts_allowed=1)
    quiz.requires_modules.add(make_quiz(questions=1, kind="exam", course=quiz.course).module)
    trial = begin(quiz.course, staff_in(quiz.course))
    take(trial, quiz)
    with pytest.raises(Conflict, match="used all your attempts"):
        start(trial, quiz)

    trials.restart(trial=trial)

    assert start(trial, quiz).number == 1


def test_drafts_can_be_tried():
    quiz = make_quiz(questions=1, is_draft=True)
    lesson = make_lesson(module=quiz.module, checks=0, is_draft=True, body="Hello **there**.")
    refresh_lessons(course=quiz.course)
    Course.objects.filter(pk=quiz.course_id).update(state="draft")
    quiz.course.refresh_from_db()
    by = staff_in(quiz.course)

    assert take(begin(quiz.course, by), quiz).percent == 100
    lesson = Lesson.objects.select_related("module").get(pk=lesson.pk)
    trial = begin(quiz.course, by, lesson=lesson)
    page = lessons.open_lesson(reader=reader(trial), lesson_key=lesson.key)
    assert "<strong>there</strong>" in page.segments[0].html
    with pytest.raises(NotFound):
        lessons.open_lesson(reader=reader(begin(quiz.course, by)), lesson_key=lesson.key)


def test_who_may_try_and_as_whom():
    quiz = make_quiz(questions=1)
    course, other = quiz.course, make_quiz(questions=1).course
    evening = sections.create(course=course, key="evening", title="Evening", now=NOW)
    inside, outside = join(evening, UserFactory()), make_learner(course)
    teacher = staff_in(course)
    for role, section, may_try, as_inside, as_outside in (
        ("instructor", None, True, True, True),
        ("instructor", evening, True, True, False),
        ("author", None, True, False, False),
        ("marker", None, True, True, True),
        ("observer", None, False, False, False),
    ):
        by = staff_in(course, role, section)
        for acts_as, may in ((None, may_try), (inside, as_inside), (outside, as_outside)):
            try:
                begin(course, by, acts_as=acts_as)
                is_begun = True
            except NotFound:
                is_begun = False
            assert is_begun is may, (role, section, acts_as)
    for by in (inside.user, UserFactory(), staff_in(other)):
        with pytest.raises(NotFound):
            begin(course, by)
    for wrong in (make_learner(other), Enrolment.objects.get(user=staff_in(course))):
        with pytest.raises(NotFound):
            begin(course, teacher, acts_as=wrong)
    # As oneself one has the dates of one's own class.
    begin(course, teacher, acts_as=Enrolment.objects.get(user=teacher))
    trial = begin(course, teacher)
    with pytest.raises(NotFound):
        trials.find(uuid=trial.uuid, by=staff_in(course), now=NOW)
    with pytest.raises(NotFound):
        trials.reader(trial=trial, course_key=other.key)
    enrolments.withdraw(enrolment=Enrolment.objects.get(user=teacher), by=None, now=NOW)
    with pytest.raises(NotFound):
        trials.find(uuid=trial.uuid, by=teacher, now=NOW)


def test_nobody_reads_an_attempt_of_a_trial_from_outside_of_it():
    quiz = make_quiz(questions=1)
    by, colleague = staff_in(quiz.course), UserFactory(is_superuser=True)
    trial = begin(quiz.course, by)
    attempt = start(trial, quiz)
    for person in (by, colleague):
        for find in (access.attempt, access.owned_attempt):
            with pytest.raises(NotFound):
                find(uuid=attempt.uuid, by=person)
    with pytest.raises(NotFound):
        access.attempt(uuid=attempt.uuid, by=by, trial=begin(quiz.course, by).enrolment)
    assert access.attempt(uuid=attempt.uuid, by=by, trial=trial.enrolment) == attempt


def test_trials_go_a_day_after_their_last_use_with_their_person_and_when_there_are_many():
    quiz = make_quiz(questions=1)
    by, learner = staff_in(quiz.course), make_learner(quiz.course)
    before = counts()
    trial = begin(quiz.course, by, acts_as=learner)
    take(trial, quiz)
    trials.find(uuid=trial.uuid, by=by, now=NOW + dt.timedelta(hours=20))
    retention.purge(now=NOW + dt.timedelta(hours=43))
    assert Trial.objects.count() == 1
    retention.purge(now=NOW + dt.timedelta(hours=45))
    assert counts() == before

    first = begin(quiz.course, by, acts_as=learner)
    personal_data.erase(user=learner.user, now=NOW)
    first.refresh_from_db()
    assert first.acts_as is None
    for _number in range(trials.PER_PERSON):
        begin(quiz.course, by)
    assert not Trial.objects.filter(pk=first.pk).exists()
    take(trial := begin(quiz.course, by), quiz)
    exported = personal_data.export(user=by, now=NOW)
    assert str(trial.enrolment.uuid) in {one["id"] for one in exported["enrolments"]}
    personal_data.erase(user=by, now=NOW)
    assert not Trial.objects.exists()
    assert not Attempt.objects.exists()
    assert not Enrolment.with_trials.filter(user=by).exists()
