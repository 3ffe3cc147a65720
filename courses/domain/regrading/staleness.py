"""How many results of a quiz rest on an older key, older points or an older rule.

A job counts after a change, never a page. What a batch in force has settled is not counted, also
where it left something as it was: somebody has decided on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy

from courses.domain import gradebook, jobs, verdicts
from courses.domain.jobs import Kind, Progress
from courses.domain.regrading import judging
from courses.domain.reveal.policy import Policy
from courses.domain.rights import Can
from courses.models import (
    Attempt,
    AttemptItem,
    Course,
    Grading,
    Job,
    LineItem,
    Question,
    QuestionVersion,
    Quiz,
    QuizItem,
    RegradeBatch,
    Result,
    StaleResults,
)

KIND = "stale_results"
ITEMS = 400
"""Items of attempts that one step looks at."""


@dataclass(frozen=True)
class ChangedQuestion:
    """A question that closed attempts hold otherwise than the quiz does now."""

    question: Question
    version: QuestionVersion | None
    """The published version, where attempts hold older ones."""
    points: Decimal | None
    """The points of its place, where attempts hold others."""
    old: tuple[QuestionVersion, ...] = ()
    attempts: int = 0


@dataclass
class QuizDifferences:
    """Everything in which a quiz and its closed attempts differ."""

    questions: list[ChangedQuestion] = field(default_factory=list)
    has_rule: bool = False
    rule_count: int = 0
    dropped: list[Question] = field(default_factory=list)
    """Questions that attempts hold and no fixed place has any more."""
    held: list[Question] = field(default_factory=list)
    """All questions that closed attempts hold."""
    added: list[Question] = field(default_factory=list)
    """Questions of fixed places that no closed attempt has met."""


def queue(*, line_item: LineItem, now: datetime) -> None:
    """Count the column's results anew, in the background."""
    jobs.queue(
        kind=KIND,
        args={"line_item": line_item.pk},
        by=None,
        now=now,
        course=line_item.course,
        about=f"line-item-{line_item.pk}",
    )


def queue_changed(*, course: Course, names: Iterable[tuple[str, str]], now: datetime) -> None:
    """Count anew where these things (kind and key) may judge finished attempts otherwise now.

    One query where no such attempt is concerned.
    """
    keys: dict[str, set[str]] = {"question": set(), "quiz": set()}
    for kind, key in names:
        keys.get(kind, set()).add(key)
    if not any(keys.values()):
        return
    held = Attempt.objects.finished().filter(
        quiz__course=course,
        items__version__question__course=course,
        items__version__question__key__in=keys["question"],
    )
    mine = Q(quiz__key__in=keys["quiz"])
    if keys["question"]:
        mine |= Q(quiz__in=held.values("quiz"))
    for one in LineItem.objects.filter(mine, course=course).select_related("course"):
        queue(line_item=one, now=now)


def differences(*, line_item: LineItem, now: datetime) -> QuizDifferences:
    """Return in what the quiz and its closed attempts differ. Eight queries at most."""
    quiz = line_item.quiz
    if quiz is None:
        return QuizDifferences()
    found = QuizDifferences()
    held: dict[int, dict[tuple[int, Decimal], int]] = {}
    items = _items(quiz).order_by()
    worth = items.values_list("version__question", "version", "points").annotate(Count("pk"))
    for question, version, points, count in worth:
        held.setdefault(question, {})[version, points] = count
    places = _places(quiz)
    questions = Question.objects.select_related("ready_version").in_bulk([*held, *places])
    versions = QuestionVersion.objects.in_bulk([pk for rows in held.values() for pk, _p in rows])
    for pk, rows in held.items():
        one = _difference(questions[pk], rows, versions, places.get(pk))
        if one is not None:
            found.questions.append(one)
    found.held = [questions[pk] for pk in held]
    is_drawn = QuizItem.objects.filter(quiz=quiz, question=None).exists()
    if not is_drawn:
        found.dropped = [questions[pk] for pk in held if pk not in places]
    if held:
        found.added = [questions[pk] for pk in places if pk not in held]
    found.rule_count = _rule_count(line_item, now)
    found.has_rule = bool(found.rule_count)
    return found


def _items(quiz: Quiz) -> Any:
    attempts = Attempt.objects.finished().without_trials().filter(quiz=quiz)
    return AttemptItem.objects.filter(attempt__in=attempts)


def _places(quiz: Quiz) -> dict[int, Decimal]:
    rows = QuizItem.objects.filter(quiz=quiz).exclude(question=None).order_by("position")
    return dict(rows.values_list("question", "points"))


