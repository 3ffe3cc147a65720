"""The words of a course."""

from functools import partial

from courses import collation
from courses.domain import access, pinning, shutting
from courses.domain.outline import LessonOutline, outline
from courses.models import Lesson, Term
from courses.questions.texts import ANY_LANGUAGE, normalised


def terms_with_pinned(*, reader: access.Reader, pin: str) -> tuple[list[Term], str]:
    """Return all terms, the one that an attempt was made with in its wording of then.

    Also the key of that one where its words have changed since, else "".
    """
    rows = terms(reader=reader)
    known = pinning.find_term(content_hash=pin)
    if known is None:
        return rows, ""
    others = [row for row in rows if row.key != known["key"]]
    same = [row for row in rows if row.key == known["key"]]
    if same and (same[0].term, same[0].definition) == (known["term"], known["definition"]):
        return rows, ""
    rows = [*others, Term(course=reader.course, **known)]
    return _sorted(rows, reader), known["key"]


def terms(*, reader: access.Reader, query: str = "") -> list[Term]:
    """Return the course's terms in alphabetical order; with `query` those that hold all its words.

    What is searched comes best hit first: the term itself, terms that begin with it, terms that
    hold it, then definitions.
    """
    shutting.refuse_while_shut(enrolment=reader.enrolment)
    rows = list(Term.objects.filter(course=reader.course).select_related("source"))
    rows = _sorted(rows, reader)
    form = partial(_form, language=reader.course.language or ANY_LANGUAGE)
    words = form(query).split()
    if not words:
        return rows
    whole = " ".join(words)
    found = (row for row in rows if _holds(form(f"{row.term} {row.definition}"), words))
    return sorted(found, key=lambda row: _distance(form(row.term), whole, words))


def named(*, course_id: int, keys: list[str]) -> list[Term]:
    """Return the terms of a course with these keys, in their order. One query."""
    rows = {row.key: row for row in Term.objects.filter(course=course_id, key__in=keys)}
    return [rows[key] for key in keys if key in rows]


def taught_in(*, reader: access.Reader) -> dict[str, LessonOutline]:
    """Return term key → the first lesson of the course that uses it. One query."""
    plan = outline(reader.course)
    rows = Lesson.objects.offered().filter(module__course=reader.course)
    used = dict(rows.values_list("key", "rendered__terms"))
    found: dict[str, LessonOutline] = {}
    for module in plan.modules:
        for lesson in module.lessons:
            for key in used.get(lesson.key) or ():
                found.setdefault(key, lesson)
    return found


def _sorted(rows: list[Term], reader: access.Reader) -> list[Term]:
    language = reader.course.language
    return sorted(rows, key=lambda row: collation.sort_key(row.term, language))


def _form(text: str, *, language: str) -> str:
    """Return the form in which texts are searched: as typed texts compare, without accents."""
    return " ".join(collation.folded(normalised(text, language=language)).split())


def _holds(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


def _distance(term: str, whole: str, words: list[str]) -> int:
    """Return how far a term is from the searched text; 0 is the term itself."""
    hits = (
        term == whole,
        term.startswith(whole),
        f" {whole}" in f" {term}",
        whole in term,
        all(word in term for word in words),
    )
    return hits.index(True) if True in hits else len(hits)
