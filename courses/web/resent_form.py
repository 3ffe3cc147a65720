"""A form whose CSRF token is no longer valid, shown again with its input."""

from dataclasses import dataclass

from django.http import HttpRequest

RESENDABLE = frozenset(
    {"attempt", "attempt-save", "lesson-check", "daily-review-card", "mistake-card"}
)
"""Forms in which learners write; nothing that holds a password."""
_SHORT = 20
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105


@dataclass(frozen=True)
class Field:
    """One field of a form that is shown again. `is_text` when people would want to check it."""

    name: str
    value: str
    is_text: bool


def fields(request: HttpRequest) -> list[Field]:
    """Return the fields of a signed-in person's refused form, to be sent again with a new token."""
    match = request.resolver_match
    is_ours = match is not None and match.url_name in RESENDABLE
    if request.method != "POST" or not is_ours or not request.user.is_authenticated:
        return []
    return [
        Field(name, value, is_text=len(value) > _SHORT or " " in value)
        for name, values in request.POST.lists()
        if name != _TOKEN
        for value in values
    ]
