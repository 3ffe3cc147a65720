"""Two authors in any order save on what they saw, and lose no text."""

import datetime as dt
import random
from typing import Any

import pytest

from courses.coursefiles import read_files
from courses.coursefiles.schema import QuestionFile
from courses.domain import verifying
from courses.domain.authoring import edits, sync_course
from courses.domain.authoring.editions import Origin, editions_of, states_of
from courses.errors import Conflict
from courses.models import Course, Edition, Question
from tests.coursefiles.sample import edited, files
from tests.factories import NOW, SINGLE_CHOICE, UserFactory
from tests.lengths import length

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.engines,
    pytest.mark.two_lengths,
    pytest.mark.slow,
]

KEY = "q-two"
BANK = "m1-first/questions/bank.yaml"


class Author:
    """One of two who have the same question open."""

    def __init__(self, name: str) -> None:
        self.user = UserFactory(username=name)
        self.seen = ""

    def open(self) -> None:
        self.seen = edits.content_tag(row=question())

    def save(self, stem: str) -> bool:
        """Save what was typed, on what was seen; False when it was refused."""
        record = QuestionFile(key=KEY, type="single_choice", data={**SINGLE_CHOICE, "stem": stem})
        values: dict[str, Any] = {"record": record, "module": "m1-first", "is_confirmed": True}
        try:
            edits.save_question(
                question=question(), is_ready=True, based_on=self.seen, by=self.user,
                origin=self.origin(), **values,
            )  # fmt: skip
        except edits.Overtaken:
            return False
        return True

    def restore(self, edition: Edition) -> bool:
        try:
            edits.restore_edition(
                row=question(), edition=edition, based_on=self.seen, is_confirmed=True,
                by=self.user, origin=self.origin(),
            )  # fmt: skip
        except Conflict:
            return False
        return True

    def origin(self) -> Origin:
        return Origin("studio", self.user, NOW + dt.timedelta(minutes=1))


def question() -> Question:
    return Question.objects.select_related("course").get(key=KEY)


def sync(changed: Any = None, **more: Any) -> None:
    sync_course(course_file=read_files(changed or files()).course, now=NOW, **more)


def current_hash() -> str:
    return states_of([question()])["question", KEY].hash


def step(source: random.Random, authors: list[Author], number: int, kept: set[str]) -> None:
    """Take one random step; `kept` collects the texts whose saving was acknowledged."""
    author, course = source.choice(authors), Course.objects.get(key="sample")
    what = source.choice(("open", "save", "save", "restore", "retire", "sync"))
    before, seen = current_hash(), edits.content_tag(row=question())
    if what == "open":
        author.open()
    elif what == "save":
        stem = f"Stem {number}?"
        if author.save(stem):
            assert author.seen == seen, "saved over a state that its author had not seen"
            kept.add(stem)
        else:
            assert current_hash() == before
    elif what == "restore":
        edition = source.choice(list(editions_of(course=course, kind="question", key=KEY)))
        if author.restore(edition):
            assert author.seen == seen
            now = states_of([question()])["question", KEY].values
            assert {**now, "status": ""} == {**edition.values, "status": ""}
    elif what == "retire":
        change = edits.restore_question if question().is_retired else edits.retire_question
        more = {} if question().is_retired else {"is_confirmed": True}
        change(question=question(), origin=author.origin(), **more)
    else:
        sync(edited(BANK, "Who waits?", f"Who waits {number}?"), choose="theirs")
        kept.add(f"Who waits {number}?")


def test_any_order_of_two_authors_loses_no_text() -> None:
    rounds = length(short=2, long=60, variable="AUTHOR_ROUNDS")
    sync()
    authors = [Author("ada"), Author("grace")]
    for seed in range(rounds):
        source, kept = random.Random(seed), set()
        for author in authors:
            author.open()
        for number in range(12):
            step(source, authors, seed * 100 + number, kept)
        course = Course.objects.get(key="sample")
        texts = {
            row.values["data"]["stem"]
            for row in editions_of(course=course, kind="question", key=KEY)
        }

        assert kept <= texts
        assert verifying.verify_editions(course=course, now=NOW, is_fixing=False) == [], seed
