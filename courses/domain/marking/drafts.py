"""What a marker noted before, kept with the claim on a response, and texts from the bank."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from courses.domain import person_marks
from courses.domain.marking import claims, comments, holders
from courses.domain.marking.noting import Noted
from courses.errors import Conflict
from courses.models import AttemptItem, Course
from courses.posted import row_number


def begun(*, item: AttemptItem, by: Any, now: datetime) -> Noted:
    """Return what the person noted before, wherever they did; else the mark that stands."""
    claim = claims.of(item=item, now=now)
    if claim is not None and claim.draft and holders.is_own(row=claim, by=by):
        return Noted.stored(claim.draft)
    row = person_marks.latest(gradings=list(item.gradings.order_by("sequence")))
    return Noted() if row is None else Noted.graded(row)


def keep(*, item: AttemptItem, noted: Noted, by: Any, now: datetime) -> str:
    """Keep what is noted so far and hold on to the response; return until when, in words.

    Raises Conflict while somebody else holds it.
    """
    claim = claims.take(item=item, by=by, now=now, draft=noted.as_draft())
    return claims.in_words(claim=claim, is_own=True)


def with_comment(*, course: Course, comment: str, feedback: str, by: Any) -> str:
    """Return the feedback with a comment of the bank behind it; as it is where there is no such."""
    row = comments.of(course=course, by=by).filter(pk=row_number(comment) or 0).first()
    return feedback if row is None else "\n\n".join(filter(None, (feedback.strip(), row.text)))


def revision_seen(*, text: str) -> int:
    """Return the state of the response that a form was made for.

    Raises Conflict where it names none: what it would overwrite is unknown.
    """
    number = row_number(text)
    if number is None:
        text = _("It is not known which state of the response this mark is for. Look, then save.")
        raise Conflict(text)
    return number
