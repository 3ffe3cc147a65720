"""Where the things that a lesson's text mentions are on this site."""

from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils.safestring import SafeString

from courses.domain.item_views import ItemView
from courses.domain.pinning import Pins
from courses.lru_cache import reported
from courses.markup import resolve

NO_MODULE = "-"
"""Stands in an address for the module of a question that has none."""
PIN = "v"
"""Names the content hash in the address of a file or a term as it was."""
FROM = "from"
"""Names in an address of the glossary the lesson from which one came."""
_HERE = "/-here-/"
"""Stands for the prefix. Behind `="` no author can write it: their addresses have a scheme."""


@dataclass(frozen=True)
class PageLinks:
    """Addresses for `courses.markup.resolve`, seen from a page of one module.

    `pins` are the files and terms that an attempt shows as they were: their addresses name which.
    `lesson_key` is the lesson to which the glossary leads back.
    """

    course_key: str
    module_key: str
    pins: Pins = ()
    lesson_key: str = ""

    @property
    def cache_key(self) -> tuple[str, str, Pins, str]:
        return self.course_key, self.module_key, self.pins, self.lesson_key

    def lesson(self, key: str) -> str:
        return reverse("cx_courses:lesson", args=[self.course_key, key])

    def asset(self, name: str) -> str:
        """Return a file's address; files belong to modules, so a text outside has none."""
        if not self.module_key:
            return ""
        address = reverse("cx_courses:asset", args=[self.course_key, self.module_key, name])
        return address + self._pinned("asset", name)

    def term(self, key: str) -> str:
        address = reverse("cx_courses:glossary", args=[self.course_key])
        way_back = f"?{FROM}={self.lesson_key}" if self.lesson_key else ""
        return address + (self._pinned("term", key) or way_back) + f"#term-{key}"

    def source(self, key: str) -> str:
        return f"#source-{key}"

    def _pinned(self, kind: str, key: str) -> str:
        found = (pin for of, named, pin in self.pins if (of, named) == (kind, key))
        pin = next(found, "")
        return f"?{PIN}={pin}" if pin else ""


def links_of(view: ItemView, *, course_key: str) -> PageLinks:
    """Return the links for the texts of a question."""
    return PageLinks(course_key, view.module_key or NO_MODULE, view.pins)


def resolved(html: str, links: PageLinks) -> SafeString:
    """Return a lesson's text with this request's addresses: the site's, or a frame session's."""
    prefix = escape(get_script_prefix())
    return SafeString(_under_any_prefix(html, links).replace(f'="{_HERE}', f'="{prefix}'))


@reported("links")
@lru_cache(maxsize=2048)
def _under_any_prefix(html: str, links: PageLinks) -> str:
    """Prepare a text once for all sessions: their addresses differ, the text does not."""
    prefix = get_script_prefix()
    set_script_prefix(_HERE)
    try:
        return str(resolve(html, links))
    finally:
        set_script_prefix(prefix)
