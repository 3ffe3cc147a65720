"""One check of a lesson: its version, its random draws, how it is shown."""

from typing import Any

from courses.domain import drawing
from courses.domain.attempts import reading
from courses.domain.item_views import ItemView
from courses.domain.outline import LessonOutline
from courses.domain.reveal.policy import Policy
from courses.errors import NotFound
from courses.models import AttemptItem, QuestionVersion, QuizItem


def version_of(place: QuizItem) -> QuestionVersion:
    """Return the question version used at this place now. Raises NotFound when none is ready."""
    version = place.current_version
    if version is None:
        raise NotFound
    return version


def draws(place: QuizItem, *, enrolment_id: int, number: int, language: str) -> Any:
    """Return the draws of a check: the same before and after its attempt begins."""
    version = version_of(place)
    source = drawing.rng("check", enrolment_id, place.quiz_id, number, version.pk)
    return drawing.prepared(version=version, source=source, language=language)


def view_of(item: AttemptItem, *, policy: Policy, lesson: LessonOutline) -> ItemView:
    """Show a check to its learner, by the rules of its attempt."""
    key = item.version.question.key
    return reading.live_view(
        item=item, policy=policy, name=field_prefix(key), is_guess=key in lesson.guesses
    )


def field_prefix(question_key: str) -> str:
    """Return the prefix of the names of a check's form fields."""
    return f"c-{question_key}-"
