"""The HTML of lessons, and the practice quiz that a lesson's checks are."""

from collections.abc import Iterable
from typing import Any

from django.utils import translation

from courses import markup
from courses.coursefiles.schema import CHECKS_PREFIX
from courses.domain import outline, search
from courses.domain.authoring.entries import hash_of
from courses.models import Course, Lesson, Question, Quiz, QuizItem, Term

CREDIT = ["1", "1/2"]
"""Share of the points of a check by try."""


def refresh_lessons(*, course: Course) -> list[str]:
    """Render the lessons whose HTML is stale and bring their checks in line; the keys of those.

    Stale is what was rendered from another text, other names, or by another version of the
    renderer. Seven queries when nothing is stale. Call it after any change of a lesson's text.
    """
    lessons = list(
        Lesson.objects.filter(module__course=course, is_archived=False)
        .select_related("module")
        .prefetch_related("sources")
    )
    terms = dict(Term.objects.filter(course=course).values_list("key", "term"))
    stale = []
    with translation.override(course.language):
        for lesson in lessons:
            sources = sorted(source.key for source in lesson.sources.all())
            stamp = _stamp(course, lesson, terms, sources)
            if lesson.rendered.get("stamp") != stamp:
                made = render(body=lesson.body, terms=terms, sources=sources)
                lesson.rendered = {**made, "stamp": stamp}
                stale.append(lesson)
    Lesson.objects.bulk_update(stale, ["rendered"], 200)
    changed = _refresh_checks(course, lessons)
    if stale or changed:
        outline.touch(course_id=course.pk)
    search.refresh(course=course)
    return [lesson.key for lesson in stale]


def render(*, body: str, terms: dict[str, str], sources: list[str]) -> dict[str, Any]:
    """Return the value of `Lesson.rendered`: segments (`html`, `check`), headings, names, words."""
    rendered = markup.render_lesson(body, terms=terms, sources=sources)
    return {
        "segments": [
            {"check": segment.check} if segment.check else {"html": str(segment.html)}
            for segment in markup.segments(rendered.html)
        ],
        "headings": [
            {"level": heading.level, "id": heading.id, "text": heading.text}
            for heading in rendered.headings
        ],
        "checks": list(rendered.checks),
        "figures": list(rendered.figures),
        "terms": list(rendered.terms),
        "sources": list(rendered.sources),
        "word_count": rendered.word_count,
    }


def _stamp(course: Course, lesson: Lesson, terms: dict[str, str], sources: list[str]) -> str:
    return hash_of([markup.VERSION, course.language, lesson.body, terms, sources])


def _refresh_checks(course: Course, lessons: list[Lesson]) -> bool:
    """Give every lesson with checks its quiz with these items; True when something was written."""
    quizzes = {
        quiz.lesson_id: quiz for quiz in Quiz.objects.filter(course=course, lesson__isnull=False)
    }
    questions = dict(Question.objects.filter(course=course).values_list("key", "pk"))
    wanted = {
        lesson.pk: [questions[key] for key in lesson.rendered["checks"] if key in questions]
        for lesson in lessons
    }
    new = [
        _new_quiz(course, lesson)
        for lesson in lessons
        if wanted[lesson.pk] and lesson.pk not in quizzes
    ]
    Quiz.objects.bulk_create(new)
    quizzes.update({quiz.lesson_id: quiz for quiz in new})
    moved = _align(lessons, quizzes, wanted)
    items = _write_items(quizzes, wanted)
    return bool(new or moved or items)


def _new_quiz(course: Course, lesson: Lesson) -> Quiz:
    return Quiz(
        course=course,
        module=lesson.module,
        lesson=lesson,
        key=f"{CHECKS_PREFIX}{lesson.key}",
        title=lesson.title,
        kind=Quiz.Kind.PRACTICE,
        feedback_mode=Quiz.FeedbackMode.INTERACTIVE,
        credit=CREDIT,
        shuffle_items=False,
    )


def _align(
    lessons: Iterable[Lesson], quizzes: dict[Any, Quiz], wanted: dict[int, list[int]]
) -> bool:
    """Give a lesson's quiz the lesson's title, module and place; return whether that changed it."""
    moved = []
    for lesson in lessons:
        quiz = quizzes.get(lesson.pk)
        if quiz is None:
            continue
        is_archived = not wanted[lesson.pk]
        now = (quiz.title, quiz.module_id, quiz.position, quiz.is_archived)
        if now != (lesson.title, lesson.module_id, lesson.position, is_archived):
            quiz.title, quiz.module = lesson.title, lesson.module
            quiz.position, quiz.is_archived = lesson.position, is_archived
            moved.append(quiz)
    Quiz.objects.bulk_update(moved, ["title", "module", "position", "is_archived"], 200)
    return bool(moved)


def _write_items(quizzes: dict[Any, Quiz], wanted: dict[int, list[int]]) -> bool:
    """Replace the items of the quizzes whose checks are other ones than before."""
    found: dict[int, list[int | None]] = {}
    rows = QuizItem.objects.filter(quiz__in=[quiz.pk for quiz in quizzes.values()])
    for quiz_id, question_id in rows.order_by("position").values_list("quiz_id", "question_id"):
        found.setdefault(quiz_id, []).append(question_id)
    stale = [
        (quizzes[lesson_id], questions)
        for lesson_id, questions in wanted.items()
        if questions and found.get(quizzes[lesson_id].pk) != questions
    ]
    if not stale:
        return False
    ids = [quiz.pk for quiz, _questions in stale]
    QuizItem.objects.filter(quiz__in=ids).delete()
    items = QuizItem.objects.bulk_create(
        QuizItem(quiz=quiz, position=position, question_id=question)
        for quiz, questions in stale
        for position, question in enumerate(questions, start=1)
    )
    outline.follow(rows=items)
    return True