def _difference(
    question: Question,
    held: Mapping[tuple[int, Decimal], int],
    versions: Mapping[int, QuestionVersion],
    points: Decimal | None,
) -> ChangedQuestion | None:
    ready = question.ready_version
    old = {pk for pk, _points in held if ready is not None and pk != ready.pk}
    other = points is not None and any(one != points for _pk, one in held)
    if ready is None or not (old or other):
        return None
    count = sum(
        number for (pk, one), number in held.items() if pk in old or (other and one != points)
    )
    return ChangedQuestion(
        question,
        ready if old else None,
        points if other else None,
        tuple(sorted((versions[pk] for pk in old), key=lambda one: one.number)),
        count,
    )


def _rule_count(line_item: LineItem, now: datetime) -> int:
    """Return how many results an older pass mark or method decides, if nobody has settled that."""
    found = verdicts.standing(gradebook.rules(line_item=line_item, now=now))
    if not found or found[-1].batch_id is not None:
        return 0
    last = found[-1]
    rows = Result.objects.filter(line_item=line_item).exclude(attempt=None)
    count = rows.exclude(pass_mark=last.pass_mark).count()
    if any(one.grade_method != last.grade_method for one in found):
        several = Attempt.objects.finished().filter(quiz=line_item.quiz)
        people = several.order_by().values("enrolment").annotate(n=Count("pk")).filter(n__gt=1)
        count = max(count, rows.filter(enrolment__in=people.values("enrolment")).count())
    return count


def step(*, job: Job, now: datetime) -> Progress:
    """Look at some more items of closed attempts; the last step stores the counts."""
    column = LineItem.objects.select_related("quiz", "course").filter(pk=job.args["line_item"])
    line_item = column.first()
    if line_item is None or line_item.quiz is None:
        return Progress(job.done, job.total, result={})
    changed = differences(line_item=line_item, now=now)
    known = _unsettled(line_item, changed.questions)
    items = _items(line_item.quiz).filter(version__question__in=known)
    cursor = job.cursor or {"after": 0, "people": {}}
    found = items.filter(pk__gt=cursor["after"]).order_by("pk")
    page = list(found.select_related("version__question", "attempt")[:ITEMS])
    people: dict[str, list[int]] = cursor["people"]
    for question, enrolment in _stale(page, known):
        named = people.setdefault(str(question), [])
        if enrolment not in named:
            named.append(enrolment)
    done = job.done + len(page)
    if len(page) == ITEMS:
        after = {"after": page[-1].pk, "people": people}
        return Progress(done, max(items.count(), done), cursor=after)
    _store(line_item, people, changed.rule_count, now)
    return Progress(done, done, result={})


def _store(
    line_item: LineItem, people: Mapping[str, list[int]], rule_count: int, now: datetime
) -> None:
    everybody = {one for named in people.values() for one in named}
    StaleResults.objects.update_or_create(
        line_item=line_item,
        defaults={
            "count": max(len(everybody), rule_count),
            "questions": {pk: len(named) for pk, named in people.items()},
            "rule_count": rule_count,
            "computed_at": now,
        },
    )


def _unsettled(
    line_item: LineItem, differences: Iterable[ChangedQuestion]
) -> dict[int, ChangedQuestion]:
    """Return question → what differs, without what a batch in force has settled."""
    batches = RegradeBatch.objects.filter(
        targets__line_item=line_item, state__in=RegradeBatch.IN_FORCE
    )
    settled = [row for one in batches for row in one.changes]
    found = {}
    for one in differences:
        mine = [row for row in settled if row["question"] == one.question.pk]
        version = one.version
        if version is not None and any(row["version"] == version.pk for row in mine):
            version = None
        points = one.points
        if points is not None and any(Decimal(row["points"] or 0) == points for row in mine):
            points = None
        if version is not None or points is not None:
            found[one.question.pk] = ChangedQuestion(one.question, version, points, one.old)
    return found


def _stale(
    items: list[AttemptItem], known: Mapping[int, ChangedQuestion]
) -> Iterable[tuple[int, int]]:
    """Yield question and learner of every item that the quiz would judge otherwise now."""
    logs: dict[int, list[Grading]] = {}
    rows = Grading.objects.filter(item__in=items).select_related("response")
    for row in rows.order_by("sequence"):
        logs.setdefault(row.item_id, []).append(row)
    for item in items:
        one = known[item.version.question_id]
        if _is_stale(item, one, logs.get(item.pk, [])):
            yield one.question.pk, item.attempt.enrolment_id


def _is_stale(item: AttemptItem, one: ChangedQuestion, log: list[Grading]) -> bool:
    if one.points is not None and item.worth != one.points:
        return True
    version = one.version
    if version is None or version.pk == item.version_id or not item.worth:
        return False
    if judging.kept(item=item, gradings=log, transform="rule", version=version):
        return False
    version.question = one.question
    try:
        policy = Policy.load(item.attempt.policy)
        share = judging.share_by(item=item, version=version, gradings=log, policy=policy)
    except judging.UnreadableError:
        return True
    return share != (item.scaled or 0)


STALE_RESULTS = Kind(label=gettext_lazy("Results on an older rule"), can=Can.CORRECT, step=step)
