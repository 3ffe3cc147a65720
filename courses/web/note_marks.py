"""What stands at the paragraphs of a lesson for one learner: their notes, and links to write one.

The text itself is the same for all and stays as it was prepared for them; this is put into a copy.
"""

from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from courses.domain import access, lessons, notes
from courses.domain.notes import PlacedNote
from courses.markup import paragraphs

_PLACE = "p-here"
"""Stands for the name of a paragraph in the link that is rendered once; no name is like it."""


@dataclass(frozen=True)
class NoteMarks:
    """The marks of one page. `lost` are the notes whose paragraph is not in the text any more."""

    owner: str = ""
    """The enrolment whose notes they are; empty for those who keep none here."""
    is_writing: bool = False
    """Are there links to write a note at every paragraph?"""
    shown: dict[str, str] = field(default_factory=dict)
    lost: list[PlacedNote] = field(default_factory=list)
    link: str = ""

    @property
    def count(self) -> int:
        return len(self.shown) + len(self.lost)

    def put(self, html: SafeString) -> SafeString:
        """Return a segment of the lesson's text with what belongs to its paragraphs."""
        if not (self.shown or self.link):
            return html
        return SafeString(paragraphs.put_after(html, self._at))

    def _at(self, place: str) -> str:
        return self.shown.get(place) or self.link.replace(_PLACE, place)


def marks_of(*, reader: access.Reader, page: lessons.LessonPage, is_writing: bool) -> NoteMarks:
    """Return the marks of a lesson's page. One query where the learner has notes on it, else none.

    `is_writing` puts a link at every paragraph, for those who have no script that does it.
    """
    if reader.enrolment is None or not notes.may_note(reader=reader):
        return NoteMarks()
    owner = str(reader.enrolment.uuid)
    if not (page.state.has_notes or is_writing):
        return NoteMarks(owner)
    found = []
    if page.state.has_notes:
        found = notes.of_lesson(enrolment=reader.enrolment, lesson=page.lesson)
    names = {"course": reader.course, "lesson_key": page.lesson.key}
    return NoteMarks(
        owner=owner,
        is_writing=is_writing,
        shown={one.note.place: _note(one, names) for one in found if one.is_found},
        lost=[one for one in found if not one.is_found],
        link=_link(names) if is_writing else "",
    )


def _note(one: PlacedNote, names: dict[str, Any]) -> str:
    return render_to_string("cx_courses/notes/note.html", {**names, "one": one})


def _link(names: dict[str, Any]) -> str:
    return render_to_string("cx_courses/notes/link.html", {**names, "place": _PLACE})
