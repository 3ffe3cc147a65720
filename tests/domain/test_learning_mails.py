"""A mail about learning goes out once for each event, never about a hidden score."""

import datetime as dt
from fractions import Fraction

import pytest

from courses.domain import grading, jobs, learning_mails, overrides, preferences
from courses.domain.learning_mails import weekly
from courses.domain.marking import release
from courses.models import Attempt, LearningMail, LineItem, Notice, Preferences, ReviewCard
from tests.domain.test_daily_review import learn
from tests.domain.test_regrade_previews import Previewed
from tests.factories import NOW, RIGHT, WRONG, make_learner, make_lesson
from tests.marking.world import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]

HOUR, DAY, WEEK = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=7)
HALF, WHOLE = Fraction(1, 2), Fraction(1)


@pytest.fixture(autouse=True)
def _site(settings):
    settings.COURSES_PUBLIC_URL = "https://learn.example.org/"


def work(now):
    jobs.work(clock=lambda: now, until=now + dt.timedelta(seconds=1))


def mark(world, *, scaled=HALF, now=NOW + HOUR, number=0):
    item = world.items[number]
    grading.grade_by_person(item=item, scaled=scaled, by=world.marker, now=now)
    work(now)


def test_a_marked_text_is_mailed_once_without_the_score(mailoutbox):
    world = make_world(texts=1)
    mark(world)

    (mail,) = mailoutbox
    person = world.texts[0].enrolment.user
    review = f"https://learn.example.org/attempts/{world.texts[0].uuid}/review/"
    assert mail.to == [person.email]
    assert mail.subject == f"{world.quiz.course.title}: your text was marked"
    assert f"\n{review}\n" in mail.body
    assert f'href="{review}"' in mail.alternatives[0].content
    assert not {"50", "3", "6"} & set(mail.body.replace(review, "").split())
    assert (mail.extra_headers["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    work(NOW + DAY)
    assert len(mailoutbox) == 1


def test_a_mark_that_is_held_is_mailed_when_it_is_released(mailoutbox):
    world = make_world(texts=1, holds_marks=True)
    mark(world)
    assert mailoutbox == []

    attempt = Attempt.objects.get(pk=world.texts[0].pk)
    release.release_one(attempt=attempt, by=world.grace, now=NOW + 2 * HOUR)
    work(NOW + 2 * HOUR)
    assert [one.subject.split(": ")[1] for one in mailoutbox] == ["your text was marked"]


def test_a_score_that_is_never_shown_is_never_mailed(mailoutbox):
    world = make_world(texts=1)
    attempt = Attempt.objects.get(pk=world.texts[0].pk)
    moments = ("during", "just_after", "later", "after_last_try", "after_close")
    attempt.policy["review"] = {moment: [] for moment in moments}
    attempt.save()
    mark(world)
    column = LineItem.objects.get(quiz=world.quiz)
    assert not LearningMail.objects.exists()
    assert mailoutbox == []

    give(column, attempt.enrolment, WHOLE, NOW + 2 * HOUR)  # The first score that they see.
    work(NOW + DAY)
    assert mailoutbox == []


def give(column, enrolment, scaled, now):
    overrides.override(
        line_item=column, enrolment=enrolment, scaled=scaled, by=enrolment.user, now=now
    )


def test_changes_by_hand_within_ten_minutes_are_one_mail_and_none_when_taken_back(mailoutbox):
    world = make_world(texts=2)
    mark(world)
    mark(world, number=1)
    mailoutbox.clear()
    column = LineItem.objects.get(quiz=world.quiz)
    first, second = (one.enrolment for one in world.texts)
    later = NOW + 2 * HOUR
    for scaled in (WHOLE, Fraction(1, 3), WHOLE):
        give(column, first, scaled, later)
    give(column, second, WHOLE, later)
    give(column, second, None, later)  # A slip of the pen.

    work(later)
    assert mailoutbox == []
    work(later + dt.timedelta(minutes=10))
    assert [(one.to, one.subject.split(": ")[1]) for one in mailoutbox] == [
        ([first.user.email], "a result of yours was corrected")
    ]
    assert f"/quizzes/{world.quiz.key}/" in mailoutbox[0].body


def test_another_mark_for_a_marked_text_is_a_correction(mailoutbox):
    world = make_world(texts=1)
    mark(world)
    mark(world, scaled=WHOLE, now=NOW + 2 * HOUR)
    mark(world, scaled=WHOLE, now=NOW + DAY)  # The same mark again changes nothing.
    work(NOW + 2 * DAY)
    says = [one.subject.split(": ")[1] for one in mailoutbox]
    assert says == ["your text was marked", "a result of yours was corrected"]


def test_one_correction_of_two_quizzes_is_one_mail(mailoutbox):
    world = Previewed()
    ada = world.learner(WRONG, RIGHT, RIGHT)
    batch = world.apply_preview(world.preview())
    about = f"{batch.uuid} applied"
    data = {"batch": str(batch.uuid)}
    mails = [learning_mails.Planned(ada.user, ada, data)] * 2
    learning_mails.queue(kind="corrected", about=about, mails=mails, now=world.now)
    learning_mails.queue_job(kind="corrected", about=about, now=world.now)
    world.work()
    assert len(mailoutbox) == 1
    assert LearningMail.objects.get().state == "sent"


def test_who_was_told_of_a_correction_is_told_that_it_was_taken_back(mailoutbox):
    world = Previewed()
    world.learner(WRONG, RIGHT, RIGHT)
    batch = world.apply_preview(world.preview())
    assert Notice.objects.get().mailed_at is not None
    world.undone(batch)
    world.work()
    assert len(mailoutbox) == 2


def test_a_mail_speaks_the_persons_language(mailoutbox):
    world = make_world(texts=1)
    preferences.choose_language(user=world.texts[0].enrolment.user, language="de")
    mark(world)
    assert "wurde bewertet" in mailoutbox[0].subject
    assert '<html lang="de" dir="ltr">' in mailoutbox[0].alternatives[0].content


@pytest.mark.parametrize("reason", ["site", "address", "person", "closed", "no mail server"])
def test_no_mail_where_nobody_asked_for_it(mailoutbox, settings, reason):
    world = make_world(texts=1)
    person = world.texts[0].enrolment.user
    if reason == "site":
        settings.COURSES_LEARNING_MAILS = False
    elif reason == "no mail server":
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    elif reason == "person":
        learning_mails.choose(user=person, marked=False, corrected=True, cards_day=None, now=NOW)
    else:
        person.email = "" if reason == "address" else person.email
        person.is_active = reason != "closed"
        person.save()
    mark(world)
    assert mailoutbox == []
    assert not LearningMail.objects.exists()


def test_who_switches_them_off_before_it_goes_out_gets_none(mailoutbox):
    world = make_world(texts=1)
    grading.grade_by_person(item=world.items[0], scaled=HALF, by=world.marker, now=NOW + HOUR)
    person = world.texts[0].enrolment.user
    learning_mails.choose(user=person, marked=False, corrected=False, cards_day=None, now=NOW)
    work(NOW + HOUR)
    assert mailoutbox == []
    assert LearningMail.objects.get().state == "dropped"


@pytest.fixture
def ada():
    lesson = make_lesson(checks=2, review=2)
    found = make_learner(lesson.module.course)
    learn(found, lesson)
    return found


def ask(ada, day=0, zone="Europe/Berlin"):
    preferences.choose(user=ada.user, time_zone=zone, language="")
    learning_mails.choose(user=ada.user, marked=True, corrected=True, cards_day=day, now=NOW)


def run(now):
    weekly.queue_due(now=now)
    work(now)


MONDAY = dt.datetime(2026, 3, 9, 7, 0, tzinfo=dt.UTC)
"""Eight in the morning in Berlin, and cards are due."""


def test_cards_are_mailed_on_the_persons_morning_once_a_week(ada, mailoutbox):
    ask(ada)
    assert Preferences.objects.get(user=ada.user).cards_mail_at == MONDAY
    run(MONDAY - dt.timedelta(minutes=1))
    assert mailoutbox == []
    for hours in (0, 1, 30):
        run(MONDAY + hours * HOUR)
    (mail,) = mailoutbox
    assert mail.subject == "2 cards are due"
    assert f"https://learn.example.org/courses/{ada.course.key}/daily-review/" in mail.body
    run(MONDAY + WEEK)
    assert len(mailoutbox) == 2


def test_a_week_without_cards_has_no_mail(ada, mailoutbox):
    ReviewCard.objects.filter(enrolment=ada).update(due_on=dt.date(2026, 3, 20))
    ask(ada)
    run(MONDAY)
    assert mailoutbox == []
    run(MONDAY + 2 * WEEK)
    assert len(mailoutbox) == 1


def test_another_day_of_the_week_brings_no_second_mail(ada, mailoutbox):
    ask(ada)
    run(MONDAY)
    for day in range(1, 6):
        ask(ada, day)
        weekly.queue_due(now=MONDAY + day * DAY)
        Preferences.objects.update(cards_mail_at=MONDAY + day * DAY)
        run(MONDAY + day * DAY)
    assert len(mailoutbox) == 1


def test_a_day_that_was_missed_or_lies_in_another_zone_is_waited_for(ada, mailoutbox):
    ask(ada)
    run(MONDAY + DAY)
    assert mailoutbox == []
    preferences.choose(user=ada.user, time_zone="America/Los_Angeles", language="")
    run(MONDAY + WEEK)  # There it is still night.
    assert mailoutbox == []
    run(MONDAY + WEEK + 8 * HOUR)
    assert len(mailoutbox) == 1
