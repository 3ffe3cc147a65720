"""The questions of an attempt, rendered once for all learners who meet one in the same state:
`{% attempt_item "cx_courses/attempt/item.html" row is_own=is_own %}`.

`row` has `state`, which names all that decides how it is shown (`domain/shown_items.py`), and the
values named in the tag are plain ones. The template may read these, `row`, `course` and
`attempt.uuid`. What belongs to one attempt is put in afterwards: where the question stands, the
names of its fields, its revision, the attempt's id, the prefix of addresses and the form token.

A host's template that reads more of the page is noticed, and rendered for each page from then on.
"""

from dataclasses import replace
from secrets import randbelow, token_hex
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from django import template
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from courses.domain.item_views import ItemView
from courses.lru_cache import LRUCache
from courses.templatetags import courses_rows
from courses.templatetags.courses_cached import (
    for_any_request,
    for_request,
    frame_of,
    value_key,
)
from courses.templatetags.courses_edit import may_edit

register = template.Library()

CACHE_SIZE = 3000
"""Rows cached in one process; three to six kilobytes each."""

_DIGITS = 10**17
_NAME = f"name{token_hex(8)}"
_POSITION, _REVISION = (randbelow(_DIGITS) + number * _DIGITS for number in (1, 2))
_ATTEMPT = uuid4()
"""Stand in the cached HTML for what belongs to one attempt. Random: no text can contain them."""

_PAGE = ("request", "user", "perms", "messages", "page", "forloop")
"""What a template finds on a page of its own; in here it is nobody's."""

_cache: LRUCache[tuple[Any, ...], str] = LRUCache(CACHE_SIZE, name="attempt_items")
_reads_more: set[str] = set()
"""Templates that read more of the page than they are given."""


class _Place(str):
    """The number of a question as digits, which an address takes and nothing localizes."""

    __slots__ = ()


class _Watched(dict[str, Any]):
    """Names of the page that are not there; it notes whether one was read."""

    was_read = False

    def __getitem__(self, key: str) -> Any:
        self.was_read = True
        return super().__getitem__(key)


@register.simple_tag(takes_context=True)
def attempt_item(
    context: template.Context, template_name: str, row: Any, **values: Any
) -> SafeString:
    """Return what the template makes of a row of an attempt's page."""
    if _is_kept(context, template_name, row, values):
        html = _item(context, template_name, row, values)
        if template_name not in _reads_more:
            return for_request(_at(html, row, context["attempt"].uuid), context)
    with context.push(row=row, **values):
        return _found(context, template_name).render(context)


def _item(context: template.Context, template_name: str, row: Any, values: dict[str, Any]) -> str:
    """Return an item from the cache; where its rows are free, in the learner's order."""
    *state, keys = row.state
    question_template = row.shown.item.version.question_type.template
    order = courses_rows.places(keys, question_template)

    def made() -> str:
        neutral = _Neutral(row)
        if order is not None:
            neutral.view = courses_rows.sorted_as(neutral.view, keys)
        return _rendered(context, template_name, row=neutral, course=context["course"], **values)

    shown = row.state if order is None else tuple(state)
    key = (template_name, get_language(), shown, *map(value_key, values.items()))
    html = _cache.get_or_create(key, made)
    if order is None or template_name in _reads_more:
        return html
    ordered = courses_rows.in_order(html, question_template, order)
    return ordered if ordered is not None else _item(context, template_name, row, values)


@register.simple_tag(takes_context=True)
def page_part(context: template.Context, template_name: str, **values: Any) -> SafeString:
    """Return a part of a page that reads these, `frame` and `attempt.uuid` alone."""
    values["frame"] = frame_of(context)
    if not settings.DEBUG and template_name not in _reads_more:
        html = _part(context, template_name, values)
        if template_name not in _reads_more:
            attempt = context.get("attempt")
            if attempt is not None:
                html = html.replace(str(_ATTEMPT), str(attempt.uuid))
            return for_request(html, context)
    with context.push(**values):
        return _found(context, template_name).render(context)


def _part(context: template.Context, template_name: str, values: dict[str, Any]) -> str:
    """Return a part from the cache; where it shows a question, its rows in the learner's order."""
    view, order, given = values.get("view"), None, values
    if isinstance(view, ItemView):
        shown, order = courses_rows.sorted_rows(view)
        given = {**values, "view": shown}
    where = (template_name, get_language(), get_current_timezone_name())
    key = (*where, *map(value_key, given.items()))
    html = _cache.get_or_create(key, lambda: _rendered(context, template_name, **given))
    if view is None or order is None or template_name in _reads_more:
        return html
    ordered = courses_rows.in_order(html, view.template, order)
    return ordered if ordered is not None else _part(context, template_name, values)


def _is_kept(
    context: template.Context, template_name: str, row: Any, values: dict[str, Any]
) -> bool:
    """Return whether the row shows nothing of one person or of this request."""
    is_ordinary = row.state is not None and not settings.DEBUG and not values.get("target")
    return is_ordinary and template_name not in _reads_more and not may_edit(context)


def _rendered(context: template.Context, template_name: str, **values: Any) -> str:
    page = _Watched(dict.fromkeys(_PAGE))
    given = {"attempt": SimpleNamespace(uuid=_ATTEMPT), "is_cached": True, **values}
    with for_any_request() as token:
        inner = template.Context({**given, **token})
        inner.dicts.insert(1, page)
        html = str(_found(context, template_name).render(inner))
    if page.was_read:
        _reads_more.add(template_name)
    return html


class _Neutral:
    """A row at no place of no attempt."""

    error, stored = "", None

    def __init__(self, row: Any) -> None:
        report_in: UUID | None = row.view.report_in and _ATTEMPT
        self.view = replace(
            row.view,
            name=_NAME,
            position=_Place(_POSITION),
            revision=_REVISION,
            report_in=report_in,
        )
        self.links, self.stimulus = row.links, row.stimulus


def _at(html: str, row: Any, attempt: UUID) -> str:
    """Put a row where it stands in its attempt."""
    shown = row.shown
    html = html.replace(_NAME, shown.name).replace(str(_POSITION), str(shown.position))
    return html.replace(str(_REVISION), str(shown.revision)).replace(str(_ATTEMPT), str(attempt))


def _found(context: template.Context, template_name: str) -> template.Template:
    engine: template.Engine = context.template.engine  # type: ignore[union-attr]
    return engine.get_template(template_name)
