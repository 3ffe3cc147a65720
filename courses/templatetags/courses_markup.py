"""Authors' texts on a page: `{{ text|markdown }}`, `{{ text|markdown_inline }}`.

With an argument (`{{ text|markdown:links }}`, see `courses.markup.Links`) what the text names is
linked too. In attributes use `{{ text|markdown_plain }}`: it has no markup and is escaped as usual.
"""

from django import template
from django.utils.safestring import SafeString

from courses import markup

register = template.Library()


def _text(value: object) -> str:
    return "" if value is None else str(value)


@register.filter
def markdown(text: str, links: markup.Links | None = None) -> SafeString:
    """Render paragraphs, lists, tables and the like as HTML."""
    return markup.markdown(_text(text), links)


@register.filter
def markdown_inline(text: str, links: markup.Links | None = None) -> SafeString:
    """Render one line as HTML, without a paragraph around it."""
    return markup.markdown_inline(_text(text), links)


@register.filter
def addressed(html: str, links: markup.Links) -> SafeString:
    """Put this site's addresses into a text that `courses.markup` has rendered."""
    return markup.resolve(html, links)


@register.filter
def asset_url(links: markup.Links, name: str) -> str:
    """Return the address of a file that a question names outside of its texts."""
    return links.asset(name)


@register.filter
def markdown_plain(text: str) -> str:
    """Return one line without markup."""
    return markup.plain(_text(text))
