"""Pages of the admin as a browser would send them back."""

from html.parser import HTMLParser
from typing import Any


def fields_of(page: Any) -> dict[str, Any]:
    """Every field of the page's form and of the rows beneath it, as nobody touched it."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    return {key: value for form in forms for bound in form for key, value in _sent(bound)}


def _sent(bound: Any) -> list[tuple[str, Any]]:
    value, widget = bound.value(), bound.field.widget
    if hasattr(widget, "decompress") and hasattr(widget, "widgets"):
        parts = value if isinstance(value, list) else widget.decompress(value)
        return [(f"{bound.html_name}_{i}", _text(part)) for i, part in enumerate(parts)]
    if isinstance(value, bool):
        return [(bound.html_name, "on")] if value else []
    if isinstance(value, list | tuple):
        return [(bound.html_name, [_text(one) for one in value])]
    return [(bound.html_name, _text(value))]


def _text(value: Any) -> str:
    return "" if value is None else str(getattr(value, "pk", value))


class SentFields(HTMLParser):
    """What a browser sends of the one form with this id when nobody has touched it."""

    def __init__(self, page: str, form: str) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, str] = {}
        self.actions: list[str] = []
        self.focused: list[str] = []
        self.ids: set[str] = set()
        self._form, self._is_inside, self._text, self._select = form, False, "", ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids.add(values.get("id", ""))
        if tag == "form":
            self._is_inside = values.get("id") == self._form
        if tag == "button" and self._form in (values.get("form"), self._is_inside and self._form):
            self.actions.append(values.get("value", ""))
        if not self._is_inside:
            return
        name = values.get("name", "")
        if "autofocus" in values:
            self.focused.append(name or values.get("id", ""))
        if tag == "input" and (values.get("type") not in BOXES or "checked" in values):
            self.values[name] = values.get("value", "on" if values.get("type") in BOXES else "")
        elif tag in ("textarea", "select"):
            self._text, self._select = "", name
        elif tag == "option" and ("selected" in values or self._select not in self.values):
            self.values[self._select] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        if tag == "textarea" and self._is_inside:
            # As browsers do: the first line break is not part of the text, the others are CR LF.
            self.values[self._select] = self._text.removeprefix("\n").replace("\n", "\r\n")


BOXES = ("checkbox", "radio")
