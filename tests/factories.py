"""Rows for tests. The cast: Ada learns, Grace teaches, Carl is nobody here."""

import datetime as dt
from decimal import Decimal
from typing import Any

import factory
from django.contrib.auth import get_user_model
from django.utils import timezone

from courses import users
from courses.coursefiles.assets import content_type
from courses.domain import access, attempts, enrolments, outline, stored_files
from courses.domain.authoring.wording import plain_text
from courses.models import (
    Asset,
    Attempt,
    Course,
    Enrolment,
    Lesson,
    Module,
    Objective,
    Question,
    QuestionVersion,
    Quiz,
    QuizItem,
    Section,
    Tag,
)

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
"""A fixed Monday morning; tests never ask the clock."""

SINGLE_CHOICE = {
    "stem": "Which is outside-in?",
    "options": [
        {"key": "a", "text": "Our tickets", "feedback": "That counts work.", "correct": False},
        {
            "key": "b",
            "text": "Her solved need",
            "feedback": "It follows her goal.",
            "correct": True,
        },
        {"key": "c", "text": "Our targets", "feedback": "That is our view.", "correct": False},
    ],
}
ESSAY = {
    "stem": "Say it in one sentence.",
    "rubric": [{"key": "clear", "text": "Clear", "levels": ["no", "partly", "yes"]}],
    "model_answer": "An experience is what a person lives through while reaching a goal.",
}
RIGHT, WRONG = {"choice": "b"}, {"choice": "a"}


POSITIONS = [
    {"key": "a", "text": "Everyone owns it", "feedback": "Smuda's side."},
    {"key": "b", "text": "One lead owns it", "feedback": "The sceptic's side."},
]
VOTE = {"stem": "Who should own it?", "positions": POSITIONS, "explanation": "Ask the leads."}


