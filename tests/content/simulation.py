"""Learners of known ability who sit the quizzes of the shipped course through the real engine.

Everything random comes from fixed seeds: what is drawn (an attempt's identity and the site's secret
key decide it) and what is answered. Learners of the same number at different abilities share their
luck, so that between them the ability alone makes the difference.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from django.db.models.signals import pre_save
from django.test import override_settings

from courses.domain import access, attempts
from courses.domain.authoring import sync_course
from courses.errors import Conflict
from courses.models import (
    Attempt,
    AttemptItem,
    Course,
    Enrolment,
    LessonProgress,
    Module,
    Question,
    Quiz,
)
from courses.questions.base import flatten
from tests.content.oracle import COURSE, shipped
from tests.factories import NOW, make_learner

ABILITIES = (0.3, 0.5, 0.7, 0.9)
LEARNERS_EACH = 5
LEFT_BLANK = 0.2
"""The share of what a learner does not know that stays unanswered."""
TUTOR = 1.0
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Met:
    """One question of an attempt: which, of what type, with numbers of its own, what it earned."""

    key: str
    type: str
    has_numbers: bool
    scaled: Fraction


@dataclass(frozen=True)
class Sitting:
    """One finished attempt, as the engine judged it."""

    learner: str
    ability: float
    quiz: str
    number: int
    score: Fraction
    maximum: Fraction
    pass_mark: Fraction
    has_passed: bool | None
    met: tuple[Met, ...]

    @property
    def percent(self) -> float:
        return float(100 * self.score / self.maximum)

    @property
    def keys(self) -> set[str]:
        return {one.key for one in self.met}


class Learner:
    """Knows an item with the probability `ability`; otherwise partly right, wrong or blank."""

    def __init__(self, course: Course, number: int, ability: float) -> None:
        self.number, self.ability = number, ability
        self.name = f"sim-{ability:.1f}-{number}"
        self.enrolment: Enrolment = make_learner(course, username=self.name)
        self.user = self.enrolment.user
        self.reader = access.reader(course_key=course.key, by=self.user)

    def read(self, module: Module) -> None:
        """Complete a module's lessons at a stroke: that their checks do it is proved elsewhere."""
        times = {"started_at": NOW, "visited_at": NOW, "completed_at": NOW}
        LessonProgress.objects.bulk_create(
            LessonProgress(enrolment=self.enrolment, lesson=lesson, **times)
            for lesson in module.lessons.filter(is_archived=False)
        )

    def sit(self, quiz: Quiz, now: datetime, ability: float | None = None) -> Sitting:
        """Start, answer and submit. Raises Conflict where the quiz does not let this learner in."""
        ability = self.ability if ability is None else ability
        attempt = attempts.start(reader=self.reader, quiz_key=quiz.key, by=self.user, now=now)
        items = attempt.items.select_related("version").order_by("position")
        for item in items:
            raw = self._response(item, quiz, attempt.number, ability)
            if raw is not None:
                attempts.save(
                    attempt=attempt,
                    position=item.position,
                    raw=raw,
                    based_on=0,
                    by=self.user,
                    now=now,
                )
        closed = attempts.submit(attempt=attempt, by=self.user, now=now)
        return self._sitting(closed, quiz, ability)

    def _response(self, item: AttemptItem, quiz: Quiz, number: int, ability: float) -> Any:
        luck = Random(f"{self.number} {quiz.key} {number} {item.position}")
        kind, data = item.version.question_type, item.version.parsed
        if luck.random() < ability:
            return kind.solution(data, item.params)
        if luck.random() < LEFT_BLANK:
            return None
        return luck.choice(list(_flaws(kind, data, item.params)))

    def _sitting(self, attempt: Attempt, quiz: Quiz, ability: float) -> Sitting:
        fields = ("version__question__key", "version__type", "params", "scaled")
        return Sitting(
            learner=self.name,
            ability=ability,
            quiz=quiz.key,
            number=attempt.number,
            score=attempt.score,
            maximum=attempt.score_maximum,
            pass_mark=Fraction(quiz.pass_mark),
            has_passed=attempt.has_passed,
            met=tuple(
                Met(key, kind, bool(params.get("values")), scaled)
                for key, kind, params, scaled in attempt.items.values_list(*fields)
            ),
        )


def _flaws(kind: Any, data: Any, params: Any) -> Iterator[Any]:
    """Readable responses of the type's own samples that are partly right or wrong."""
    for sample in kind.samples(data, params):
        if sample.is_unreadable or sample.scaled is None or sample.scaled >= 1:
            continue
        if kind.parse(data, params, flatten(sample.raw)) is not None:
            yield sample.raw


