"""A lesson among the others of its course, and what stands beside its text: the same for all."""

from dataclasses import dataclass
from typing import Any

from courses.domain import glossary
from courses.domain.outline import LessonOutline, ModuleOutline
from courses.markup.paragraphs import named_paragraphs
from courses.models import Term

DEEPEST_LEVEL = 2
FEWEST_HEADINGS = 3
"""Of a page with fewer headings no contents are listed."""


@dataclass(frozen=True)
class LessonPlace:
    """A lesson's place in its course, its headings, terms and sources."""

    lesson: LessonOutline
    module: ModuleOutline
    outline_key: tuple[Any, ...]

    @property
    def cache_key(self) -> tuple[Any, ...]:
        return self.outline_key, self.lesson.key

    @property
    def headings(self) -> list[dict[str, Any]]:
        """The headings that the page's contents list, in their order; none of a short page."""
        found = [one for one in self._rendered.get("headings", []) if one["level"] <= DEEPEST_LEVEL]
        return found if len(found) >= FEWEST_HEADINGS else []

    @property
    def has_paragraphs(self) -> bool:
        """Whether a note can stand in the text: not where it was rendered before there were any."""
        return bool(named_paragraphs(self.lesson.row.html))

    @property
    def terms(self) -> list[Term]:
        """The glossary's entries that the text names. One query."""
        keys = self._rendered.get("terms", [])
        return glossary.named(course_id=self.lesson.row.course_id, keys=keys) if keys else []

    @property
    def sources(self) -> list[Any]:
        """The lesson's sources in the order of the numbers that its text shows."""
        order = self._rendered.get("sources", [])
        rank = {key: place for place, key in enumerate(order)}
        return sorted(self.lesson.sources, key=lambda source: rank.get(source.key, len(rank)))

    @property
    def cited(self) -> frozenset[str]:
        """The keys of the sources to whose first mention in the text a link can lead."""
        html = self.lesson.row.html
        return frozenset(
            source.key for source in self.lesson.sources if f'id="cite-{source.key}"' in html
        )

    @property
    def _rendered(self) -> dict[str, Any]:
        rendered: dict[str, Any] = self.lesson.row.rendered
        return rendered
