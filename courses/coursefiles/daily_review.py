"""Checks of a lesson that are in the daily review: they are its own and judged by a rule."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from courses.coursefiles.drafts import ModuleDraft, Placed
from courses.coursefiles.problems import Notes
from courses.coursefiles.schema import LessonFile
from courses.questions import registry


def check_daily_review(
    lesson: Placed[LessonFile], module: ModuleDraft, checks: Collection[str], notes: Notes
) -> None:
    """Note keys in the lesson's `review` that are no checks of it, or are there twice."""
    types = {question.record.key: question.record.type for question in module.questions}
    for index, message in problems(lesson.record.review, checks=checks, types=types):
        notes.problem(lesson.file, lesson.line(f"review.{index}"), message)


def problems(
    keys: Sequence[str], *, checks: Collection[str], types: Mapping[str, str]
) -> Iterator[tuple[int, str]]:
    """Yield (index, message) of each key that cannot be reviewed; `types`: of the questions."""
    for index, key in enumerate(keys):
        message = ""
        if key not in checks:
            message = _("review: the lesson has no check “%(key)s”.")
        elif key in keys[:index]:
            message = _("review: “%(key)s” is there twice.")
        elif not _is_judged_by_rule(types.get(key, "")):
            message = _("review: no rule judges “%(key)s”, so that it cannot come back.")
        if message:
            yield index, message % {"key": key}


def _is_judged_by_rule(type_key: str) -> bool:
    kind = registry.all_types().get(type_key)
    return kind is None or kind.is_judged_by_rule
