"""An earlier state of a question becomes its present one, as a change like any other."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from courses.coursefiles.schema import QuestionFile
from courses.domain.authoring.editions import Origin
from courses.domain.authoring.edits.whole_questions import save_question
from courses.errors import Conflict
from courses.models import Edition, Question, QuestionVersion
from courses.questions.data import load


def restore_edition(
    *,
    question: Question,
    edition: Edition,
    based_on: str,
    is_confirmed: bool = False,
    by: Any,
    origin: Origin,
) -> QuestionVersion:
    """Save the question as this edition holds it: its content as a new version.

    Whether it is retired stays as it is. Raises Conflict when the edition holds no content, or is
    of something else, Invalid when a key that it names no longer exists, and all that
    `save_question` raises.
    """
    is_own = (edition.course_id, edition.kind, edition.key) == (
        question.course_id,
        "question",
        question.key,
    )
    if not is_own or not edition.hash or not edition.values.get("type"):
        raise Conflict(_("This state has no content to restore."))
    values = dict(edition.values)
    module = str(values.pop("module", ""))
    record = load(QuestionFile, values)
    return save_question(
        question=question,
        record=record,
        module=module,
        note=origin.note,
        is_ready=record.status != "draft",
        based_on=based_on,
        is_confirmed=is_confirmed,
        by=by,
        origin=replace(origin, action=Edition.Action.RESTORED),
    )
