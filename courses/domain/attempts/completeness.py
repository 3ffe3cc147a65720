"""Asking for the empty parts of a response before it counts as a try."""

from typing import Any

from django.utils.translation import ngettext

from courses.errors import Invalid
from courses.models import AttemptItem


def refuse_incomplete(*, item: AttemptItem, value: Any) -> None:
    """Raise Invalid while parts of the response are empty that a learner hardly means to leave."""
    count = item.version.question_type.empty_parts(item.version.parsed, value)
    if count:
        message = ngettext(
            "%(count)d part is still empty. Fill it in; this did not count as a try.",
            "%(count)d parts are still empty. Fill them in; this did not count as a try.",
            count,
        )
        raise Invalid(message % {"count": count})