class UserFactory(factory.django.DjangoModelFactory):
    """`username` is the name to sign in with, and values without a field go nowhere."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person-{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.django.Password("correct horse battery")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **given: Any) -> Any:
        name = given.pop("username")
        kept = {key: value for key, value in given.items() if users.has_field(key)}
        kept[users.username_field()] = kept.get(users.username_field(), name)
        return super()._create(model_class, *args, **kept)


class CourseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Course

    key = factory.Sequence(lambda n: f"course-{n}")
    title = factory.Sequence(lambda n: f"Course {n}")
    state = Course.State.PUBLISHED


class ModuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Module

    course = factory.SubFactory(CourseFactory)
    key = factory.Sequence(lambda n: f"module-{n}")
    title = factory.Sequence(lambda n: f"Module {n}")
    position = factory.Sequence(lambda n: n)


class ObjectiveFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Objective

    module = factory.SubFactory(ModuleFactory)
    course = factory.SelfAttribute("module.course")
    key = factory.Sequence(lambda n: f"OBJ-{n}")
    text = factory.Sequence(lambda n: f"do thing {n}")
    bloom = Objective.Bloom.APPLY


def make_asset(*, module: Any, name: str, content: bytes = b"a,b\n1,2\n") -> Asset:
    """A file of the module, stored."""
    digest = stored_files.store_one(content=content)
    kind = {"content_type": content_type(name), "content_hash": digest, "size": len(content)}
    return Asset.objects.update_or_create(module=module, name=name, defaults=kind)[0]


class LessonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Lesson

    module = factory.SubFactory(ModuleFactory)
    key = factory.Sequence(lambda n: f"lesson-{n}")
    title = factory.Sequence(lambda n: f"Lesson {n}")
    position = factory.Sequence(lambda n: n)
    body = "Read this."
    rendered = factory.LazyFunction(lambda: {"segments": [{"html": "<p>Read this.</p>"}]})


class QuestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Question

    module = factory.SubFactory(ModuleFactory)
    course = factory.SelfAttribute("module.course")
    key = factory.Sequence(lambda n: f"question-{n}")


class QuizFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Quiz

    module = factory.SubFactory(ModuleFactory)
    course = factory.SelfAttribute("module.course")
    key = factory.Sequence(lambda n: f"quiz-{n}")
    title = factory.Sequence(lambda n: f"Quiz {n}")
    kind = Quiz.Kind.GRADED
    shuffle_items = False


def make_question(module: Module, *, kind: str = "single_choice", data: Any = None, **extra: Any):
    """A question with one ready version; `tags` are keys."""
    tags = extra.pop("tags", ())
    question = QuestionFactory(module=module, **extra)
    _make_ready(question, _version(question, number=1, kind=kind, data=data))
    for key in tags:
        question.tags.add(Tag.objects.get_or_create(course=module.course, key=key)[0])
    return question


def make_questions(module: Module, count: int) -> list[Question]:
    """So many single-choice questions with one ready version each."""
    made = Question.objects.bulk_create(QuestionFactory.build_batch(count, module=module))
    for question in made:
        _make_ready(question, _version(question, number=1))
    outline.touch(course_id=module.course_id)
    return made


def _make_ready(question: Question, version: QuestionVersion) -> None:
    """Without signals: a new question is in no quiz yet."""
    version.save()
    question.ready_version, question.updated_at = version, timezone.now()
    columns = {"ready_version": version, "updated_at": question.updated_at}
    Question.objects.filter(pk=question.pk).update(**columns)


def add_version(question: Question, *, kind: str = "single_choice", data: Any = None):
    """The next version, ready for learners."""
    version = _version(question, number=question.versions.count() + 1, kind=kind, data=data)
    version.save()
    question.ready_version = version
    question.save(update_fields=["ready_version"])
    return version


def _version(
    question: Question, *, number: int, kind: str = "single_choice", data: Any = None
) -> QuestionVersion:
    content = SINGLE_CHOICE if data is None else data
    return QuestionVersion(
        question=question,
        number=number,
        type=kind,
        data=content,
        text=plain_text(content),
        status=QuestionVersion.Status.READY,
        content_hash=f"{question.key}-{number}",
    )


def make_quiz(*, questions: int = 2, module: Module | None = None, points: str = "1", **extra: Any):
    """A quiz with that many single-choice questions (`RIGHT` is right, `WRONG` is wrong)."""
    module = module or ModuleFactory()
    quiz = QuizFactory(module=module, **extra)
    if questions:
        _add_items(quiz, make_questions(module, questions), first=1, points=points)
    return quiz


def add_item(quiz: Quiz, question: Question, *, position: int, points: str = "1") -> QuizItem:
    return QuizItem.objects.create(
        quiz=quiz, question=question, position=position, points=Decimal(points)
    )


def _add_items(quiz: Quiz, questions: list[Question], *, first: int, points: str = "1") -> None:
    """As `add_item` for each, with one statement for all and what follows for the quiz once."""
    made = QuizItem.objects.bulk_create(
        QuizItem(quiz=quiz, question=question, position=position, points=Decimal(points))
        for position, question in enumerate(questions, start=first)
    )
    outline.follow(rows=made)
    outline.touch(course_id=quiz.course_id)


def make_lesson(*, checks: int = 2, review: int = 0, module: Module | None = None, **extra: Any):
    """A lesson with that many single-choice checks in its text; the first `review` have cards."""
    module = module or ModuleFactory()
    lesson = LessonFactory(module=module, **extra)
    if checks:
        quiz = QuizFactory(
            module=module,
            lesson=lesson,
            key=f"checks-{lesson.key}",
            kind=Quiz.Kind.PRACTICE,
            feedback_mode=Quiz.FeedbackMode.INTERACTIVE,
            credit=["1", "1/2"],
        )
        questions = make_questions(module, checks)
        lesson.review = [question.key for question in questions[:review]]
        add_checks(lesson, quiz, questions)
    return lesson


def add_checks(lesson: Lesson, quiz: Quiz, questions: list[Question]) -> None:
    """Put questions into a lesson's text as its checks, after those that are there."""
    first = quiz.items.count() + 1
    segments = list(lesson.rendered["segments"]) if first > 1 else []
    _add_items(quiz, questions, first=first)
    for position, question in enumerate(questions, start=first):
        html = f'<p id="p-{position:08}">Part {position}</p>'
        segments += [{"html": html}, {"check": question.key}]
    lesson.rendered = {"segments": segments}
    lesson.save(update_fields=["rendered", "review"])


def make_debate(*, lesson: Lesson | None = None, **extra: Any):
    """(lesson, first vote, second vote): a debate after the lesson's one check."""
    lesson = lesson or make_lesson(checks=1, **extra)
    first = make_question(lesson.module, kind="vote", data=VOTE)
    second = make_question(lesson.module, kind="vote", data={**VOTE, "again": first.key})
    add_checks(lesson, lesson.checks, [first, second])
    return lesson, first, second


def make_learner(course: Course, *, role: str = Enrolment.Role.LEARNER, **extra: Any) -> Enrolment:
    """A new person, enrolled."""
    user = UserFactory(**extra)
    return enrolments.enrol(course=course, user=user, role=role, now=NOW)


def join(section: Section, user: Any, *, role: str = Enrolment.Role.LEARNER) -> Enrolment:
    """Enrol a person in one more class."""
    return enrolments.enrol(course=section.course, section=section, user=user, role=role, now=NOW)


def reader_of(enrolment: Enrolment) -> access.Reader:
    """The enrolled person as the entry points hand them to the domain."""
    return access.reader(
        course_key=enrolment.course.key, by=enrolment.user, enrolment=enrolment.uuid
    )


def take_quiz(enrolment: Enrolment, quiz: Quiz, *raws: Any, now: Any = NOW) -> Attempt:
    """Start, answer each question in turn and hand in; return the closed attempt."""
    by = enrolment.user
    sitting = attempts.start(reader=reader_of(enrolment), quiz_key=quiz.key, by=by, now=now)
    for position, raw in enumerate(raws, start=1):
        attempts.save(attempt=sitting, position=position, raw=raw, based_on=0, by=by, now=now)
    return attempts.submit(attempt=sitting, by=by, now=now)
