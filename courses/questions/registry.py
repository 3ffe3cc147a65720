"""Key → question type, from the list in `conf.QUESTION_TYPES`."""

from functools import cache
from typing import Any

from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from courses.conf import settings
from courses.errors import NotFound
from courses.questions.base import QuestionType


@cache
def all_types() -> dict[str, QuestionType[Any]]:
    """Return every registered type by key, in the order of the list."""
    types = [import_string(path)() for path in settings.QUESTION_TYPES]
    return {question_type.key: question_type for question_type in types}


def get(key: str) -> QuestionType[Any]:
    """Return the type stored as `key`. Raises NotFound when the host no longer lists it."""
    try:
        return all_types()[key]
    except KeyError:
        raise NotFound(f"No question type is registered as {key!r}.") from None


def helper_fields() -> frozenset[str]:
    """Return the fields that forms of any type send along although nothing was answered."""
    return frozenset().union(*(kind.helper_fields for kind in all_types().values()))


def _forget(*, setting: str, **_: Any) -> None:
    if setting == "COURSES_QUESTION_TYPES":
        all_types.cache_clear()


setting_changed.connect(_forget, dispatch_uid="courses.questions.registry")
