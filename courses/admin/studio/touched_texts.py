"""Whom publishing touches, in sentences for the page on which it is done."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.coursefiles.schema import QuizFile
from courses.domain.authoring import touched
from courses.models import Lesson, Question, Quiz

FEW = 8
COMPARE = "compare"
"""The button that shows what changes before it is published."""


def touched_texts(row: Any, record: Any = None) -> list[str]:
    """Return what is under way in a question, a quiz or a lesson, and what becomes of it.

    `record` is what is about to be published of a quiz.
    """
    if not isinstance(row, Question | Quiz | Lesson) or row.pk is None:
        return []
    found = touched.touched_by(row=row)
    texts = [_("It is part of the course “%(course)s”.") % {"course": row.course}]
    texts += [*_places(found), *_attempts(row, found)]
    if isinstance(row, Quiz) and isinstance(record, QuizFile) and found.open_attempts:
        texts += _deadlines(row, record)
    return texts


def publish_verb(row: Any, *, verb: str) -> str:
    """Return the button's verb that publishes: what changes is shown first where learners met it.

    `verb` publishes at once, as something that no learner has met.
    """
    is_met = row.pk is not None and touched.touched_by(row=row).is_met
    return COMPARE if is_met else verb


def _places(found: touched.Touched) -> Iterator[str]:
    if not found.places:
        return
    named = ", ".join(f"“{one}”" for one in found.places[:FEW])
    if len(found.places) > FEW:
        named += ", …"
    yield _("Asked in: %(places)s.") % {"places": named}


def _attempts(row: Any, found: touched.Touched) -> Iterator[str]:
    if isinstance(row, Lesson):
        if found.learners:
            text = ngettext(
                "%(count)d learner has begun it and not completed it; they see the new text.",
                "%(count)d learners have begun it and not completed it; they see the new text.",
                found.learners,
            )
            yield text % {"count": found.learners}
        if found.finished:
            yield _completed(found.finished)
        return
    yield from _open(row, found)
    if found.finished:
        yield _finished(row, found.finished)


def _open(row: Any, found: touched.Touched) -> Iterator[str]:
    if not found.open_attempts:
        yield _("No attempt is open.")
        return
    text = ngettext(
        "%(count)d attempt is open, of %(learners)s.",
        "%(count)d attempts are open, of %(learners)s.",
        found.open_attempts,
    )
    people = ngettext("%(count)d learner", "%(count)d learners", found.learners)
    learners = people % {"count": found.learners}
    yield text % {"count": found.open_attempts, "learners": learners}
    if isinstance(row, Question):
        yield _("They keep the version that they began with; later attempts get the new one.")
    else:
        yield _("They keep their questions, points and rules of feedback.")


def _completed(count: int) -> str:
    text = ngettext(
        "%(count)d learner has completed it and keeps that.",
        "%(count)d learners have completed it and keep that.",
        count,
    )
    return text % {"count": count}


def _finished(row: Any, count: int) -> str:
    if isinstance(row, Question):
        text = ngettext(
            "%(count)d learner has answered it in a finished attempt. The answer and its points "
            "stay with the version that was asked.",
            "%(count)d learners have answered it in finished attempts. The answers and their "
            "points stay with the versions that were asked.",
            count,
        )
    else:
        text = ngettext(
            "%(count)d learner has finished an attempt. Its result stays.",
            "%(count)d learners have finished attempts. Their results stay.",
            count,
        )
    return text % {"count": count}


def _deadlines(quiz: Quiz, record: QuizFile) -> Iterator[str]:
    changes = touched.deadlines_with(quiz=quiz, record=record)
    if changes.extended:
        text = ngettext(
            "%(count)d open attempt gets the longer time of the new dates and limits.",
            "%(count)d open attempts get the longer time of the new dates and limits.",
            changes.extended,
        )
        yield text % {"count": changes.extended}
    if changes.unchanged:
        text = ngettext(
            "%(count)d open attempt keeps the longer time that it began with; the new dates and "
            "limits do not reach it, because time once given is not taken back.",
            "%(count)d open attempts keep the longer time that they began with; the new dates and "
            "limits do not reach them, because time once given is not taken back.",
            changes.unchanged,
        )
        yield text % {"count": changes.unchanged}
    if not (changes.extended or changes.unchanged):
        yield _("The time of open attempts stays as it is.")
