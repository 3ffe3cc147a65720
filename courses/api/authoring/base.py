"""What every view of authoring does: find what it is about, hold it while it is changed."""

from typing import Any

from django.utils.translation import gettext as _

from courses.api.base import ApiView
from courses.api.paging import KeyPagination
from courses.api.values import Shape
from courses.domain.authoring import edits
from courses.errors import Invalid, NotFound, Problem
from courses.models import Course

KEY = r"[-a-zA-Z0-9_]{1,80}"
"""What a key in an address or a filter may look like; new ones are held to more."""
OBJECTIVE = r"[^/\x00-\x1f\x7f]{1,40}"


class AuthoringView(ApiView):
    pagination_class = KeyPagination
    scopes = "authoring:write"

    def course(self, key: str, *, is_locked: bool = False) -> Course:
        """A course in any state, as far as the credential reaches. Raises NotFound.

        Locked, everybody else who writes in it waits until the transaction ends.
        """
        row = self.request.auth.authored().filter(key=key).first()
        if row is None:
            raise NotFound
        return edits.lock_course(course=row) if is_locked else row

    def values(self, shape: type[Shape], key: str) -> dict[str, Any]:
        """What was sent for the row of this key, which never changes. Raises Invalid."""
        data = self.request.data
        if isinstance(data, dict) and data.get("key", key) != key:
            raise Invalid(problems=[Problem("key", _("A key never changes."))])
        return shape.read(data)


def one(rows: Any, **names: Any) -> Any:
    """The row of this name. Raises NotFound."""
    row = rows.filter(**names).first()
    if row is None:
        raise NotFound
    return row
