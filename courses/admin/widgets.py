"""Form widgets of the admin."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

from courses.admin.bases import ModelForm, WidgetMixin

_LONGEST_KEY = 18


class KeysOnly(WidgetMixin):
    """Ignore sent choices that are no keys when a form is shown again: Django's widget fails."""

    def optgroups(self, name: str, value: Sequence[Any], attr: Any = None) -> list[Any]:
        keys = [one for one in map(str, value) if one.isascii() and one.isdecimal()]
        return super().optgroups(name, [one for one in keys if len(one) <= _LONGEST_KEY], attr)


class ChooseOne(KeysOnly, AutocompleteSelect):
    pass


class ChooseMany(KeysOnly, AutocompleteSelectMultiple):
    pass


class KnownAutocomplete(ChooseOne):
    """Django's widget asks the database for the name of what is chosen, once per field of every
    row. A form that has the chosen rows at hand puts their names into `known`.
    """

    known: dict[str, str]

    def optgroups(self, name: str, value: Sequence[Any], attr: Any = None) -> list[Any]:
        chosen = [str(one) for one in value if one not in (None, "")]
        known = getattr(self, "known", {})
        if not chosen or not set(chosen) <= set(known):
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]  # noqa: FBT003 (Django's signature)
        for index, key in enumerate(chosen, start=len(options)):
            options.append(self.create_option(name, key, known[key], True, index))  # noqa: FBT003
        return [(None, options, 0)]


def set_known(form: ModelForm) -> None:
    """Give the form's widgets the names of the rows that came with its instance."""
    for name, field in form.fields.items():
        widget: Any = getattr(field.widget, "widget", field.widget)
        cached = form.instance._state.fields_cache.get(name)
        if isinstance(widget, KnownAutocomplete) and cached is not None:
            widget.known = {str(cached.pk): str(cached)}
