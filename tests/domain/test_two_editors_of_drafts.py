"""Two editors of drafts, whatever happens meanwhile: no text is lost."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import transaction

from courses.coursefiles import read_files
from courses.domain import verifying
from courses.domain.authoring import edits, sync_course, working_copies
from courses.domain.authoring.editions import Origin, editions_of
from courses.domain.authoring.row_records import lesson_record
from courses.domain.authoring.working_copies import Publication, Save, Thing
from courses.errors import Conflict
from courses.models import Course, Lesson, WorkingCopy
from tests.coursefiles.sample import edited, files
from tests.factories import NOW, UserFactory
from tests.lengths import length

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.engines,
    pytest.mark.two_lengths,
    pytest.mark.slow,
]

STEPS = 8
OFTEN = ("open", "autosave", "publish")
ACTIONS = (*OFTEN, *OFTEN, "autosave", "move", "archive", "restore", "sync")
KEY, FILE, WORDS = "the-next", "m1-first/02-the-next.md", "Nothing to check."
LATER = NOW + dt.timedelta(minutes=1)


def lesson() -> Lesson:
    return Lesson.objects.select_related("module__course").get(key=KEY)


def body_of(number: int) -> str:
    return f"## More\n\n{WORDS} Text {number}.\n"


@dataclass
class Page:
    """The editor of the lesson, open in one browser window of one person."""

    owner: Any
    tab: str
    based_on: str = ""
    revision: int = 0
    turn: int = 0
    text: str = ""
    """What stands in it."""
    held: str = ""
    """The text of the draft that this page has seen or stored last."""

    @property
    def thing(self) -> Thing:
        return Thing(lesson().module.course, "lesson", KEY)

    def open(self) -> None:
        copy = working_copies.find(owner=self.owner, thing=self.thing)
        self.revision = copy.revision if copy else 0
        self.based_on = copy.base_hash if copy else edits.content_tag(row=lesson())
        self.text = copy.value("body") if copy else lesson().body
        self.held = self.text if copy else ""

    def autosave(self, text: str) -> bool:
        """Type and save; False when another page was faster."""
        self.turn += 1
        sent = Save(
            fields=[["body", text]], based_on=self.based_on, revision=self.revision,
            tab=self.tab, turn=self.turn,
        )  # fmt: skip
        try:
            copy = working_copies.save(owner=self.owner, thing=self.thing, sent=sent, now=NOW)
        except Conflict:
            return False
        self.text, self.revision = text, copy.revision
        return True

    def publish(self) -> bool:
        record = replace(lesson_record(lesson()), body=self.text)
        wanted = Publication(
            record=record, based_on=self.based_on, is_ready=False, is_confirmed=True
        )
        copy = working_copies.find(owner=self.owner, thing=self.thing)
        try:
            working_copies.publish(
                thing=self.thing, publication=wanted, copy=copy, revision=self.revision,
                tab=self.tab, origin=Origin("studio", self.owner, LATER),
            )  # fmt: skip
        except edits.Overtaken:
            return False
        return True


class Interleaving:
    """One random order of steps; `kept` are the texts that must stand somewhere at its end."""

    def __init__(self, seed: int, pages: list[Page]) -> None:
        self.source, self.pages, self.seed = random.Random(seed), pages, seed
        self.kept: set[str] = set()
        self.published: set[str] = set()

    def run(self) -> None:
        for page in self.pages:
            page.open()
        for number in range(STEPS):
            what = self.source.choice(ACTIONS)
            getattr(self, what)(self.source.choice(self.pages), self.seed * 100 + number)

    def open(self, page: Page, _number: int) -> None:
        page.open()

    def autosave(self, page: Page, number: int) -> None:
        text, former = body_of(number), page.held
        if page.autosave(text):
            self.kept.discard(former)  # It was replaced by somebody who had it on the screen.
            self.kept.add(text)
            page.held = text

    def publish(self, page: Page, _number: int) -> None:
        before = edits.content_tag(row=lesson())
        if page.publish():
            assert page.based_on == before, "published over a state that nobody had seen"
            self.published.add(page.text)
            self.kept.discard(page.held)
            page.open()
        else:
            assert edits.content_tag(row=lesson()) == before

    def move(self, page: Page, _number: int) -> None:
        rows = list(lesson().module.lessons.order_by("position", "pk"))
        before = self.source.choice([*rows, None])
        origin = Origin("studio", page.owner, LATER)
        edits.move(row=lesson(), before=before.pk if before else None, origin=origin)

    def archive(self, page: Page, _number: int) -> None:
        origin = Origin("studio", page.owner, LATER)
        edits.archive_part(row=lesson(), is_confirmed=True, origin=origin)

    def restore(self, page: Page, _number: int) -> None:
        edits.restore_part(row=lesson(), origin=Origin("studio", page.owner, LATER))

    def sync(self, _page: Page, number: int) -> None:
        changed = edited(FILE, WORDS, f"{WORDS} Text {number}.")
        sync_course(course_file=read_files(changed).course, choose="theirs", now=LATER)
        if not lesson().is_archived:
            self.published.add(lesson().body)


def texts_of_editions() -> set[str]:
    course = Course.objects.get(key="sample")
    rows = editions_of(course=course, kind="lesson", key=KEY)
    return {values["body"] for values in rows.values_list("values", flat=True)}


def texts_of_drafts() -> Iterator[str]:
    for copy in WorkingCopy.objects.all():
        yield copy.value("body")


def test_no_order_of_steps_loses_an_acknowledged_text() -> None:
    rounds = length(short=8, long=1000, variable="DRAFT_ROUNDS")
    sync_course(course_file=read_files(files()).course, now=NOW)
    ada, grace = (UserFactory(username=name) for name in ("ada", "grace"))
    pages = [Page(ada, "ada 1"), Page(ada, "ada 2"), Page(grace, "grace")]
    for seed in range(rounds):
        # Each order begins with the same course. Rolled back, it leaves no old rows that PostgreSQL
        # would have to step over until the end of the transaction, more and more of them.
        with transaction.atomic():
            found = Interleaving(seed, pages)
            found.run()
            stored = texts_of_editions()
            assert found.published <= stored, seed
            assert found.kept <= stored | set(texts_of_drafts()), seed
            course = Course.objects.get(key="sample")
            assert not verifying.verify_editions(course=course, now=NOW, is_fixing=False), seed
            transaction.set_rollback(True)
