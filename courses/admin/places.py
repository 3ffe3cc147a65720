"""Rows that stand in an order beneath another one, written together whatever moved where."""

from typing import Any

from courses.admin.bases import InlineFormSet
from courses.coursefiles.rules import SMALL_LIMIT


class OrderedFormSet(InlineFormSet):
    """A formset of rows whose `position` is theirs alone among those of the same parent.

    Rows are saved one by one, so the place that a row moves to may still be taken. All that leave
    their place first step aside to numbers that nobody asked for.
    """

    def save(self, commit: bool = True) -> list[Any]:
        self._step_aside()
        return super().save(commit)

    def _step_aside(self) -> None:
        remaining = [form for form in self.initial_forms if form not in self.deleted_forms]
        moving = [form.instance for form in remaining if "position" in form.changed_data]
        leaving = [form.instance for form in self.deleted_forms if form.instance.pk]
        if not self._others_wait_for(moving, leaving):
            return
        places = type(self.forms[0].instance)._default_manager
        rows = places.filter(**{self.fk.name: self.instance})
        asked = {form.instance.position for form in self.forms}
        used = asked | set(rows.values_list("position", flat=True))
        free = (number for number in range(SMALL_LIMIT, -1, -1) if number not in used)
        for row, number in zip([*moving, *leaving], free, strict=False):
            rows.filter(pk=row.pk).update(position=number)

    def _others_wait_for(self, moving: list[Any], leaving: list[Any]) -> bool:
        """Return whether some form needs a position that another one leaves."""
        has_new = any(form.has_changed() for form in self.extra_forms)
        return bool(moving or (leaving and has_new))
