"""Parts of a page that are the same for many people: `{% cached "cx_courses/…html" row=row %}`.

The template gets the values named in the tag and nothing else of the page: no request, no user, no
messages. So its HTML depends on them, the language and the time zone alone, and is rendered once in
a process. A value is text, a number, None, a course or a tuple of such, or an object whose
`cache_key` names all that a template may read of it (mostly the revision of its course and a key).

What belongs to the request is put in afterwards: the prefix of addresses made with `{% url %}`
(that of the site, of a frame's session or of a trial), the token of `{% csrf_token %}`, and the
text of a value whose name begins with `slot_`, which a template may only write (`{{ slot_next }}`).
`frame` is what the page stands in: "embed", "guest" (a frame of somebody without a name), "trial"
or "".
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from secrets import token_hex
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.urls import get_script_prefix, set_script_prefix
from django.utils.html import escape
from django.utils.http import escape_leading_slashes
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from courses.lru_cache import LRUCache
from courses.models import Course

register = template.Library()

CACHE_SIZE = 3000
"""Parts cached in one process; one or two kilobytes each."""

SLOT = "slot_"

_PREFIX = f"/prefix{token_hex(8)}/"
_TOKEN = f"token{token_hex(8)}"
_SLOTS = f"slot{token_hex(8)}-%s-"
"""Stand in the cached HTML for what belongs to the request. Random: no text can contain them."""

_PLAIN = frozenset((str, SafeString, int, bool, float, type(None), UUID, Fraction))

_cache: LRUCache[tuple[Any, ...], str] = LRUCache(CACHE_SIZE, name="page_parts")


@register.simple_tag(takes_context=True)
def cached(context: template.Context, template_name: str, **values: Any) -> SafeString:
    """Return what the template makes of these values, from the cache where it is there."""
    slots = {name: values.pop(name) for name in list(values) if name.startswith(SLOT)}
    values |= {name: _SLOTS % name for name in slots}
    values["frame"] = frame_of(context)
    if settings.DEBUG:  # Who works on a template wants to see it.
        html = _rendered(template_name, values)
    else:
        where = (template_name, get_language(), get_current_timezone_name())
        key = (*where, *map(value_key, values.items()))
        html = _cache.get_or_create(key, lambda: _rendered(template_name, values))
    made: str = for_request(html, context)
    for name, text in slots.items():
        made = made.replace(_SLOTS % name, escape(str(text)))
    return mark_safe(made)  # noqa: S308 - a template's own output with quoted values


@register.simple_tag(takes_context=True)
def cached_rows(
    context: template.Context, template_name: str, rows: Iterable[Mapping[str, Any]]
) -> SafeString:
    """Return what the template makes of each row of values, one after the other."""
    return SafeString("".join(cached(context, template_name, **row) for row in rows))


def for_request(html: str, context: template.Context) -> SafeString:
    """Put the request's own into what was rendered `for_any_request`."""
    made = html.replace(_PREFIX, _quoted(get_script_prefix()))
    if _TOKEN in made:
        made = made.replace(_TOKEN, escape(str(context.get("csrf_token", ""))))
    return mark_safe(made)  # noqa: S308 - a template's own output with quoted values


@contextmanager
def for_any_request() -> Iterator[dict[str, str]]:
    """Make addresses in the block that `for_request` completes, and give the form token for it."""
    # Django puts the prefix of the first request that asks into a relative STATIC_URL, for good.
    _known = settings.STATIC_URL, settings.MEDIA_URL
    prefix = get_script_prefix()
    set_script_prefix(_PREFIX)
    try:
        yield {"csrf_token": _TOKEN}
    finally:
        set_script_prefix(prefix)


def frame_of(context: template.Context) -> str:
    """Return what the page stands in."""
    request = context.get("request")
    embed = getattr(request, "embed", None)
    if embed is not None:
        return "guest" if embed.is_guest else "embed"
    return "" if getattr(request, "trial", None) is None else "trial"


def value_key(item: tuple[str, Any]) -> tuple[Any, ...]:
    """Return what names a value. With its type: 1, True and 1.0 are equal, but not as text."""
    name, value = item
    kind = type(value)
    if kind in _PLAIN:
        return name, kind, value
    if kind is tuple:
        return name, *(value_key(("", one)) for one in value)
    if kind is Decimal:  # Equal ones may have other digits: 1.0 and 1.00.
        return name, kind, str(value)
    return name, kind, value.revision if kind is Course else value.cache_key


def _rendered(template_name: str, values: dict[str, Any]) -> str:
    with for_any_request() as token:
        return str(get_template(template_name).render({**values, **token}))


@lru_cache(maxsize=256)
def _quoted(prefix: str) -> str:
    """Return the prefix as `reverse` and a template write it."""
    return escape(escape_leading_slashes(quote(prefix, safe="!$&'()*+,;=/~:@")))
