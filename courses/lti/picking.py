"""What a teacher may pick for a link: published courses, their modules, lessons and quizzes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.domain.outline import outline
from courses.errors import Invalid, Problem
from courses.lti import addresses
from courses.lti.addresses import Named
from courses.models import Course

MOST = 50
"""Links that are made at once."""


@dataclass(frozen=True)
class Pickable:
    """Something that can be picked, and what stands below it."""

    named: Named
    title: str
    kind: str
    parts: tuple["Pickable", ...] = ()

    @property
    def value(self) -> str:
        """What names it in forms: the end of its address."""
        return addresses.of_target(self.named).removeprefix(addresses.launch())

    @property
    def all(self) -> "Iterable[Pickable]":
        """This one and everything below it."""
        yield self
        for part in self.parts:
            yield from part.all


def offered() -> list[Pickable]:
    """Return the published courses. Two queries a course that this process has not read yet."""
    rows = Course.objects.filter(state=Course.State.PUBLISHED).order_by("title", "pk")
    return [_entry(row) for row in rows]


def matching(*, entries: Iterable[Pickable], words: str) -> list[Pickable]:
    """Return the courses with only those parts whose title has all these words; all without any."""
    wanted = words.casefold().split()
    found = (_reduced(entry, wanted) for entry in entries)
    return [entry for entry in found if entry is not None]


def read(*, entries: Iterable[Pickable], values: Sequence[str]) -> list[Pickable]:
    """Return what these values name, in the order of the courses. Raises Invalid."""
    known = {entry.value: entry for course in entries for entry in course.all}
    wanted = dict.fromkeys(values)
    if not wanted.keys() <= known.keys():
        raise Invalid(problems=[Problem("pick", _("One of these does not exist here any more."))])
    if len(wanted) > MOST:
        text = _("Pick at most %(most)d at once.") % {"most": MOST}
        raise Invalid(problems=[Problem("pick", text)])
    return [entry for value, entry in known.items() if value in wanted]


def _entry(course: Course) -> Pickable:
    plan, key = outline(course), course.key

    def step(one: object) -> Pickable:
        kind = one.url_kind  # type: ignore[attr-defined]
        return Pickable(Named(key, **{kind: one.key}), one.title, kind)  # type: ignore[attr-defined]

    modules = tuple(
        Pickable(Named(key, module=one.key), one.title, "module", tuple(map(step, one.steps)))
        for one in plan.modules
    )
    return Pickable(Named(key), course.title, "course", (*modules, *map(step, plan.quizzes)))


def _reduced(entry: Pickable, wanted: Sequence[str]) -> Pickable | None:
    title = entry.title.casefold()
    if all(word in title for word in wanted):
        return entry
    parts = tuple(part for one in entry.parts if (part := _reduced(one, wanted)) is not None)
    return Pickable(entry.named, entry.title, entry.kind, parts) if parts else None
