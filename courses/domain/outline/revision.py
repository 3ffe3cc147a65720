"""A course's revision: new with every change of its content, so that no page shows an old one."""

from typing import Any
from uuid import uuid4

from django.db.models import Model
from django.db.models.functions import Now
from django.db.models.signals import m2m_changed, post_delete, post_save

from courses.models import (
    Asset,
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
    """Say that the course's content changed."""
    Course.objects.filter(pk=course_id).update(revision=uuid4(), updated_at=Now())


def connect() -> None:
    """Give a new revision whenever a content row is saved or deleted one by one (admin, shell).

    Bulk writers call `touch` themselves.
    """
    for model in (
        Asset,
        Course,
        Lesson,
        Module,
        Objective,
        Question,
        Quiz,
        Reference,
        Stimulus,
        Term,
    ):
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=model, dispatch_uid=f"courses.outline.{model.__name__}")
    links = (Lesson.objectives, Lesson.sources, Quiz.requires_modules)
    for through in (link.through for link in links):
        m2m_changed.connect(_linked, sender=through, dispatch_uid=f"courses.outline.{through}")
    for signal in (post_save, post_delete):
        signal.connect(_placed, sender=QuizItem, dispatch_uid="courses.outline.place")


def _linked(
    *,
    instance: Any,
    action: str,
    reverse: bool,
    model: type[Model],
    pk_set: set[int] | None,
    **_kwargs: Any,
) -> None:
    """The lesson or quiz whose links changed was changed, from whichever end that was done."""
    if action.startswith("post_"):
        near, ids = (model, pk_set or ()) if reverse else (type(instance), (instance.pk,))
        near._default_manager.filter(pk__in=ids).update()
        _changed(instance=instance)


def _placed(*, instance: QuizItem, **_kwargs: Any) -> None:
    """A place in a quiz is a part of it."""
    Quiz.objects.filter(pk=instance.quiz_id).update()
    _changed(instance=instance)


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
