"""Rows of a site that has been in use for years: learners, their attempts and all that follows.

Written by `INSERT … SELECT` over a series of numbers, a million rows in a minute or two; every key
follows from its number, so that nothing is read back. For development, never for a site in use.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

BATCH = 50_000
QUIZZES = 5
ITEMS = 2
EACH_CLASS = 200
"""Learners of a class; every other learner is in the default class."""
PERCENT = "(n % 1009 * 79 % 101)"
OTHERS = {
    "LessonProgress": 2, "ReviewCard": 2, "SignIn": 2, "Notice": 1, "ExternalIdentity": 1,
    "Launch": 1, "IdempotencyRecord": 2,
}  # fmt: skip
"""Rows a learner in the other long tables."""


@dataclass(frozen=True)
class Stage:
    """What the rows hang on: made by `bench.growth_site`."""

    course: int
    section: int
    client: int
    quizzes: tuple[int, ...]
    line_items: tuple[int, ...]
    versions: tuple[int, ...]
    response: dict[str, Any]
    lessons: tuple[int, ...]
    questions: tuple[int, ...]
    policy: dict[str, Any]
    data: dict[str, Any]
    now: Any


class Crowd:
    """So many learners with so many attempts each; `n` is the number of a row, from 0."""

    def __init__(self, *, stage: Stage, learners: int, attempts: int) -> None:
        self.stage, self.learners, self.attempts = stage, learners, attempts
        self.first: dict[str, int] = {}

    def steps(self) -> Iterator[tuple[str, int, Iterator[int]]]:
        """Yield name, number of rows and the steps that write them, of each table."""
        people, done = self.learners, self.attempts
        classes = max(people // 2 // EACH_CLASS, 1)
        cells = min(people * QUIZZES, done)
        sizes = {
            "User": people, "Section": classes, "Enrolment": people, "Attempt": done,
            "AttemptItem": done * ITEMS, "Response": done * ITEMS, "Grading": done * ITEMS,
            "Event": done, "Delivery": done // 10, "Result": cells,
            **{name: count * people for name, count in OTHERS.items()},
        }  # fmt: skip
        for name, count in sizes.items():
            yield name, count, self._insert(name, count)

    def _insert(self, name: str, count: int) -> Iterator[int]:
        model = model_named(name)
        key = model._meta.pk.name
        last = model._base_manager.aggregate(last=models.Max(key))["last"] or 0
        self.first[name] = last + 1
        columns = {key: f"{last + 1} + n", **getattr(self, f"_{name.lower()}")()}
        for start in range(0, count, BATCH):
            stop = min(start + BATCH, count)
            _write(model, columns, start, stop)
            yield stop - start
        _restart_keys(model)

    @cached_property
    def _series(self) -> int:
        """A number that no earlier crowd has."""
        return int(model_named("User")._base_manager.count())

    def _user(self) -> Mapping[str, Any]:
        name = f"'growth-' || ({self._series} + n)"
        return {
            "username": name, "last_name": name, "first_name": "'Learner'", "password": "'!'",
            "email": f"{name} || '@example.org'", "date_joined": self._time("n"),
            "is_active": "TRUE",
        }  # fmt: skip

    def _section(self) -> Mapping[str, Any]:
        name = f"'growth-' || ({self._series} + n)"
        return {
            "course": self.stage.course, "key": name, "title": name, "created_at": self._time("n"),
        }  # fmt: skip

    def _enrolment(self) -> Mapping[str, Any]:
        own = f"{self.first['Section']} + n / {2 * EACH_CLASS}"
        last = self.first["Section"] + max(self.learners // 2 // EACH_CLASS, 1) - 1
        return {
            "course": self.stage.course, "user": f"{self.first['User']} + n",
            "section": f"CASE WHEN n % 2 = 0 THEN {self.stage.section} "
            f"WHEN {own} > {last} THEN {last} ELSE {own} END",
            "enrolled_at": self._time("n"),
        }  # fmt: skip

    def _attempt(self) -> Mapping[str, Any]:
        turn = f"(n / {self.learners})"
        percent = PERCENT
        return {
            "enrolment": f"{self.first['Enrolment']} + n % {self.learners}",
            "quiz": _chosen(f"{turn} % {QUIZZES}", self.stage.quizzes),
            "number": f"{turn} / {QUIZZES} + 1",
            "state": "CASE WHEN n % 500 = 1 THEN 'submitted' ELSE 'graded' END",
            "closed_by": "'learner'", "policy": self.stage.policy,
            "started_at": self._time("n"), "submitted_at": self._time("n + 30"),
            "score": f"{percent} || '/100'", "score_maximum": "'1/1'", "percent": percent,
            "has_passed": f"{percent} >= 60",
        }  # fmt: skip

    def _attemptitem(self) -> Mapping[str, Any]:
        return {
            "attempt": f"{self.first['Attempt']} + n / {ITEMS}", "position": f"n % {ITEMS} + 1",
            "version": _chosen(f"n % {ITEMS}", self.stage.versions), "points": "1",
            "revision": "1", "tries": "1", "scaled": "'1/1'", "score": "'1/1'",
            "is_closed": "TRUE", "value": self.stage.response,
        }  # fmt: skip

    def _response(self) -> Mapping[str, Any]:
        learner = f"(n / {ITEMS}) % {self.learners}"
        return {
            "item": f"{self.first['AttemptItem']} + n", "revision": "1",
            "value": self.stage.response, "received_at": self._time(f"n / {ITEMS}"),
            "channel": "CASE WHEN n % 10 = 0 THEN 'api' ELSE 'web' END",
            "by": f"{self.first['User']} + {learner}",
        }  # fmt: skip

    def _grading(self) -> Mapping[str, Any]:
        return {
            "item": f"{self.first['AttemptItem']} + n", "sequence": "1",
            "response": f"{self.first['Response']} + n", "scaled": "'1/1'", "score": "'1/1'",
            "graded_at": self._time(f"n / {ITEMS} + 30"),
        }  # fmt: skip

    def _event(self) -> Mapping[str, Any]:
        last = (
            model_named("Event")._base_manager.aggregate(last=models.Max("position"))["last"] or 0
        )
        return {
            "type": "CASE WHEN n % 3 = 0 THEN 'attempt.started' ELSE 'attempt.submitted' END",
            "course": self.stage.course, "data": self.stage.data, "position": f"{last + 1} + n",
            "enrolment": f"{self.first['Enrolment']} + n % {self.learners}",
            "by": f"{self.first['User']} + n % {self.learners}", "occurred_at": self._time("n"),
        }  # fmt: skip

    def _delivery(self) -> Mapping[str, Any]:
        return {
            "event": f"{self.first['Event']} + n * 10", "subscriber": "'webhook:1'",
            "state": "'done'", "tries": "1", "next_try_at": self._time("n * 10"),
            "delivered_at": self._time("n * 10 + 5"), "last_answer": "'200'",
        }  # fmt: skip

    def _result(self) -> Mapping[str, Any]:
        return {
            "line_item": _chosen(f"n / {self.learners}", self.stage.line_items),
            "enrolment": f"{self.first['Enrolment']} + n % {self.learners}",
            "attempt": f"{self.first['Attempt']} + n", "score_given": "'1/2'",
            "score_maximum": "'1/1'", "percent": PERCENT, "pass_mark": "60",
            "has_passed": f"{PERCENT} >= 60", "activity_progress": "'Completed'",
            "grading_progress": "'FullyGraded'", "submitted_at": self._time("n + 30"),
            "updated_at": self._time("n + 30"), "shown_at": self._time("n + 30"),
        }  # fmt: skip

    def _of_learner(self, name: str) -> Mapping[str, Any]:
        return {"enrolment": f"{self.first['Enrolment']} + n / {OTHERS[name]}"}

    def _lessonprogress(self) -> Mapping[str, Any]:
        return {
            **self._of_learner("LessonProgress"), "lesson": _chosen("n % 2", self.stage.lessons),
            "started_at": self._time("n"), "visited_at": self._time("n + 60"),
        }  # fmt: skip

    def _reviewcard(self) -> Mapping[str, Any]:
        return {
            **self._of_learner("ReviewCard"), "question": _chosen("n % 2", self.stage.questions),
            "stability": "2.5", "difficulty": "5.0", "review_count": "1",
            "reviewed_at": self._time("n"), "due_on": "'2026-01-01'",
        }  # fmt: skip

    def _notice(self) -> Mapping[str, Any]:
        return {
            **self._of_learner("Notice"), "kind": "'regraded'", "data": {},
            "created_at": self._time("n"), "read_at": self._time("n + 60"),
        }  # fmt: skip

    def _signin(self) -> Mapping[str, Any]:
        return {
            "user": f"{self.first['User']} + n / {OTHERS['SignIn']}",
            "signed_in_at": self._time("n"), "address": "'192.0.2.' || (n % 200)",
            "browser": "'Firefox'", "ended_at": self._time("n + 60"),
        }  # fmt: skip

    def _externalidentity(self) -> Mapping[str, Any]:
        times = dict.fromkeys(("created_at", "updated_at"), self._time("n"))
        return {
            "client": self.stage.client, "subject": f"'growth-' || ({self._series} + n)",
            "user": f"{self.first['User']} + n", **times,
        }  # fmt: skip

    def _launch(self) -> Mapping[str, Any]:
        return {
            **self._of_learner("Launch"), "client": self.stage.client, "target": "'course'",
            "target_key": "'customer-experience'", "origin": "'https://example.org'",
            "code_hash": f"'growth-' || ({self._series} + n)",
            "identity": f"{self.first['ExternalIdentity']} + n", "created_at": self._time("n"),
            "expires_at": self._time("n + 1"), "ended_at": self._time("n + 60"),
        }  # fmt: skip

    def _idempotencyrecord(self) -> Mapping[str, Any]:
        return {
            "owner": "'key:1'", "method": "'POST'", "path": "'/api/v1/learners'",
            "key": f"'growth-{self._series}-' || n", "body_hash": "''", "status": "200",
            "created_at": self._time("n"),
        }  # fmt: skip

    def _time(self, number: str) -> str:
        """Return a moment of the last years; rows that are later in their table are later."""
        seconds = f"({number}) * 10"
        if connection.vendor == "postgresql":
            return f"TIMESTAMPTZ '{self.stage.now}' + {seconds} * INTERVAL '1 second'"
        return f"datetime('{self.stage.now}', '+' || ({seconds}) || ' seconds')"


def model_named(name: str) -> Any:
    from django.apps import apps
    from django.contrib.auth import get_user_model

    return get_user_model() if name == "User" else apps.get_model("cx_courses", name)


def _chosen(number: str, values: tuple[int, ...]) -> str:
    cases = " ".join(f"WHEN {place} THEN {value}" for place, value in enumerate(values))
    return f"CASE {number} {cases} END"


def _write(model: Any, columns: Mapping[str, Any], start: int, stop: int) -> None:
    """Insert the rows of these numbers; what is not named gets the field's default."""
    unknown = set(columns) - {field.name for field in model._meta.concrete_fields}
    if unknown:
        raise LookupError(f"{model.__name__} has no {', '.join(sorted(unknown))}.")
    names, values = [], []
    for field in model._meta.concrete_fields:
        names.append(connection.ops.quote_name(field.column))
        value = columns.get(field.name, ...)
        text = str(value) if isinstance(value, str | int) else _literal(field, value)
        kind = (field.target_field if field.is_relation else field).rel_db_type(connection)
        is_cast = connection.vendor == "postgresql"
        values.append(f"CAST({text} AS {kind})" if is_cast else text)
    numbers = f"SELECT generate_series({start}, {stop - 1}) AS n"
    if connection.vendor == "sqlite":
        numbers = (
            f"WITH RECURSIVE s(n) AS (SELECT {start} UNION ALL "  # noqa: S608
            f"SELECT n + 1 FROM s WHERE n < {stop - 1}) SELECT n FROM s"
        )
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) "  # noqa: S608
            f"SELECT {', '.join(values)} FROM ({numbers}) AS numbers"
        )


def _literal(field: Any, value: Any) -> str:
    """Return a value, or the default of the field, as SQL."""
    if value is ... and isinstance(field, models.UUIDField):
        is_postgres = connection.vendor == "postgresql"
        return "gen_random_uuid()" if is_postgres else "lower(hex(randomblob(16)))"
    stored = field.get_default() if value is ... else value
    if stored is None or (stored == "" and field.null):
        return "NULL"
    if isinstance(field, models.JSONField):
        stored = json.dumps(stored)
    elif isinstance(stored, bool):
        return str(stored).upper()
    else:
        stored = field.get_prep_value(stored)
    return "'" + str(stored).replace("'", "''") + "'"


def _restart_keys(model: Any) -> None:
    """Let the next key follow the highest one, which PostgreSQL counts apart."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
