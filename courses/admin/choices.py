"""Form fields of the admin."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField

from courses.admin.bases import ManyRowsField


class RowsField(ManyRowsField):
    """Choose several rows; a number that no database can store is no row, like any other."""

    def clean(self, value: Any) -> Any:
        # Django looks for all of them at once, and fails in the query (for one row it does not).
        for one in value if isinstance(value, list | tuple) else ():
            if _is_beyond_storage(one):
                text = self.error_messages["invalid_choice"]
                raise ValidationError(text, code="invalid_choice", params={"value": one})
        return super().clean(value)


def _is_beyond_storage(value: Any) -> bool:
    try:
        return abs(int(value)) > BigIntegerField.MAX_BIGINT
    except (TypeError, ValueError):
        return False
