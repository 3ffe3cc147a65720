"""A bank of comments in a course: one's own, and those that everybody who marks there shares."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from courses.errors import Invalid, Problem, TooMuch
from courses.models import Course, MarkingComment

LONGEST = 2000
MOST = 200
"""Comments that one person keeps in a course."""


def of(*, course: Course, by: Any) -> QuerySet[MarkingComment]:
    """Return the comments that the person may insert, the own ones first."""
    rows = MarkingComment.objects.filter(course=course)
    return rows.filter(Q(owner=by) | Q(owner=None)).order_by(F("owner").desc(nulls_last=True), "pk")


def keep(*, course: Course, text: str, by: Any, now: datetime) -> MarkingComment:
    """Keep a text as a comment of one's own; the same text is kept once.

    Raises Invalid for a blank or long text, TooMuch for more than 200.
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        message = _("A comment has 1 to %(most)d characters.") % {"most": LONGEST}
        raise Invalid(problems=[Problem("comment", message)])
    own = MarkingComment.objects.filter(course=course, owner=by)
    known = own.filter(text=text).first()
    if known is not None:
        return known
    if own.count() >= MOST:
        raise TooMuch(_("You keep %(most)d comments already; delete some.") % {"most": MOST})
    return MarkingComment.objects.create(course=course, owner=by, text=text, created_at=now)


def delete(*, course: Course, comment: int, by: Any) -> None:
    """Delete one of one's own comments. Idempotent."""
    MarkingComment.objects.filter(course=course, owner=by, pk=comment).delete()
