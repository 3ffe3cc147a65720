"""When a module, lesson or quiz last changed for learners, also by what is in it or beside it.

Each row says of itself when it was written (`Dated`); here is what else counts as a change of it.
Saves of single rows come by signals; who writes many at once calls these functions.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from courses.models import (
    Lesson,
    Module,
    Objective,
    Question,
    Quiz,
    QuizItem,
    Reference,
    Stimulus,
)

LINKS = (Lesson.objectives, Lesson.sources, Quiz.requires_modules)
_TOLD_BY_MODULE = (Lesson, Objective, Quiz)


def touch_modules(*, ids: Iterable[int | None]) -> None:
    """What these modules hold was written, came or went."""
    found = {one for one in ids if one is not None}
    if found:
        Module.objects.filter(pk__in=found).update()


def touch_asking(*, questions: Iterable[int]) -> None:
    """Learners get something else for these questions where a quiz does not pin a version."""
    _touch(Quiz, Q(items__question__in=[*questions], items__version=None))


def touch_showing(*, stimuli: Iterable[int]) -> None:
    """These shared texts changed."""
    _touch(Quiz, Q(items__question__stimulus__in=[*stimuli]))


def touch_citing(*, references: Iterable[int]) -> None:
    """These sources changed."""
    _touch(Lesson, Q(sources__in=[*references]))


def _touch(model: type[Quiz] | type[Lesson], rows: Q) -> None:
    ids = sorted(set(model.objects.filter(rows).values_list("pk", flat=True)))
    if ids:
        model.objects.filter(pk__in=ids).update()


def connect() -> None:
    """The same for rows that are saved or deleted one by one (API, admin, shell)."""
    for model in _TOLD_BY_MODULE:
        name = f"courses.dates.{model.__name__}"
        pre_save.connect(_leaves, sender=model, dispatch_uid=name)
        for signal in (post_save, post_delete):
            signal.connect(_written, sender=model, dispatch_uid=name)
    for signal in (post_save, post_delete):
        signal.connect(_placed, sender=QuizItem, dispatch_uid="courses.dates.place")
    pre_save.connect(_asks, sender=Question, dispatch_uid="courses.dates.question")
    post_save.connect(_shows, sender=Stimulus, dispatch_uid="courses.dates.stimulus")
    post_save.connect(_cited, sender=Reference, dispatch_uid="courses.dates.reference")
    for through in (link.through for link in LINKS):
        m2m_changed.connect(_linked, sender=through, dispatch_uid=f"courses.dates.{through}")


def _leaves(*, sender: type[Model], instance: Any, **_kwargs: Any) -> None:
    """A row that goes to another module is missed in the old one."""
    old = sender._default_manager.filter(pk=instance.pk).values_list("module", flat=True).first()
    if old != instance.module_id:
        touch_modules(ids=[old])


def _written(*, instance: Any, **_kwargs: Any) -> None:
    if getattr(instance, "lesson_id", None) is None:  # The checks of a lesson stand in no module.
        touch_modules(ids=[instance.module_id])


def _placed(*, instance: QuizItem, **_kwargs: Any) -> None:
    """A place in a quiz is a part of it."""
    Quiz.objects.filter(pk=instance.quiz_id).update()


def _asks(*, instance: Question, **_kwargs: Any) -> None:
    shown = ("ready_version_id", "stimulus_id")
    old = Question.objects.filter(pk=instance.pk).values_list(*shown).first()
    if old is not None and old != tuple(getattr(instance, name) for name in shown):
        touch_asking(questions=[instance.pk])


def _shows(*, instance: Stimulus, **_kwargs: Any) -> None:
    touch_showing(stimuli=[instance.pk])


def _cited(*, instance: Reference, **_kwargs: Any) -> None:
    touch_citing(references=[instance.pk])


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
