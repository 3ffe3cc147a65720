"""The number of a page of a list, as an address names it."""

from django.http import HttpRequest

_DIGITS = 4


def page_number(request: HttpRequest, name: str = "page") -> int:
    """Return the number in the query of the address; 1 for what is no number."""
    text = request.GET.get(name, "")
    is_number = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return max(1, int(text)) if is_number else 1
