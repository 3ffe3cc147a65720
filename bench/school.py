"""Fill a site with a large course: `python -m bench.school [questions] [learners] [responses]`.

Writes into the site of the environment (DATABASE_URL) in bulk, with a progress bar: questions with
stems, objectives and tags of the shipped course, a quiz that draws twenty of them, learners, and
closed attempts of twenty items with a response and a grading each. For development, never for a
site in use.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any

import django

COURSE = "customer-experience"
QUIZ, TAG = "school-quiz", "school"
ITEMS = 20
BATCH = 10_000
WIDTH = 40
SUBJECTS = (
    "A letter", "A parcel", "A refund", "A repair", "A complaint", "A booking", "A delivery",
    "A call", "A form", "An invoice", "A visit", "An order", "A ticket", "A report", "A reply",
)  # fmt: skip
PLACES = (
    "town hall", "hotel", "clinic", "bakery", "library", "bank", "workshop", "school", "port",
    "dairy", "registry", "call centre", "pharmacy", "museum", "airline",
)  # fmt: skip
SYLLABLES = ("ba", "den", "fi", "gor", "hal", "ke", "lum", "mi", "nor", "pe", "sa", "tu", "vo")
VERBS = ("waits", "is lost", "comes late", "is sent twice", "goes to somebody else", "is answered")


def main(questions: int = 5_000, learners: int = 1_000, responses: int = 200_000) -> None:
    """Write so many of each, with a line for each kind."""
    django.setup()
    from django.utils import timezone

    from courses.models import Course

    course, now = Course.objects.get(key=COURSE), timezone.now() - timedelta(days=1)
    bar("questions", _questions(course, questions), questions)
    quiz = _quiz(course)
    enrolled: list[Any] = []
    bar("learners", _learners(course, learners, now, enrolled), learners)
    bar("responses", _attempts(quiz, enrolled, responses, now), responses)
    from courses.domain import outline

    outline.touch(course_id=course.pk)


def bar(name: str, steps: Iterator[int], total: int, write: Callable[[str], Any] = print) -> None:
    """Run the steps, each of which says how many more are done, and show how far it is."""
    done = 0
    is_terminal = sys.stdout.isatty()
    for more in _in_transactions(steps):
        done += more
        full = WIDTH * done // max(total, 1)
        if is_terminal or done >= total:
            end = "\n" if done >= total or not is_terminal else "\r"
            text = f"{name:10} [{'#' * full}{' ' * (WIDTH - full)}] {done:,} of {total:,}"
            write(text, end=end, flush=True)  # type: ignore[call-arg]


def _in_transactions(steps: Iterator[int]) -> Iterator[int]:
    """Do each step in one transaction, which is far quicker than one for each statement."""
    from django.db import transaction

    while True:
        with transaction.atomic():
            more = next(steps, None)
        if more is None:
            return
        yield more


def _questions(course: Any, count: int) -> Iterator[int]:
    from courses.domain.authoring.entries import hash_of
    from courses.domain.authoring.wording import plain_text
    from courses.models import Question, QuestionVersion, Tag

    source = Random(5)
    tag, _made = Tag.objects.get_or_create(course=course, key=TAG)
    objectives = list(course.objectives.select_related("module"))
    for start in range(0, count, BATCH):
        rows = []
        for number in range(start, min(start + BATCH, count)):
            objective = source.choice(objectives)
            rows.append(
                Question(
                    course=course, module=objective.module, objective=objective,
                    key=f"school-{number}", bloom=source.choice(["remember", "apply", ""]),
                    difficulty=source.choice(["easy", "medium", "hard"]),
                )
            )  # fmt: skip
        rows = Question.objects.bulk_create(rows)
        versions = []
        for row in rows:
            data = _data(source, row.key)
            content = hash_of({"type": "single_choice", "data": data})
            versions.append(
                QuestionVersion(
                    question=row, number=1, type="single_choice", data=data, status="ready",
                    content_hash=content, text=plain_text(data),
                )
            )  # fmt: skip
        for row, version in zip(rows, QuestionVersion.objects.bulk_create(versions), strict=True):
            row.ready_version = version
        Question.objects.bulk_update(rows, ["ready_version"], BATCH)
        links = Question.tags.through
        links.objects.bulk_create(links(question_id=row.pk, tag_id=tag.pk) for row in rows)
        yield len(rows)


def _data(source: Random, key: str) -> dict[str, Any]:
    def sentence() -> str:
        days = source.randint(2, 60)
        subject, verb, place = (source.choice(words) for words in (SUBJECTS, VERBS, PLACES))
        names = ["".join(source.choices(SYLLABLES, k=3)).title() for _name in range(3)]
        return (
            f"{subject} of {names[0]} {names[1]} {verb} for {days} days at the {place} {names[2]}"
        )

    stem = f"{sentence()}, and {sentence().lower()}. What does the customer of {key} need first?"
    options = [
        {"key": one, "text": f"{sentence()} {key}{one}", "feedback": "Look at the case again."}
        for one in "abcd"
    ]
    options[source.randrange(4)]["correct"] = True
    return {"stem": stem, "options": options}


def _quiz(course: Any) -> Any:
    """Return a quiz that names the first ten questions and draws the others by their tag."""
    from courses.models import Question, Quiz, QuizItem, Tag

    module = course.modules.order_by("position").first()
    quiz = Quiz.objects.create(
        course=course, module=module, key=QUIZ, title="Large quiz", kind="graded", position=99
    )
    first = Question.objects.filter(course=course, tags__key=TAG).order_by("pk")[: ITEMS // 2]
    QuizItem.objects.bulk_create(
        QuizItem(quiz=quiz, question=one, position=place) for place, one in enumerate(first, 1)
    )
    draw = {"draw_count": ITEMS - len(first), "draw_tag": Tag.objects.get(course=course, key=TAG)}
    QuizItem.objects.create(quiz=quiz, position=ITEMS, **draw)
    return quiz


def _learners(course: Any, count: int, now: Any, enrolled: list[Any]) -> Iterator[int]:
    from django.contrib.auth import get_user_model

    from courses.domain import sections
    from courses.models import Enrolment

    section, model = sections.default_of(course=course, now=now), get_user_model()
    for start in range(0, count, BATCH):
        names = [f"school-{number}" for number in range(start, min(start + BATCH, count))]
        people = model.objects.bulk_create(
            model(username=name, first_name="Learner", last_name=name, password="!")  # noqa: S106
            for name in names
        )
        enrolled += Enrolment.objects.bulk_create(
            Enrolment(course=course, section=section, user=one, enrolled_at=now) for one in people
        )
        yield len(people)


def _attempts(quiz: Any, enrolled: Sequence[Any], count: int, now: Any) -> Iterator[int]:
    """Make attempts round by round, each learner one, until there are so many responses."""
    from courses.models import Attempt, Question

    bank = Question.objects.filter(course=quiz.course, tags__key=TAG).order_by("pk")
    versions = list(bank.values_list("ready_version", flat=True))
    source, made = Random(7), 0
    for number in range(1, count // (ITEMS * max(len(enrolled), 1)) + 2):
        for start in range(0, len(enrolled), BATCH // ITEMS):
            some = enrolled[start : start + BATCH // ITEMS][: (count - made) // ITEMS]
            if not some:
                return
            attempts = Attempt.objects.bulk_create(
                Attempt(
                    enrolment=one, quiz=quiz, number=number, state="graded", policy=quiz.settings,
                    started_at=now, submitted_at=now, score="10/1", score_maximum="20/1",
                    percent=50, has_passed=False,
                )
                for one in some
            )  # fmt: skip
            _items(attempts, versions, source, now)
            made += len(some) * ITEMS
            yield len(some) * ITEMS


def _items(attempts: Sequence[Any], versions: Sequence[int], source: Random, now: Any) -> None:
    from courses.models import AttemptItem, Grading, Response

    rows = []
    for one in attempts:
        ability = source.gauss(0, 1)
        drawn = source.sample(versions[ITEMS // 2 :], ITEMS // 2)
        for place, version in enumerate([*versions[: ITEMS // 2], *drawn], 1):
            score = "1/1" if ability + source.gauss(0, 1) > version % 7 / 3 - 1 else "0/1"
            rows.append(
                AttemptItem(
                    attempt=one, position=place, version_id=version, points=1, revision=1, tries=1,
                    value={"choice": source.choice("abcd")}, scaled=score, score=score,
                    is_closed=True,
                )
            )  # fmt: skip
    items = AttemptItem.objects.bulk_create(rows)
    stored = {"revision": 1, "received_at": now, "channel": "web"}
    responses = Response.objects.bulk_create(
        Response(item=item, value=item.value, by_id=item.attempt.enrolment.user_id, **stored)
        for item in items
    )
    Grading.objects.bulk_create(
        Grading(
            item=row.item, sequence=1, response=row, graded_at=now,
            scaled=row.item.scaled, score=row.item.score,
        )
        for row in responses
    )  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
