"""Rules about what belongs together: terms and links, objectives and what serves them."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses.coursefiles.problems import FileProblem
from courses.coursefiles.publishing.material import LessonMaterial, Material
from courses.coursefiles.publishing.rules import PublishRules

_LESSON = "lesson:"


def check_terms(material: Material, rules: PublishRules) -> Iterator[FileProblem]:
    """Report terms of the glossary to which no lesson links."""
    if not rules.are_terms_linked:
        return
    linked = {key for lesson in material.lessons for key in lesson.text.findings.keys("term")}
    for term in material.draft.terms:
        if term.record.key not in linked:
            message = _("No lesson links to the term “%(key)s”.") % {"key": term.record.key}
            yield FileProblem(term.file, term.line("key"), message)


def check_links(material: Material, rules: PublishRules) -> Iterator[FileProblem]:
    """Report links in lessons to headings that do not exist."""
    if not rules.are_links_followed:
        return
    headings = {
        lesson.placed.record.key: {heading.id for heading in lesson.text.findings.headings}
        for lesson in material.lessons
    }
    for lesson in material.lessons:
        for link in lesson.text.links:
            if not _leads_somewhere(link.address, lesson, headings):
                message = _("The link “%(address)s” leads to no heading of that lesson.")
                yield lesson.problem(link.line, message % {"address": link.address})


def _leads_somewhere(address: str, lesson: LessonMaterial, headings: dict[str, set[str]]) -> bool:
    place, _mark, part = address.partition("#")
    if not part:
        return True
    if place.startswith(_LESSON):
        return part in headings.get(place.removeprefix(_LESSON), set())
    return bool(place) or part in headings[lesson.placed.record.key]


def check_objectives(material: Material, rules: PublishRules) -> Iterator[FileProblem]:
    """Report objectives without a lesson that teaches them or a question that asks for them."""
    if not rules.are_objectives_met:
        return
    taught = {key for lesson in material.lessons for key in lesson.placed.record.objectives}
    asked = {question.record.objective for question in material.ready}
    for module in material.modules:
        for index, objective in enumerate(module.head.record.objectives):
            line = module.head.line(f"objectives.{index}.key")
            for keys, text in (
                (taught, _("The objective %(key)s has no lesson.")),
                (asked, _("The objective %(key)s has no question.")),
            ):
                if objective.key not in keys:
                    yield FileProblem(module.head.file, line, text % {"key": objective.key})
