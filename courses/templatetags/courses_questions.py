"""One question on a page: `{% question view legend=… heading=… %}`.

It renders `cx_courses/questions/parts/item.html` with the values named below and nothing else of
the page, so that its HTML depends on them alone and can be kept: many learners meet the same
question in the same state, and drawing it costs far more than comparing what it shows.
"""

from dataclasses import replace
from secrets import token_hex
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from courses.domain.item_views import ItemView
from courses.languages import direction
from courses.lru_cache import LRUCache
from courses.questions import registry
from courses.templatetags import courses_rows
from courses.templatetags.courses_cached import for_any_request, for_request

register = template.Library()

CACHE_SIZE = 2000
"""Questions cached in one process; a few kilobytes each."""

NAMES = (
    "links",
    "legend",
    "heading",
    "is_readonly",
    "prefix",
    "error",
    "shows_points",
    "is_waiting",
)
"""What a question's template may read beside `view` and `target`; from the tag or the page."""

_NAME, _POSITION = (f"{word}{token_hex(8)}" for word in ("name", "position"))
"""Stand in the cached HTML for the name of the fields and the number of the question, so that the
question is rendered once wherever a shuffled quiz puts it. Random: no text can contain them."""

_cache: LRUCache[tuple[str, ...], str] = LRUCache(CACHE_SIZE, name="questions")


@register.simple_tag(takes_context=True)
def question(context: template.Context, view: ItemView, **given: Any) -> SafeString:
    """Return the question with its outcome, as HTML."""
    values = {name: given.get(name, context.get(name)) for name in NAMES}
    language = _language(context)
    values |= {"lang": language, "dir": direction(language)}
    values["target"] = view.position if context.get("target") == view.position else 0
    is_own = view.is_typed and (view.is_answered or values["error"])
    if settings.DEBUG or is_own or not registry.get(view.type).is_cacheable:
        return _render(view, values)  # texts of one person are not worth keeping
    html = _found(view, values)
    html = html.replace(_NAME, escape(view.name)).replace(_POSITION, str(view.position))
    return for_request(html, context)


def _found(view: ItemView, values: dict[str, Any]) -> str:
    """Return the question from the cache, its rows in the learner's order."""
    shown, order = courses_rows.sorted_rows(view)
    neutral, values = _without_place(shown, values)
    key = (
        get_language() or "",
        repr(replace(neutral, revision=0, is_flagged=False, stimulus=None)),
        repr(values),
    )
    html = _cache.get_or_create(key, lambda: _render_for_any(neutral, values))
    if order is None:
        return html
    ordered = courses_rows.in_order(html, view.template, order)
    return ordered if ordered is not None else _found(view, values)


def _without_place(view: ItemView, values: dict[str, Any]) -> tuple[ItemView, dict[str, Any]]:
    """Return the view and the values with placeholders for the name and the position."""
    place: dict[str, Any] = {"name": _NAME, "position": view.position and _POSITION}
    prefix = values["prefix"]
    if prefix and view.name:
        values = {**values, "prefix": prefix.replace(view.name, _NAME)}
    return replace(view, **place), {**values, "target": values["target"] and _POSITION}


def _language(context: template.Context) -> str:
    """Return the course's language where it is not the page's, for screen readers."""
    language = getattr(context.get("course"), "language", "")
    return "" if language == get_language() else str(language)


def _render_for_any(view: ItemView, values: dict[str, Any]) -> SafeString:
    with for_any_request():
        return _render(view, values)


def _render(view: ItemView, values: dict[str, Any]) -> SafeString:
    html = get_template("cx_courses/questions/parts/item.html").render({"view": view, **values})
    return mark_safe(html)  # noqa: S308 - a template's own output
