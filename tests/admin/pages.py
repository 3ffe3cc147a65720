"""Pages of the admin as a browser would send them back."""

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