@dataclass
class Record:
    """What came of it: every sitting, who found the exam shut, how often it was too early."""

    sittings: list[Sitting] = field(default_factory=list)
    shut_out: list[str] = field(default_factory=list)
    too_early: list[str] = field(default_factory=list)
    abilities: tuple[float, ...] = ABILITIES
    learners_each: int = LEARNERS_EACH
    must_repeat: dict[str, int] = field(default_factory=dict)
    """Quiz → how many questions of a second attempt its banks are too small to make new."""

    def first(self, quiz: str, ability: float) -> list[Sitting]:
        wanted = (quiz, ability, 1)
        return [one for one in self.sittings if (one.quiz, one.ability, one.number) == wanted]

    def of(self, learner: Learner) -> list[Sitting]:
        return [one for one in self.sittings if one.learner == learner.name]

    def pairs(self) -> Iterator[tuple[Sitting, Sitting]]:
        """The first and the second attempt of each learner at each quiz with a bank."""
        first = {(one.learner, one.quiz): one for one in self.sittings if one.number == 1}
        for second in self.sittings:
            if second.number == 2:
                yield first[second.learner, second.quiz], second

    @property
    def people(self) -> int:
        return len(self.abilities) * self.learners_each

    @property
    def quizzes(self) -> list[str]:
        return sorted({one.quiz for one in self.sittings})


def run(record: Record) -> Record:
    """Take the learners of this record through the whole course. Needs a database."""
    with override_settings(SECRET_KEY="the same draws every time"):
        pre_save.connect(_name_attempt, sender=Attempt)
        try:
            sync_course(course_file=shipped(), now=NOW)
            return _through_the_course(Course.objects.get(key=COURSE.name), record)
        finally:
            pre_save.disconnect(_name_attempt, sender=Attempt)


def _name_attempt(instance: Attempt, **_rest: Any) -> None:
    """An attempt's identity seeds its draws: the same for the same sitting in every run."""
    if instance.pk is None:
        name = f"{instance.enrolment.user.username} {instance.quiz.key} {instance.number}"
        instance.uuid = uuid.uuid5(uuid.NAMESPACE_OID, name)


def _through_the_course(course: Course, record: Record) -> Record:
    quizzes = list(course.quizzes.filter(lesson=None, is_archived=False))
    drawn = [quiz for quiz in quizzes if quiz.items.exclude(draw_count=None).exists()]
    record.must_repeat = {quiz.key: _must_repeat(quiz) for quiz in drawn}
    for ability in record.abilities:
        for number in range(record.learners_each):
            learner = Learner(course, number, ability)
            for quiz in quizzes:
                if quiz.compares_with is not None:
                    learner.read(quiz.module)  # a post-test opens after its lessons
                if quiz.kind != Quiz.Kind.EXAM:
                    times = 2 if quiz in drawn else 1
                    record.sittings += [learner.sit(quiz, NOW) for _time in range(times)]
            for quiz in quizzes:
                if quiz.kind == Quiz.Kind.EXAM:
                    _sit_exam(learner, quiz, record)
    return record


def _must_repeat(quiz: Quiz) -> int:
    """How many questions of a second attempt must be known, as its banks hold too few."""
    bank = Question.objects.drawable().filter(course=quiz.course)
    short = 0
    for place in quiz.items.exclude(draw_count=None):
        size = bank.filter(objective=place.draw_objective, tags=place.draw_tag).count()
        short += max(0, 2 * place.count - size)
    return short


def _sit_exam(learner: Learner, exam: Quiz, record: Record) -> None:
    """Twice, a day apart. Whom it does not let in is tutored through the quizzes first."""
    try:
        first = learner.sit(exam, NOW)
    except Conflict:
        record.shut_out.append(learner.name)
        passed = {one.quiz for one in record.of(learner) if one.has_passed}
        needed = Quiz.objects.filter(
            module__in=exam.requires_modules.all(), kind=Quiz.Kind.GRADED, lesson=None
        ).exclude(key__in=passed)
        record.sittings += [learner.sit(quiz, NOW, TUTOR) for quiz in needed]
        first = learner.sit(exam, NOW)
    try:
        learner.sit(exam, NOW + A_DAY / 2)
    except Conflict:
        record.too_early.append(learner.name)
    record.sittings += [first, learner.sit(exam, NOW + A_DAY)]
