"""A course's revision: new with every change of its content, so that no page shows an old one."""

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save

from courses.domain.outline import dates
from courses.models import (
    Asset,
    CertificateRule,
    Course,
    Lesson,
    Module,
    Objective,
    Question,
    Quiz,
    QuizItem,
    Reference,
    Stimulus,
    Term,
)


def touch(*, course_id: int) -> None:
    """Give the course a new revision, because its content changed."""
    Course.objects.filter(pk=course_id).touch()


def connect() -> None:
    """Give a new revision whenever a content row is saved or deleted one by one (admin, shell).

    Bulk writers call `touch` themselves.
    """
    for model in (
        Asset,
        CertificateRule,
        Course,
        Lesson,
        Module,
        Objective,
        Question,
        Quiz,
        QuizItem,
        Reference,
        Stimulus,
        Term,
    ):
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=model, dispatch_uid=f"courses.outline.{model.__name__}")
    # A tag decides how a check is shown: whether it is a guess.
    for through in (link.through for link in (*dates.LINKS, Question.tags)):
        m2m_changed.connect(_changed, sender=through, dispatch_uid=f"courses.outline.{through}")
    dates.connect()


def _changed(*, instance: Any, **_kwargs: Any) -> None:
    course_id = _course_id(instance)
    if course_id is not None:
        touch(course_id=course_id)


def _course_id(instance: Any) -> int | None:
    if isinstance(instance, Course):
        return instance.pk
    for name in ("module", "quiz"):
        if not hasattr(instance, "course_id") and getattr(instance, f"{name}_id", None):
            return int(getattr(instance, name).course_id)
    return getattr(instance, "course_id", None)
