"""The places of a quiz as their page holds them: read, moved, added and shown."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.db.models.fields.json import KeyTextTransform
from django.http import QueryDict

from courses.coursefiles.schema import DrawFile, QuizItemFile
from courses.domain.authoring import edits
from courses.errors import Problem
from courses.models import Course, Question, QuestionVersion
from courses.questions import registry
from courses.questions.data import Expression

MOST = 500
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
Places = list[QuizItemFile]


def read(data: QueryDict) -> Places:
    """Return the places that were sent, in their order."""
    places = []
    for index in range(MOST):
        name = f"place.{index}."
        if f"{name}points" not in data:
            break
        sent = {
            one.removeprefix(name): str(data[one]).replace("\0", "").strip()
            for one in data
            if one.startswith(name)
        }
        places.append(_place(sent))
    return places


def posted_places(places: Sequence[QuizItemFile]) -> Iterator[tuple[str, str]]:
    """Yield what the page posts of these places when nobody has touched them."""
    for index, place in enumerate(places):
        name = f"place.{index}."
        if place.draw is None:
            yield f"{name}question", place.question
            if place.version is not None:
                yield f"{name}version", str(place.version)
        else:
            yield from ((f"{name}{each}", str(text)) for each, text in vars(place.draw).items())
        yield f"{name}points", str(place.points)


def _place(sent: Mapping[str, str]) -> QuizItemFile:
    points = Expression(sent["points"] or "0")
    if sent.get("question"):
        version = _whole(sent["version"]) if sent.get("version") else None
        return QuizItemFile(question=sent["question"], version=version, points=points)
    draw = DrawFile(
        count=_whole(sent.get("count", "")),
        objective=sent.get("objective", ""),
        tag=sent.get("tag", ""),
        difficulty=sent.get("difficulty", ""),
    )
    return QuizItemFile(draw=draw, points=points)


def _whole(text: str) -> int:
    """Return the number; 0, which is none of a count or a version, for anything else."""
    return int(text) if _NUMBER.fullmatch(text) else 0


def change(places: Places, verb: str, what: str, picked: Sequence[str]) -> tuple[Places, int]:
    """Return the places after a button was pressed, and the one to look at; -1: none."""
    if verb == "draw" and len(places) < MOST:
        return [*places, QuizItemFile(draw=DrawFile(count=1))], len(places)
    if verb == "pick":
        there = {place.question for place in places}
        new = [QuizItemFile(question=key) for key in picked if key and key not in there]
        return [*places, *new][:MOST], len(places) if new else -1
    index = _whole(what) if _NUMBER.fullmatch(what) else -1
    if not 0 <= index < len(places):
        return places, -1
    rest = [*places[:index], *places[index + 1 :]]
    if verb == "drop":
        return rest, min(index, len(rest) - 1)
    if verb in ("up", "down"):
        to = min(max(index + (-1 if verb == "up" else 1), 0), len(rest))
        return [*rest[:to], places[index], *rest[to:]], to
    return places, -1


@dataclass(frozen=True)
class ShownPlace:
    """A place with what the author needs to know of it."""

    index: int
    place: QuizItemFile
    is_last: bool
    question: Any = None
    versions: tuple[int, ...] = ()
    fitting: int | None = None
    problems: tuple[Problem, ...] = field(default=())

    @property
    def name(self) -> str:
        return f"place.{self.index}"

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def is_first(self) -> bool:
        return self.index == 0

    @property
    def type_label(self) -> str:
        kind = registry.all_types().get(self.question.type_key) if self.question else None
        return str(kind.label) if kind else ""

    @property
    def words(self) -> str:
        """What the place is called where only its number and key are known."""
        return f"{self.number} {self.place.question}".strip()


def shown(*, course: Course, places: Places, check: edits.QuizCheck) -> list[ShownPlace]:
    """Return the places as the page shows them. Two queries."""
    keys = {place.question for place in places if place.question}
    rows = with_stems(Question.objects.filter(course=course, key__in=keys))
    questions = {row.key: row for row in rows}
    versions: dict[str, list[int]] = {}
    ready = QuestionVersion.objects.filter(
        question__course=course, question__key__in=keys, status=QuestionVersion.Status.READY
    )
    for key, number in ready.order_by("number").values_list("question__key", "number"):
        versions.setdefault(key, []).append(number)
    return [
        ShownPlace(
            index,
            place,
            index == len(places) - 1,
            questions.get(place.question),
            tuple(versions.get(place.question, ())),
            check.fitting.get(index),
            tuple(one for one in check.problems if _is_at(one, index)),
        )
        for index, place in enumerate(places)
    ]


def _is_at(problem: Problem, index: int) -> bool:
    return problem.path.startswith(f"items.{index}.") or problem.path == f"items.{index}"


def with_stems(rows: Any) -> Any:
    """Return the questions each with the text and type of its version in use."""
    found = rows.select_related("module", "objective").defer("ready_version__data")
    return found.annotate(
        stem=KeyTextTransform("stem", "ready_version__data"), type_key=F("ready_version__type")
    )


def line(index: int, place: QuizItemFile) -> str:
    """Return a place in one line."""
    if place.draw is None:
        version = f" v{place.version}" if place.version else ""
        return f"{index}. {place.question}{version} ({place.points})"
    rules = " ".join(filter(None, (place.draw.objective, place.draw.tag, place.draw.difficulty)))
    return f"{index}. {place.draw.count} × {rules} ({place.points})"
