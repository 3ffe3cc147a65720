"""From a form to what a question type parses: the fields of one question, without their prefix."""

from django.http import QueryDict

from courses.errors import Invalid
from courses.questions.base import flatten

BASED_ON = "based_on"
_LONGEST_NUMBER = 9


def raw_response(post: QueryDict, prefix: str) -> dict[str, list[str]]:
    """Return the fields that start with `prefix`, without it."""
    fields = {
        name[len(prefix) :]: post.getlist(name)
        for name in post
        if name.startswith(prefix) and name != prefix + BASED_ON
    }
    return flatten(fields)


def based_on(post: QueryDict, prefix: str) -> int:
    """Return the revision that the form showed; 0 when nothing had been answered.

    Raises Invalid.
    """
    sent = post.get(prefix + BASED_ON, "0")
    if not sent.isdecimal() or len(sent) > _LONGEST_NUMBER:
        raise Invalid
    return int(sent)
