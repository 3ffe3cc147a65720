"""What a sync makes newer: just the modules, lessons and quizzes that learners see changed."""

import datetime as dt
from uuid import uuid4

import pytest

from courses.coursefiles import read_files
from courses.domain import attempts
from courses.domain.authoring import sync_course
from courses.domain.outline import outline
from courses.models import Course, Lesson, Module, Objective, Quiz, Term
from tests.coursefiles.sample import FILES, edited, files
from tests.factories import NOW, make_learner, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
LESSON = "m1-first/01-two-views.md"
CHECKS = "m1-first/questions/checks.yaml"
BANK = "m1-first/questions/bank.yaml"
QUIZZES = "m1-first/quizzes.yaml"
NEXT = "m1-first/02-the-next.md"
MOVED = {NEXT: None, "m2-second/01-the-next.md": FILES[NEXT]}
ALONE = FILES[LESSON].replace("lesson:the-next#h-more", "https://example.org")


def sync(changed=None):
    sync_course(course_file=read_files(changed or files()).course, now=NOW)


def newer():
    """Kind and key of what changed since everything was aged."""
    plan = outline(Course.objects.get())
    steps = [lesson for module in plan.modules for lesson in module.lessons]
    quizzes = Quiz.objects.standalone().offered()
    rows = [*Module.objects.all(), *steps, *quizzes, *Objective.objects.all(), *Term.objects.all()]
    return {row.key for row in rows if row.updated_at != LONG_AGO}


CHANGES = {
    "nothing": (files(), set()),
    "a lesson's title": (edited(LESSON, "title: Two", "title: Both"), {"two-views", "m1-first"}),
    "a term's name": (
        edited("glossary.yaml", "term: Outside-in", "term: From outside"),
        {"outside-in", "two-views", "the-next"},
    ),
    "a term's meaning": (
        edited("glossary.yaml", "definition: ", "definition: So, "),
        {"outside-in"},
    ),
    "what a check asks": (edited(CHECKS, "Which is outside-in", "Which one is"), {"two-views"}),
    "a check's level": (edited(CHECKS, "difficulty: easy", "difficulty: hard"), set()),
    "a source": (edited("references.yaml", "citation: ", "citation: Again, "), {"two-views"}),
    "what an item asks": (edited(BANK, "Who acts?", "Who acts first?"), {"m1-practice"}),
    "what an item shows": (
        edited("m1-first/stimuli.yaml", "| Ada | acts |", "| Ada | waits |"),
        {"m1-practice"},
    ),
    "that it shows it": (edited(BANK, "  stimulus: a-case\n", ""), {"m1-practice"}),
    "a draft": (edited(BANK, "Not ready?", "Not yet?"), set()),
    "a quiz's items": (
        edited(QUIZZES, "    - question: q-one", "    - question: q-two"),
        {"m1-practice", "m1-first"},
    ),
    "an objective": (edited("m1-first/module.yaml", "Match ", "Pair "), {"DEF-2", "m1-first"}),
    "a lesson's module": (files(**MOVED), {"the-next", "m1-first", "m2-second"}),
    "a lesson less": (files(**{NEXT: None, LESSON: ALONE}), {"m1-first", "two-views"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_sync_updates_dates_of_changed_rows(name):
    changed, dated = CHANGES[name]
    sync()
    for model in (Module, Lesson, Quiz, Objective, Term):
        model.objects.update(updated_at=LONG_AGO)
    Course.objects.update(revision=uuid4())
    sync(changed)

    assert newer() == dated


def test_changed_times_reach_open_attempts_or_give_a_warning():
    sync()
    Quiz.objects.update(opens_at=None)
    quiz = Quiz.objects.get(key="final-exam")
    quiz.requires_modules.clear()
    ada = make_learner(quiz.course)
    attempt = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)

    def changed(minutes):
        text = f"time_limit_minutes: {minutes}"
        found = edited("quizzes.yaml", "time_limit_minutes: 30", text)
        report = sync_course(course_file=read_files(found).course, now=NOW, choose="theirs")
        attempt.refresh_from_db()
        return attempt.deadline_at - NOW, [one for one in report.warnings if "open attempt" in one]

    assert changed(45) == (dt.timedelta(minutes=45), [])
    warning = "quiz final-exam: 1 open attempt keeps the longer time that it began with."
    assert changed(20) == (dt.timedelta(minutes=45), [warning])
