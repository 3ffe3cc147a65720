"""Rules about sources and terms: what they state, and when sources are to be checked again."""

from collections.abc import Iterator
from datetime import date

from courses.coursefiles.problems import FileProblem
from courses.coursefiles.publishing.material import Material
from tools.coursequality.rules import LintRules

_DAYS = ("as_of", "recheck_by")


def check_references(material: Material, rules: LintRules) -> Iterator[FileProblem]:
    wanted = rules.references
    for reference in material.draft.references:
        record, line = reference.record, reference.line("key")
        is_dated = record.kind in wanted.dated_kinds
        for name in (*wanted.needs, *(_DAYS if is_dated else ())):
            if not getattr(record, name, None):
                message = f"The source “{record.key}” says nothing under “{name}”."
                yield FileProblem(reference.file, line, message)
        if record.as_of and record.recheck_by and record.recheck_by <= record.as_of:
            message = f"The source “{record.key}” is to be checked again before its day."
            yield FileProblem(reference.file, reference.line("recheck_by"), message)
        if wanted.has_address_or_note and not (record.url or record.note):
            message = f"The source “{record.key}” has no address, and no note says why."
            yield FileProblem(reference.file, line, message)


def check_terms(material: Material, rules: LintRules) -> Iterator[FileProblem]:
    """Report terms of the glossary that lack required fields."""
    for term in material.draft.terms:
        for name in rules.terms.needs:
            if not getattr(term.record, name, None):
                message = f"The term “{term.record.key}” says nothing under “{name}”."
                yield FileProblem(term.file, term.line("key"), message)


def overdue(material: Material, on: date) -> Iterator[FileProblem]:
    """Yield sources that somebody should have looked at again by this day."""
    for reference in material.draft.references:
        day = reference.record.recheck_by
        if day and date.fromisoformat(day) < on:
            message = f"The source “{reference.record.key}” was to be checked again by {day}."
            yield FileProblem(reference.file, reference.line("recheck_by"), message)
