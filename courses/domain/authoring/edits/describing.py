"""The words in place of a picture, for those who do not see it, changed where it is shown."""

import re
from dataclasses import replace
from functools import singledispatch
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain.authoring import row_records
from courses.domain.authoring.editions import Origin, state_of
from courses.domain.authoring.edits.lessons import save_lesson
from courses.domain.authoring.edits.rows import stop_at
from courses.domain.authoring.edits.stimuli import change_stimulus
from courses.domain.authoring.edits.whole_questions import latest_version, save_question
from courses.domain.authoring.rows import lock_course
from courses.errors import Conflict, Problem
from courses.models import Asset, Lesson, Question, QuestionVersion, Stimulus

LONGEST_WORDS = 300
_ESCAPED = re.compile(r"\\(.)")
_SIGNS = re.compile(r"[\[\]\\]")


class _Words:
    """Puts new words in the place of old ones wherever a picture has them."""

    def __init__(self, name: str, old: str, new: str) -> None:
        self.name, self.old, self.new = name, old, new
        self._shown = re.compile(
            r"!\[((?:\\.|[^\]\\])*)\](?=\(asset:" + re.escape(name) + r"[\s)])"
        )

    def in_text(self, text: str) -> str:
        return self._shown.sub(self._replaced, text)

    def _replaced(self, found: re.Match[str]) -> str:
        if _ESCAPED.sub(r"\1", found[1]).strip() != self.old:
            return found[0]
        words = _SIGNS.sub(r"\\\g<0>", self.new)
        return f"![{words}]"

    def in_data(self, value: Any) -> Any:
        """Return the data of a question with the new words, also in `alt` beside the name."""
        if isinstance(value, str):
            return self.in_text(value)
        if isinstance(value, list):
            return [self.in_data(one) for one in value]
        if not isinstance(value, dict):
            return value
        changed = {key: self.in_data(one) for key, one in value.items()}
        if self.name in value.values() and value.get("alt") == self.old:
            changed["alt"] = self.new
        return changed


@transaction.atomic
def describe_file(
    *, asset: Asset, row: Any, old: str, new: str, by: Any, origin: Origin | None
) -> None:
    """Give a picture other words in a lesson, a question or a shared text, where it has the old.

    A question that learners get is published anew. Raises Invalid for words that are too long, and
    Conflict when the text does not show the picture with the old words any more.
    """
    new = " ".join(new.replace("\0", "").split())
    if len(new) > LONGEST_WORDS:
        message = _("At most %(limit)d characters.") % {"limit": LONGEST_WORDS}
        stop_at([Problem("words", message)])
    lock_course(course=asset.module.course)
    row.refresh_from_db()
    if not _describe(row, _Words(asset.name, old, new), by, origin):
        raise Conflict(_("This text does not show the file with these words any more."))


@singledispatch
def _describe(row: Any, words: _Words, by: Any, origin: Origin | None) -> bool:
    del words, by, origin
    raise TypeError(row)


@_describe.register
def _lesson(row: Lesson, words: _Words, by: Any, origin: Origin | None) -> bool:
    del by
    body, state = words.in_text(row.body), state_of(row)
    if body == row.body or state is None:
        return False
    record = replace(row_records.lesson_record(row), body=body)
    based_on = state.content_hash
    save_lesson(lesson=row, record=record, based_on=based_on, is_confirmed=True, origin=origin)
    return True


@_describe.register
def _stimulus(row: Stimulus, words: _Words, by: Any, origin: Origin | None) -> bool:
    del by
    body = words.in_text(row.body)
    if body == row.body:
        return False
    record = replace(row_records.stimulus_record(row), body=body)
    change_stimulus(stimulus=row, record=record, origin=origin)
    return True


@_describe.register
def _question(row: Question, words: _Words, by: Any, origin: Origin | None) -> bool:
    version, state = latest_version(question=row), state_of(row)
    if version is None or state is None:
        return False
    record = row_records.question_record(row, version=version)
    data = words.in_data(record.data)
    if data == record.data:
        return False
    save_question(
        question=row,
        record=replace(record, data=data),
        module=row.module.key if row.module else "",
        is_ready=version.status == QuestionVersion.Status.READY,
        based_on=state.content_hash,
        is_confirmed=True,
        by=by,
        origin=origin,
    )
    return True
